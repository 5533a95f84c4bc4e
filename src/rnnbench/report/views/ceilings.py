"""How far the networks stay below what could be known, and whether one seems to know more."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables, of_task

ERROR = 0.05
"""How often chance alone may put any network of an experiment beyond its ceiling."""
LEARNT = ("slot_accuracy", "token_accuracy")
"""The metrics by which it is told how much was learnt: the first that a task has."""


class Excess(NamedTuple):
    """By how much a score is above its ceiling, as a share and in standard errors."""

    value: float
    standard_errors: float


def comparisons(shortfalls: Frame) -> Frame:
    """Return the rows that are held against a bound: token accuracy, where the difference is a number.

    The oracle answers with the most probable label, so its token accuracy is what nobody can expect to pass. A tagger
    that likes to name slots can pass its slot accuracy honestly.
    """
    return _numbers(shortfalls[shortfalls["metric"] == "token_accuracy"])


def _numbers(shortfalls: Frame) -> Frame:
    return shortfalls.dropna(subset=["value", "standard_error"])


def bound(n: int) -> float:
    """Return how many standard errors a score may be above its ceiling by chance, when n of them are looked at.

    The one-sided 5 % point of the normal distribution, shared among n comparisons (Bonferroni), so that all of them
    together are wrong in at most 5 % of experiments, however they hang together.

    >>> round(bound(1), 3), round(bound(1000), 3)
    (1.645, 3.891)
    """
    return NormalDist().inv_cdf(1 - ERROR / n)


def beyond_ceiling(shortfalls: Frame) -> Frame:
    """Return the rows whose score is above its ceiling beyond chance, the one furthest above first.

    Without any standard error every score above its ceiling is beyond chance.
    """
    rows = comparisons(shortfalls)
    beyond = rows["value"] < -bound(max(len(rows), 1)) * rows["standard_error"]
    return rows[beyond].sort_values("value", kind="stable")


def largest_excess(shortfalls: Frame) -> Excess | None:
    """Return the excess of most standard errors; None when no score is above its ceiling."""
    rows = comparisons(shortfalls)
    above = rows[rows["value"] < 0]
    if above.empty:
        return None
    with np.errstate(divide="ignore"):
        found = [Excess(*pair) for pair in zip(-above["value"], -above["value"] / above["standard_error"], strict=True)]
    return max(found, key=lambda excess: excess[::-1])


def learnt(tables: Tables, task: str) -> Frame:
    """Return how far each architecture stays below its ceiling on the test split, reading its best encoder.

    Indexed by architecture, in order; columns: encoder, information, ceiling, mean and std of the shortfall over the
    selected runs, and their count. The best encoder is the one with the smallest mean shortfall.
    """
    metric = learnt_metric(tables, task)
    rows = _on_test(tables, task, metric)
    groups = rows.groupby(["architecture", "encoder", "information"], sort=False)["value"]
    table = groups.agg(["mean", "std", "count"]).reset_index(["encoder", "information"])
    best = table.sort_values("mean", kind="stable")
    best = best[~best.index.duplicated()]
    known = queries.ceilings(tables, task, metric) if metric else {}
    best = best.assign(ceiling=best["information"].map(known).astype(float))
    return best.reindex([name for name in queries.architectures(tables, task) if name in best.index])


def learnt_metric(tables: Tables, task: str) -> str | None:
    """Return the metric by which it is told how much of a task was learnt; None where nothing is known."""
    known = set(_on_test(tables, task)["metric"])
    return next((metric for metric in LEARNT if metric in known), None)


def _on_test(tables: Tables, task: str, metric: str | None = None) -> Frame:
    rows = _numbers(of_task(tables["shortfalls"], task))
    return rows[(rows["split"] == "test") & (rows["metric"] == metric if metric else True)]
