"""Names are text and nothing else: they leave no folder, reach no shell, and break no line."""

import shlex
import unicodedata
from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from helpers.column_files import journeys, write_columns
from helpers.fuzzing import check_told, examples, files_below, without_hanging
from rnnbench.__main__ import main
from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.runs import CONFIGURATION, command

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
    """A project with a folder around it, so that what is written outside is seen."""
    (folder / "project").mkdir(exist_ok=True)
    monkeypatch.chdir(folder / "project")
    write_columns(Path("train"), journeys(0, 6))
    write_columns(Path("test"), journeys(6, 3))


def experiment(name, *, task="own", encoder="one", architecture="net"):
    """Return an experiment in which whatever has no name of its own is called `name`."""
    return {
        "tasks": [{"task": "columns", "name": task or name, "train": "train", "test": "test"}],
        "encoders": [{"encoder": "one_of_n", "name": encoder or name}],
        "architectures": [{"cell": "elman", "name": architecture or name}, "feed_forward"],
        "size": {"hidden": 2},
        "training": {"seeds": 1, "learning_rates": [0.1], "epochs": 1},
    }


def planned(values) -> Plan | None:
    """Return the plan of an experiment, or none, having checked what its user is told."""
    with without_hanging():
        try:
            return plan_of(parse_settings(values))
        except UserError as error:
            event("refused")
            check_told(str(error))
    return None


def check_commands(plan):
    """Check that the report's commands give every name back, and that the command line takes it for a name."""
    for job in plan.train:
        for combination in job.specification["combinations"]:
            named = (job.specification["task"]["name"], combination["encoder"]["name"], combination["name"])
            words = shlex.split(command(*named))
            told = ["--configfile", str(CONFIGURATION), "--task", named[0], "--encoder", named[1]]
            assert words == ["rnnbench", "train", *told, "--architecture", named[2]]
            assert not any(name.startswith("-") for name in named)
            assert all(unicodedata.category(letter) not in ("Cc", "Zl", "Zp") for name in named for letter in name)


@examples(150)
@given(name=NAMES, which=st.sampled_from(["task", "encoder", "architecture"]))
@example(name="../../outside", which="task")
@example(name="$(touch outside)", which="architecture")
def test_a_name_is_planned_inside_the_project_or_refused(folder, name, which):
    plan = planned(experiment(name, **{which: ""}))
    if plan is not None:
        event("planned")
        check_commands(plan)
    assert {path.split("/")[0] for path in files_below(folder)} == {"project"}
    assert {path.split("/")[0] for path in files_below(folder / "project")} <= ALLOWED


@pytest.mark.parametrize("name", ["../../outside", "/tmp/rnnbench outside", "$(touch outside)", "`id`; id > outside"])
def test_what_is_trained_stays_inside_the_project(folder, name):
    plan = planned(experiment(name, task="", encoder="", architecture=""))
    assert plan is not None
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
    assert main(["report"]) == 0
    written = {path.split("/")[0] for path in files_below(folder / "project")}
    assert written == {"results", "reports", "train", "test"}
    assert {path.split("/")[0] for path in files_below(folder)} == {"project"}
