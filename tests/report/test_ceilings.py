"""Scores above their ceiling beyond chance, and the gap to the Bayes-optimal ceiling."""

from typing import Any

import numpy as np
import pytest

from rnnbench.report.sections.scores.ceilings import gap_table
from rnnbench.report.views.ceilings import beyond_ceiling, bound, gap_to_ceiling, largest_excess
from rnnbench.report.views.queries import Frame
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

KEY = {"task": "travel", "encoder": "one_of_n", "architecture": "gru", "seed": 0, "learning_rate": 0.01}


def shortfalls(*pairs: tuple[float, float], **names: Any) -> Frame:
    """Return the table `shortfalls` with a row for each (value, standard error)."""
    key = KEY | {"split": "test", "information": "prefix", "metric": "token_accuracy"} | names
    return frame("shortfalls", [key | {"value": value, "standard_error": error} for value, error in pairs])


def offending(*pairs: tuple[float, float]) -> list[float]:
    """Return the values that are beyond their ceiling."""
    return beyond_ceiling(shortfalls(*pairs))["value"].tolist()


def test_a_score_far_above_its_ceiling_is_reported_and_one_within_chance_is_not() -> None:
    assert offending((-0.0165, 0.01)) == [-0.0165]  # alone it may be 1.645 standard errors above
    assert offending((-0.0164, 0.01)) == []
    assert offending((-0.0165, 0.01), (0.1, 0.01)) == []  # of two 1.960
    assert offending((0.5, 0.01), (-0.04, 0.01), (-0.06, 0.01)) == [-0.06, -0.04]


def test_without_a_standard_error_any_excess_is_beyond_chance() -> None:
    assert offending((-1e-6, 0.0), (0.0, 0.0), (1e-6, 0.0)) == [-1e-6]


def test_slot_accuracy_has_no_bound_to_be_beyond() -> None:
    assert beyond_ceiling(shortfalls((-0.5, 0.01), metric="slot_accuracy")).empty


def test_rows_without_a_number_are_not_compared() -> None:
    assert offending((-0.0165, 0.01), (np.nan, np.nan)) == [-0.0165]
    assert beyond_ceiling(shortfalls()).empty
    assert list(beyond_ceiling(shortfalls()).columns) == list(SCHEMAS["shortfalls"])


@pytest.mark.parametrize("n", [1, 10, 500])
def test_chance_alone_is_beyond_in_no_more_than_one_experiment_in_twenty(n: int) -> None:
    """Networks are as good as their ceilings; in 2000 experiments 3 standard errors of the share 0.05 are 0.015."""
    largest = np.random.default_rng(n).normal(size=(2000, n)).max(axis=1)
    assert np.mean(largest > bound(n)) < 0.065


def test_noise_in_the_table_is_not_reported_either() -> None:
    rng = np.random.default_rng(0)
    reported = [bool(offending(*((value, 0.01) for value in rng.normal(0, 0.01, 40)))) for _ in range(200)]
    assert np.mean(reported) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_the_largest_excess_is_the_one_of_most_standard_errors() -> None:
    assert largest_excess(shortfalls((-0.03, 0.02), (-0.02, 0.01), (0.9, 0.01))) == pytest.approx((0.02, 2.0))
    assert largest_excess(shortfalls((0.0, 0.01), (0.1, 0.01))) is None
    excess = largest_excess(shortfalls((-0.03, 0.001), (-0.001, 0.0)))
    assert excess is not None
    assert excess.standard_errors == float("inf")


def test_each_architecture_is_reported_with_its_best_encoder() -> None:
    tables = {name: frame(name, []) for name in SCHEMAS}
    rows = [shortfalls((0.1, 0.01), (0.3, 0.01)), shortfalls((0.02, 0.01), (0.04, 0.01), encoder="letter_trigram")]
    rows.append(shortfalls((0.9, 0.01), split="pairs"))
    key = {"task": "travel", "split": "test", "information": "prefix", "metric": "token_accuracy"}
    tables["ceilings"] = frame(
        "ceilings",
        [
            key | {"phenomenon": "all", "value": 0.9, "realised": 0.91, "standard_error": 0.01},
            key | {"phenomenon": "cue_after", "value": 0.4, "realised": 0.4, "standard_error": 0.01},
            key | {"phenomenon": "all", "value": 0.1, "realised": 0.1, "standard_error": 0.01, "split": "pairs"},
        ],
    )
    tables["shortfalls"] = frame("shortfalls", [row for table in rows for row in table.to_dict("records")])
    zeros = {"str": "", "int64": 0, "Int64": None, "float64": 0.0, "bool": False}
    tables["runs"] = frame("runs", [{name: zeros[kind] for name, kind in SCHEMAS["runs"].items()} | KEY])
    gap = gap_to_ceiling(tables, "travel").loc["gru"]
    names = ("encoder", "information", "ceiling", "realised", "count")
    assert tuple(gap[name] for name in names) == ("letter_trigram", "prefix", 0.9, 0.91, 2)
    assert (gap["mean"], gap["std"]) == pytest.approx((0.03, 0.02 / np.sqrt(2)))
    (row,) = [row for group in gap_table(tables, "travel").groups for row in group.rows]
    assert [cell.text for cell in row.cells[:4]] == ["the sentence up to the word", "0.900", "0.910", "3.0"]
