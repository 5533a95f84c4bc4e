"""How far the networks stay below their Bayes-optimal ceilings, and whether a score is above its ceiling."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rnnbench.data.corpus import ALL
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables, of_task

ERROR_RATE = 0.05
"""Family-wise error rate: the share of experiments in which chance alone may put any score beyond its ceiling."""
GAP_METRICS = ("slot_accuracy", "token_accuracy")
"""The metrics of the gap to the Bayes-optimal ceiling: a task is reported by the first of them that it has."""


class Excess(NamedTuple):
    """By how much a score is above its ceiling: the difference, and that in standard errors."""

    value: float
    standard_errors: float


def comparisons(shortfalls: Frame) -> Frame:
    """Return the rows that are compared with their ceiling: those of token accuracy with a value and a standard error.

    The Bayes-optimal tagger answers with the most probable label, so no tagger is expected to exceed its token
    accuracy. A tagger that predicts too many slots can exceed its slot accuracy without knowing more.
    """
    return _measured(shortfalls[shortfalls["metric"] == "token_accuracy"])


def _measured(shortfalls: Frame) -> Frame:
    return shortfalls.dropna(subset=["value", "standard_error"])


def bound(n: int) -> float:
    """Return how many standard errors a score may be above its ceiling by chance, when n scores are compared.

    This is the one-sided 5 % point of the normal distribution with Bonferroni's correction for n comparisons: in at
    most 5 % of experiments any of them is wrong, whatever the dependence between them.

    >>> round(bound(1), 3), round(bound(1000), 3)
    (1.645, 3.891)
    """
    return NormalDist().inv_cdf(1 - ERROR_RATE / n)


def beyond_ceiling(shortfalls: Frame) -> Frame:
    """Return the rows whose score is above its ceiling beyond chance, largest excess first.

    Where the standard error is 0, every score above its ceiling is beyond chance.
    """
    rows = comparisons(shortfalls)
    beyond = rows["value"] < -bound(max(len(rows), 1)) * rows["standard_error"]
    return rows[beyond].sort_values("value", kind="stable")


def largest_excess(shortfalls: Frame) -> Excess | None:
    """Return the excess that is largest in standard errors; None when no score is above its ceiling."""
    rows = comparisons(shortfalls)
    above = rows[rows["value"] < 0]
    if above.empty:
        return None
    with np.errstate(divide="ignore"):
        standard_errors = -above["value"] / above["standard_error"]
    excesses = [Excess(*pair) for pair in zip(-above["value"], standard_errors, strict=True)]
    return max(excesses, key=lambda excess: excess[::-1])


def gap_to_ceiling(tables: Tables, task: str) -> Frame:
    """Return each architecture's gap to its Bayes-optimal ceiling on the test split, with its best encoder.

    Indexed by architecture, in order; columns: encoder, information, ceiling (the score that the oracle expects),
    realised (the score that it had on the labels that were drawn), mean and std of the gap over the selected runs, and
    their count. The gap is to the realised score, on the same sequences. The best encoder is the one with the smallest
    mean gap.
    """
    metric = gap_metric(tables, task)
    rows = _on_test(tables, task, metric)
    groups = rows.groupby(["architecture", "encoder", "information"], sort=False)["value"]
    table = groups.agg(["mean", "std", "count"]).reset_index(["encoder", "information"])
    best = table.sort_values("mean", kind="stable")
    best = best[~best.index.duplicated()]
    best = best.join(_on_whole_test(tables, task, metric), on="information")
    return best.reindex([name for name in queries.architectures(tables, task) if name in best.index])


def _on_whole_test(tables: Tables, task: str, metric: str | None) -> Frame:
    """Return the ceilings on the whole test split, indexed by information: columns ceiling and realised."""
    table = of_task(tables["ceilings"], task)
    here = (table["split"] == "test") & (table["phenomenon"] == ALL) & (table["metric"] == metric)
    return table[here].set_index("information")[["value", "realised"]].rename(columns={"value": "ceiling"})


def gap_metric(tables: Tables, task: str) -> str | None:
    """Return the metric by which the gap to the ceiling is reported; None where a task has no ceiling."""
    metrics = set(_on_test(tables, task)["metric"])
    return next((metric for metric in GAP_METRICS if metric in metrics), None)


def _on_test(tables: Tables, task: str, metric: str | None = None) -> Frame:
    rows = _measured(of_task(tables["shortfalls"], task))
    return rows[(rows["split"] == "test") & (rows["metric"] == metric if metric else True)]
