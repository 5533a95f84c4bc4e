"""Any arguments end with the exit status 0, 1 or 2, and wrong ones with a message."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from helpers.column_files import journeys, write_columns
from helpers.fuzzing import examples, files_below, without_hanging
from rnnbench.__main__ import main

COMMANDS = {"plan": 0, "data": 1, "predict": 1, "compare": 2, "diff": 2, "oracle": 1, "report": 0, "train": 0, "x": 0}
"""Number of arguments that each command needs; `step` is called by snakemake alone, and `bench` takes long."""
OPTIONS = [
    *("--configfile", "--task", "--encoder", "--architecture", "--metric", "--split", "--margin", "--show"),
    *("--conf", "--x"),
]
VALUES = [
    *(
        "own",
        "travel",
        "register",
        "columns",
        "lstm",
        "one_of_n",
        "own/lstm",
        "gru",
        "",
        " ",
        "..",
        "/",
        "-1",
        "0",
        "3",
        "1e9",
    ),
    *(
        "nan",
        "inf",
        "x" * 5000,
        "\n",
        "\x1b[31m",
        "\u202e",
        "tiny.yaml",
        "bad.yaml",
        "nowhere.yaml",
        "/dev/zero",
        "config.yaml",
    ),
    *(
        "leave Taipei on November 2nd",
        "leave",
        "a b c",
        "é",
        "results",
        "train",
        "slot_f1",
        "token_accuracy",
        "test",
        "gap",
    ),
]
VALUE = st.sampled_from(VALUES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
OPTION = st.tuples(st.sampled_from(OPTIONS), VALUE) | st.sampled_from(
    [("--now",), ("--audit",), ("-h",), ("--",), ("-x",)]
)


@st.composite
def command_line(draw):
    """Draw a command with the arguments that it needs, up to two options, and sometimes one argument too many."""
    command = draw(st.sampled_from([*COMMANDS]))
    arguments = draw(st.lists(VALUE, min_size=COMMANDS[command], max_size=COMMANDS[command]))
    options = draw(st.lists(OPTION, max_size=2))
    return [
        command,
        *arguments,
        *(word for option in options for word in option),
        *draw(st.just([]) | st.lists(VALUE, max_size=1)),
    ]


CONFIGURATION = """
tasks: [{task: columns, name: own, train: train, test: test}]
encoders: [one_of_n]
architectures: [elman]
size: {hidden: 2}
training: {seeds: 2, learning_rates: [0.1], max_steps: 2, patience: 2, check: 1}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(autouse=True)
def project(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in ("config.yaml", "tiny.yaml"):
        Path(name).write_text(CONFIGURATION)
    Path("bad.yaml").write_text("tasks: [travle]\nsize: {hidden: 0}\n")
    for name in ("train", "test"):
        write_columns(Path(name), journeys(0, 6))


def run_command(arguments):
    """Return the exit status and the text on stderr, also where argparse ends the program."""
    stderr = io.StringIO()
    with without_hanging(), redirect_stderr(stderr), redirect_stdout(io.StringIO()):
        try:
            return main(arguments), stderr.getvalue()
        except SystemExit as end:
            return end.code, stderr.getvalue()


@examples(300)
@given(arguments=command_line())
def test_any_arguments_end_with_an_exit_status(folder, arguments):
    status, message = run_command(arguments)
    event(f"{arguments[0]} {status}")
    assert status in (0, 1, 2)
    assert "Traceback" not in message
    assert message.strip() or status != 2
    assert {path.partition("/")[0] for path in files_below(folder)} <= {
        *("results", "reports", "config.yaml", "tiny.yaml", "bad.yaml", "train", "test")
    }
