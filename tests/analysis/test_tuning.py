"""The table `tuning`: every rate that a search tried, and whether the best one lies at an edge."""

import pytest

from helpers.specifications import runs_of
from rnnbench.analysis.tuning import tuning_rows
from rnnbench.results.store import write_run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def searched(score, *, metric="slot_f1", **training):
    """Return the rows of a combination whose search on two blocks has ended; `score` of a rate and a seed."""
    training = {"seeds": 5, "search_seeds": 2} | training
    while True:
        runs = runs_of(training=training)
        for rate, seed in runs.choice.missing:
            scores = [["validation", name, score(rate, seed)] for name in {metric, "loss"}]
            record = {"status": "done", "chosen_by": metric, "least_gain": 0.001, "scores": scores}
            write_run(runs.job.run(runs.combination, seed, rate).digest, record, {})
        if not runs.choice.missing:
            return list(tuning_rows(runs))


def test_each_rate_has_its_mean_over_the_blocks_of_the_search():
    rows = searched(lambda rate, seed: 0.9 - 10 * abs(rate - 0.01) + 0.02 * seed)
    assert [row["learning_rate"] for row in rows] == [0.005, 0.01, 0.02]
    assert [row["validation"] for row in rows] == pytest.approx([0.86, 0.91, 0.81])
    assert [row["blocks"] for row in rows] == [2, 2, 2]
    assert [row["selected"] for row in rows] == [False, True, False]
    assert not any(row["edge"] for row in rows)
    assert all(row["low"] <= row["validation"] <= row["high"] for row in rows)


def test_a_best_rate_at_an_edge_of_a_list_is_marked():
    rows = searched(lambda rate, _: rate, learning_rates=(0.1, 0.2))
    assert [(row["selected"], row["edge"]) for row in rows] == [(False, False), (True, True)]


def test_errors_keep_their_sign():
    rows = searched(lambda rate, _: rate, metric="squared_error", learning_rates=(0.1, 0.2))
    assert [(row["validation"], row["selected"]) for row in rows] == [(0.1, True), (0.2, False)]


def test_nothing_was_tried():
    assert list(tuning_rows(runs_of(training={"seeds": 3}))) == []
