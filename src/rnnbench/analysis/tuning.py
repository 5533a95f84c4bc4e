"""Tuning: the expected score of the best of n learning rates."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnbench.analysis.statistics.estimates import student_interval
from rnnbench.analysis.statistics.expected_best import expected_best
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results.schemas import COMBINATION

Frame = Any


def tuning_rows(scores: Frame, runs: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `tuning`: a row for each combination and number of learning rates.

    The metric is the one by which the task selects; each seed keeps the rate that is best on validation. Only seeds
    that have a score at every rate count.
    """
    selection = runs.loc[runs["chosen_by"] != "", ["task", "chosen_by"]].drop_duplicates()
    by_selection_metric = scores[scores["split"].isin(["validation", "test"])].merge(
        selection, left_on=["task", "metric"], right_on=["task", "chosen_by"]
    )
    for key, group in by_selection_metric.groupby([*COMBINATION, "metric"], sort=False):
        table = group.pivot_table(index="seed", columns=["split", "learning_rate"], values="value").dropna()
        if len(table):
            yield from _rows(dict(zip((*COMBINATION, "metric"), key, strict=True)), table)


def _rows(key: dict[str, Any], table: Frame) -> Iterator[dict[str, Any]]:
    sign = 1 if key["metric"] in HIGHER_IS_BETTER else -1
    validation, test = (sign * table[split].to_numpy() for split in ("validation", "test"))
    expected_validation, expected_test = (sign * expected_best(validation, values) for values in (validation, test))
    n = len(table)
    spread = expected_validation.std(0, ddof=1) if n > 1 else np.full(validation.shape[1], np.nan)
    means = expected_validation.mean(0)
    low, high = student_interval(means, spread, np.full(len(means), n))
    for i, mean in enumerate(means):
        expected = {"tried": i + 1, "validation": float(mean), "low": float(low[i]), "high": float(high[i])}
        yield key | expected | {"test": float(expected_test[:, i].mean()), "runs": n}
