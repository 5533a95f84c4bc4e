"""Any arguments end with the exit code 0, 1 or 2, and with a message where that is not 0."""

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
"""Command -> how many arguments it needs; `step` and `bench` are not for people, or take long."""
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
    """Draw a command with as many arguments as it needs, a few options, and now and then an argument too many."""
    command = draw(st.sampled_from([*COMMANDS]))
    needed = draw(st.lists(VALUE, min_size=COMMANDS[command], max_size=COMMANDS[command]))
    chosen = draw(st.lists(OPTION, max_size=2))
    return [
        command,
        *needed,
        *(word for words in chosen for word in words),
        *draw(st.just([]) | st.lists(VALUE, max_size=1)),
    ]


CONFIGURATION = """
tasks: [{task: columns, name: own, train: train, test: test}]
encoders: [one_of_n]
architectures: [elman]
size: {hidden: 2}
training: {seeds: 2, learning_rates: [0.1], epochs: 1}
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


def called(arguments):
    """Return the exit code and what is said of it; a wish for help, and what is no argument, end the program."""
    said = io.StringIO()
    with without_hanging(), redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            return main(arguments), said.getvalue()
        except SystemExit as end:
            return end.code, said.getvalue()


@examples(300)
@given(arguments=command_line())
def test_any_arguments_end_in_an_exit_code(folder, arguments):
    code, said = called(arguments)
    event(f"{arguments[0]} {code}")
    assert code in (0, 1, 2)
    assert "Traceback" not in said
    assert said.strip() or code != 2
    assert {path.partition("/")[0] for path in files_below(folder)} <= {
        *("results", "reports", "config.yaml", "tiny.yaml", "bad.yaml", "train", "test")
    }
