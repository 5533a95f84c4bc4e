"""Any arguments end with the exit code 0, 1 or 2, and with a message where that is not 0."""

from pathlib import Path

import pytest
from fuzzing import check_told, examples, files_below, without_hanging
from hypothesis import event, given
from hypothesis import strategies as st

from corpora import journeys, write_columns
from rnnbench.__main__ import main

COMMANDS = ["plan", "data", "predict", "compare", "diff", "oracle", "report", "train", "x", "--help"]
OPTIONS = [
    *("--configfile", "--task", "--encoder", "--architecture", "--metric", "--split", "--margin", "--show", "--audit"),
    *("--now", "-x", "--", "--conf", "-h"),
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
ARGUMENTS = (
    st.sampled_from(OPTIONS) | st.sampled_from(VALUES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
)
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
    """Return the exit code; a wish for help, and arguments that are no arguments, end the program."""
    with without_hanging():
        try:
            return main(arguments)
        except SystemExit as end:
            return end.code


@examples(300)
@given(command=st.sampled_from(COMMANDS), arguments=st.lists(ARGUMENTS, max_size=5))
def test_any_arguments_end_in_an_exit_code(folder, capsys, command, arguments):
    code = called([command, *arguments])
    printed = capsys.readouterr()
    event(f"{code}")
    assert code in (0, 1, 2)
    if code == 2:
        check_told(printed.err)
    assert {path.partition("/")[0] for path in files_below(folder)} <= {
        *("results", "reports", "config.yaml", "tiny.yaml", "bad.yaml", "train", "test")
    }
