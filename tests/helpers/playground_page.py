"""A small experiment with every cell, for a page whose readers try the networks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.cells import __path__ as cells_path
from rnnbench.data.corpus import read_corpus
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.plan.step import run_digests
from rnnbench.pipeline.steps import make_step
from rnnbench.report.build import build_report
from rnnbench.report.demo.networks import NetworkCopy, copies
from rnnbench.report.demo.pack import demo_of
from rnnbench.report.write import DEMO, FACTS
from rnnbench.results.runs import Runs
from rnnbench.results.store import read_record, read_tensors, write_run
from rnnbench.results.tables import read_tables

CELLS = sorted(path.stem for path in Path(cells_path[0]).glob("[a-z]*.py"))
ARCHITECTURES: list[Any] = [
    *({"name": cell, "cell": cell} for cell in CELLS),
    *({"name": f"both_{cell}", "cell": cell, "bidirectional": True} for cell in CELLS),
    {"name": "deep", "cell": "gru", "layers": 3, "bidirectional": True},
    {"name": "relu", "cell": "elman", "activation": "relu"},
    {"name": "linear", "cell": "lstm", "g": "identity", "h": "identity"},
    {"name": "window", "cell": "lstm", "window": 2},
]
EMBEDDING = {"encoder": "learned_embedding", "name": "embedding", "size": 4}


def trained(*, encoders: list[Any], hidden: int = 5) -> Plan:
    """Train every architecture on a little of travel, in the present folder."""
    experiment = {
        "tasks": [{"task": "travel", "train": 200, "validation": 20, "test": 60}],
        "encoders": encoders,
        "architectures": ARCHITECTURES,
        "size": {"hidden": hidden},
        "training": {"seeds": 1, "epochs": 1, "learning_rates": [0.02]},
        "device": "cpu",
    }
    plan = plan_of(parse_settings(experiment))
    for step in plan:
        if step.kind in ("data", "train"):
            make_step(step.kind, Path(step.plan), Path(step.output))
    return plan


def shake(plan: Plan) -> None:
    """Give every trained run weights that are large enough for each gate to matter."""
    rng = np.random.default_rng(0)
    for digest in (digest for job in plan.train for digest in run_digests(job)):
        tensors, record = read_tensors(digest), read_record(digest)
        drawn = {name: rng.standard_normal(each.shape).astype(np.float32) for name, each in tensors.items()}
        write_run(digest, record, {**tensors, **{name: drawn[name] for name in tensors if _is_weight(name)}})


def _is_weight(name: str) -> bool:
    return name.startswith(("layer", "readout", "embedding"))


def page_of(experiment: dict[str, Any]) -> str:
    """Return the report of an experiment that is carried out in the present folder."""
    plan = plan_of(parse_settings(experiment))
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
    make_step("demo", Path(plan.collect.plan), DEMO)
    found = read_tables(FACTS.parent)
    facts, tried = (json.loads(path.read_text(encoding="utf-8")) for path in (FACTS, DEMO))
    return build_report(found, facts, demo=tried)


def demo(plan: Plan) -> list[dict[str, Any]]:
    """Return what can be tried."""
    return demo_of(plan.collect.specification, ["travel"])


def originals(plan: Plan) -> list[NetworkCopy]:
    """Return the runs that the demo has copies of."""
    found = list(_runs(plan))
    return copies(found, read_corpus(Path(found[0].job["data"])))


def _runs(plan: Plan) -> Iterator[Runs]:
    for job in plan.train:
        yield from (Runs(job.specification, combination) for combination in job.specification["combinations"])
