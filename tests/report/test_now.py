"""The report of an experiment that is not finished."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.report_rows import Page
from rnnbench.__main__ import main
from rnnbench.analysis.collect import tables_now
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.retries import delete_incomplete_outputs
from rnnbench.pipeline.steps import make_step

EXPERIMENT: dict[str, Any] = {
    "tasks": [{"task": "travel", "train": 60, "validation": 10, "test": 20}, {"task": "register", "train": 40}],
    "encoders": ["one_of_n"],
    "architectures": ["elman", "gru"],
    "size": {"hidden": 3},
    "training": {"seeds": 2, "max_steps": 10, "learning_rates": [0.01]},
    "workflow": {"combinations_per_job": 1},
    "device": "cpu",
}


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(EXPERIMENT), encoding="utf-8")
    return plan_of(parse_settings(EXPERIMENT))


def make(plan: Plan, *kinds: str, jobs: int) -> None:
    """Make the steps of these kinds, and that many training jobs."""
    steps = [step for step in plan if step.kind in kinds] + list(plan.train[:jobs])
    for step in steps:
        make_step(step.kind, Path(step.plan), Path(step.output))


def test_what_is_there_is_told_and_the_rest_is_missing(plan: Plan) -> None:
    make(plan, "data", "describe", jobs=1)
    assert main(["report", "--now"]) in (0, None)
    html = Path("reports/now_details.html").read_text(encoding="utf-8")
    page = Page(html)
    assert page.open == []
    assert "2 of 8 runs done" in html
    assert "0 failed, 0 diverged, 6 missing" in html
    assert page.rows.count(["gru", "missing: not trained yet"]) > 2
    runs = tables_now(plan.experiment)["runs"]
    assert runs.groupby("status").size().to_dict() == {"done": 2, "missing": 6}


def test_nothing_is_there_yet(plan: Plan) -> None:
    assert main(["report", "--now"]) in (0, None)
    assert "0 of 8 runs done" in Path("reports/now_details.html").read_text(encoding="utf-8")


def test_who_looks_takes_nothing_away(plan: Plan) -> None:
    make(plan, "data", "describe", jobs=1)
    output = Path(plan.train[0].output)
    for entry in Path("results/store").rglob("*.safetensors"):
        entry.unlink()
    main(["report", "--now"])
    main(["plan"])
    assert output.exists()
    delete_incomplete_outputs(plan)
    assert not output.exists()
