"""The command line: what it prints, and that a user's mistake is one line and exit status 2."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.column_files import write_columns
from helpers.project_copy import ROOT
from rnnbench.__main__ import main
from rnnbench.report.wording.glossary import FACTS

SENTENCE = "leave Taipei on November 2nd"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text((ROOT / "config.yaml").read_text())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "command", ["", "plan", "status", "data", "train", "predict", "compare", "diff", "oracle", "step", "report"]
)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command.split(), "--help"])
    assert end.value.code == 0
    assert "usage: rnnbench" in capsys.readouterr().out


def test_plan_counts(capsys):
    """Of each combination: three rates on three blocks, and the other seventeen blocks at the best of them."""
    assert main(["plan"]) == 0
    assert capsys.readouterr().out.startswith(f"72 combinations, {72 * (3 * 3 + 17)} runs: 0 done, 1872 to do\n")


def test_data_prints_targets_below_inputs(capsys):
    assert main(["data", "register", "--show", "2"]) == 0
    statistics, *sequences = capsys.readouterr().out.strip().split("\n\n")
    assert [line.split() for line in statistics.splitlines()] == [
        ["train", "validation", "test", "test_2x", "test_5x", "test_10x"],
        [*FACTS["sequences"].split(), "20000", "500", "1000", "500", "200", "100"],
        [*FACTS["positions"].split(), "400000", "10000", "20000", "20000", "20000", "20000"],
        [*FACTS["longest"].split(), "20", "20", "20", "40", "100", "200"],
    ]
    assert len(sequences) == 2
    x1, x2, x3, y = (list(map(int, line.split())) for line in sequences[0].splitlines())
    assert len(x1) == len(x2) == len(x3) == len(y) == 20


STATISTICS = """\
                                  train validation    test
sequences                             2          1       2
positions                             5          2       3
longest                               3          2       2
distinct_words                        4          2       3
unseen_words_share                0.00%     50.00%  33.33%
duplicates                            0          0       1
labels                                3          2       3
untrained_labels                      0          0       1
untrained_labels_share            0.00%      0.00%  33.33%"""
CORPUS_TEXT = """\
labels: O, B-city, I-city
only in test, so never predicted: B-day
note: slots that begin with I- in train: 1 (I-city); slot_f1 counts them, slot_f1_strict does not

to  New     York
O   B-city  I-city

to  Rome
O   I-city
"""


def test_data_describes_a_corpus_of_ones_own(capsys):
    files = {
        "train": [(["to", "New", "York"], ["O", "B-city", "I-city"]), (["to", "Rome"], ["O", "I-city"])],
        "validation": [(["to", "Oslo"], ["O", "B-city"])],
        "test": [(["to", "Rome"], ["O", "B-city"]), (["today"], ["B-day"])],
    }
    Path("mine").mkdir()
    paths = ", ".join(f"{name}: {write_columns(Path('mine') / name, sentences)}" for name, sentences in files.items())
    Path("mine.yaml").write_text(f"tasks: [{{task: columns, {paths}}}]\n")
    assert main(["data", "mine", "--configfile", "mine.yaml"]) == 0
    table, text = capsys.readouterr().out.split("\n\n", 1)
    assert [line.rsplit(maxsplit=3) for line in table.splitlines()] == [
        [FACTS.get(name, name) for name in line.split()] for line in STATISTICS.splitlines()
    ]
    assert text == CORPUS_TEXT
    Path("mine/test").write_text("to\tO\nRome\n")
    assert main(["data", "mine", "--configfile", "mine.yaml"]) == 2
    assert capsys.readouterr().err.startswith("mine/test:2: this line has no tab")


def test_oracle_prints_a_distribution_for_each_kind_of_information(capsys):
    assert main(["oracle", SENTENCE]) == 0
    word, prefix, sentence = capsys.readouterr().out.strip().split("\n\n")
    taipei = [
        next(line for line in part.splitlines() if line.startswith("taipei")) for part in (word, prefix, sentence)
    ]
    assert "0.47" in taipei[0]  # the rest is for the city that is taken back
    assert all("B-place_of_departure" in line for line in taipei[1:])
    assert "0.9" in taipei[1]  # it may still be taken back
    assert "1.000" in taipei[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["oracle", "leave Gandalf"], "word 2, 'gandalf', is not a word in the language"),
        (["oracle", "hello", "--task", "register"], "the task register has no oracle for sentences"),
        (["data", "travl"], "unknown task 'travl'; did you mean 'travel'?"),
        (["data", "columns"], "the task columns needs train and test; write it into a configuration"),
        (["predict", SENTENCE], "no such combination is trained yet; run snakemake, or: rnnbench train"),
        (
            ["predict", SENTENCE, "--architecture", "lsmt"],
            "--architecture: the configuration has no architecture 'lsmt'; did you mean 'lstm'?",
        ),
        (["plan", "--configfile", "no.yaml"], "no.yaml: cannot be read: No such file or directory"),
        (["report"], "results/tables/facts.json is not there yet; run snakemake first"),
        (["step", "data", "nowhere", "out"], "nowhere: no plan; snakemake writes them into results/plan/"),
        (["step", "data", "config.yaml", "out"], "config.yaml: no plan; snakemake writes them into results/plan/"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.strip() == message


def test_incomplete_results_are_reported_in_one_line(capsys):
    Path("results/tables").mkdir(parents=True)
    Path("results/tables/facts.json").write_text("{}")
    assert main(["report"]) == 2
    assert capsys.readouterr().err == "results/tables/scores.parquet is not there; run snakemake again\n"
    Path("results/plan").touch()
    assert main(["plan"]) == 1
    assert "results/plan: cannot be written: File exists" in capsys.readouterr().err


def test_train_and_predict_without_the_workflow(capsys):
    Path("tiny.yaml").write_text(
        "tasks: [{task: travel, train: 64, validation: 16, test: 16}]\n"
        "encoders: [one_of_n]\narchitectures: [elman]\n"
        "size: {hidden: 8}\ntraining: {seeds: 1, learning_rates: [0.01], max_steps: 4, patience: 4, check: 2}\n"
    )
    assert main(["train", "--configfile", "tiny.yaml"]) == 0
    assert "slot_f1" in capsys.readouterr().out
    assert main(["predict", SENTENCE, "--configfile", "tiny.yaml"]) == 0
    printed = capsys.readouterr()
    assert printed.err == "travel, one_of_n, elman, seed 0, learning rate 0.01\n"
    assert [line.split()[0] for line in printed.out.splitlines()[1:6]] == SENTENCE.lower().split()


def test_starting_up_is_quick_because_torch_is_not_imported():
    program = (
        "import sys, rnnbench.__main__ as m; m.main(['plan']); print(sorted({'torch', 'pandas'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
