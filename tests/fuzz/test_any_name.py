"""Names are plain text: none of them writes outside the project, runs in a shell or breaks a line."""

import shlex
import unicodedata
from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from helpers.column_files import journeys, write_columns
from helpers.fuzzing import check_message, examples, files_below, without_hanging
from rnnbench.__main__ import main
from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results import paths
from rnnbench.results.runs import command

PIECES = [
    *("..", "/", "\\", "../../outside", "/tmp/outside", "~", ".", "CON", "a", "x" * 61, " ", "\n", "\r", "\t", "\0"),
    *(
        "'",
        '"',
        "`id`",
        "$(id)",
        "$HOME",
        ";id",
        "|",
        "&",
        ">outside",
        "*",
        "{task}",
        "{{task}}",
        "%s",
        "\x1b[31m",
        "#",
        "!",
    ),
    *(
        "\u202e",
        "\u200f",
        "\u2028",
        "\ufeff",
        "é",
        "e\u0301",
        "<script>",
        "]]>",
        "-n",
        "--task",
        "\ud800",
        "\U0001f600",
    ),
]
NAMES = st.lists(st.sampled_from(PIECES), max_size=4).map("".join) | st.text(max_size=70)
ALLOWED = {"results", "train", "test"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("names")


@pytest.fixture(autouse=True)
def project(folder, monkeypatch):
    """Make a project inside another folder, so that files written outside the project are noticed."""
    (folder / "project").mkdir(exist_ok=True)
    monkeypatch.chdir(folder / "project")
    write_columns(Path("train"), journeys(0, 6))
    write_columns(Path("test"), journeys(6, 3))


def experiment(name, *, task="own", encoder="one", architecture="net"):
    """Return an experiment in which every part given as "" is called `name`."""
    return {
        "tasks": [{"task": "columns", "name": task or name, "train": "train", "test": "test"}],
        "encoders": [{"encoder": "one_of_n", "name": encoder or name}],
        "architectures": [{"cell": "elman", "name": architecture or name}, "feed_forward"],
        "size": {"hidden": 2},
        "training": {"seeds": 1, "learning_rates": [0.1], "max_steps": 2, "patience": 2, "check": 1},
    }


def planned(values) -> Plan | None:
    """Return the plan of an experiment, or None if it is rejected; the message is checked."""
    with without_hanging():
        try:
            return plan_of(parse_settings(values))
        except UserError as error:
            event("rejected")
            check_message(str(error))
    return None


def check_commands(plan):
    """Check that a shell splits the report's commands into the original names, and that none looks like an option."""
    for step in plan.train:
        for combination in step.job.combinations:
            combination_names = (step.job.task_label, combination.encoder_label, combination.name)
            words = shlex.split(command(*combination_names))
            options = zip(("--task", "--encoder", "--architecture"), combination_names, strict=True)
            expected = [word for option in options for word in option]
            assert words == ["rnnbench", "train", "--configfile", str(paths.CONFIGURATION), *expected]
            assert not any(name.startswith("-") for name in combination_names)
            letters = "".join(combination_names)
            assert all(unicodedata.category(letter) not in ("Cc", "Zl", "Zp") for letter in letters)


@examples(150)
@given(name=NAMES, part=st.sampled_from(["task", "encoder", "architecture"]))
@example(name="../../outside", part="task")
@example(name="$(touch outside)", part="architecture")
def test_a_name_is_planned_inside_the_project_or_rejected(folder, name, part):
    plan = planned(experiment(name, **{part: ""}))
    if plan is not None:
        event("planned")
        check_commands(plan)
    assert {path.split("/")[0] for path in files_below(folder)} == {"project"}
    assert {path.split("/")[0] for path in files_below(folder / "project")} <= ALLOWED


@pytest.mark.parametrize("name", ["../../outside", "/tmp/rnnbench outside", "$(touch outside)", "`id`; id > outside"])
def test_training_and_report_stay_inside_the_project(folder, name):
    plan = planned(experiment(name, task="", encoder="", architecture=""))
    assert plan is not None
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
    assert main(["report"]) == 0
    entries = {path.split("/")[0] for path in files_below(folder / "project")}
    assert entries == {"results", "reports", "train", "test"}
    assert {path.split("/")[0] for path in files_below(folder)} == {"project"}
