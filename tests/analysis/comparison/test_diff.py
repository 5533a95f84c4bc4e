"""What moved between two experiments: the outcomes, the exit status, and the rate of false alarms."""

import numpy as np
import pytest
from scipy import stats

from rnnbench.__main__ import main
from rnnbench.analysis.comparison.changes import changes, outcomes
from rnnbench.analysis.comparison.result_folders import read_scores
from rnnbench.results.tables import frame, write_table

KEY = {"task": "travel", "encoder": "one_of_n", "learning_rate": 0.01, "split": "test", "metric": "slot_f1"}


def rows(name, values, **more):
    return [
        KEY | {"architecture": name, "seed": seed, "selected": True, "value": value} | more
        for seed, value in enumerate(values)
    ]


def write(folder, *scores):
    table = frame("scores", [row for part in scores for row in part])
    write_table("scores", table, csv=folder / "csv", parquet=folder / "results/tables")
    return folder


OLD = [rows("same", [0.5, 0.6]), rows("noise", [0.5, 0.6, 0.7]), rows("moved", [0.5, 0.6, 0.7, 0.8])]
NEW = [rows("same", [0.5, 0.6]), rows("noise", [0.6, 0.5, 0.72]), rows("moved", [0.7, 0.81, 0.9, 1.0])]


@pytest.fixture
def folders(tmp_path):
    old = write(tmp_path / "old", *OLD, rows("one", [0.5]), rows("gone", [0.5]))
    return old, write(tmp_path / "new", *NEW, rows("one", [0.6]), rows("fresh", [0.5]))


def test_every_outcome_is_told_and_movers_in_full(folders, capsys):
    assert main(["diff", *map(str, folders)]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "travel, one_of_n, moved"
    assert "slot_f1 0.6500 -> 0.8525, +0.2025" in out
    assert "only in OLD: 1\n  travel, one_of_n, gone" in out
    assert "only in NEW: 1\n  travel, one_of_n, fresh" in out
    summary = "1 the same to the bit, 1 within seed noise, 1 moved, 1 changed, but one seed is too few for a test"
    assert out.splitlines()[-1] == f"4 combinations: {summary}"


def test_the_same_twice_is_exit_status_0(folders, capsys):
    assert main(["diff", str(folders[0]), str(folders[0])]) == 0
    assert capsys.readouterr().out == "5 combinations: 5 the same to the bit\n"


def test_csv_says_the_same(folders, tmp_path, capsys):
    csv = tmp_path / "csv"
    csv.mkdir()
    (csv / "scores.csv").write_bytes((folders[1] / "csv/scores.csv").read_bytes())
    assert main(["diff", str(csv), str(folders[1])]) == 0
    assert "5 combinations: 5 the same" in capsys.readouterr().out


def test_p_values_are_those_of_the_paired_t_test(folders):
    old, new = (read_scores(folder, "test") for folder in folders)
    for change in changes(old, new):
        if len(change.old) > 1 and change.differences.any():
            assert change.p_value == pytest.approx(stats.ttest_rel(change.new, change.old).pvalue)
            low, high = stats.ttest_rel(change.new, change.old).confidence_interval()
            assert change.interval[1:] == pytest.approx((low, high))


def test_a_shift_of_all_seeds_alike_has_moved():
    old, new = ({("t", "e", "a"): {"slot_f1": {0: 0.5 + d, 1: 0.6 + d}}} for d in (0.0, 0.25))
    ((outcome, _),) = outcomes(changes(old, new))
    assert outcome == "moved"


def test_luck_alone_is_called_a_move_one_time_in_twenty_at_most():
    rng, alarms, experiments = np.random.default_rng(0), 0, 200

    def scores():
        return {("t", "e", str(i)): {"slot_f1": dict(enumerate(rng.normal(0.8, 0.02, 5)))} for i in range(40)}

    for _ in range(experiments):
        alarms += any(outcome == "moved" for outcome, _ in outcomes(changes(scores(), scores())))
    # 5 % of 200, and two standard errors of that number.
    assert alarms <= 10 + 2 * (200 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nowhere", "nowhere"), "nowhere has no scores.parquet, scores.csv or scores.csv.gz, neither in it nor"),
        (("x" * 5000, "{new}"), "xxx has no scores.parquet, scores.csv or scores.csv.gz, neither in it nor"),
        (("no\0where", "{new}"), "where has no scores.parquet, scores.csv or scores.csv.gz, neither in it nor"),
        (("{old}", "{new}", "--metric", "slot_f2"), "no combination has a slot_f2 in both; did you mean 'slot_f1'?"),
        (("{old}", "{new}", "--split", "tset"), "has no score of a selected run on 'tset'"),
    ],
)
def test_what_cannot_be_compared_is_one_line(folders, capsys, arguments, text):
    old, new = map(str, folders)
    assert main(["diff", *(argument.format(old=old, new=new) for argument in arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert text in line


def test_a_table_of_another_form_is_one_line(tmp_path, capsys):
    (tmp_path / "scores.csv").write_text("a,b\n1,2\n")
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be read as the table `scores`" in line
