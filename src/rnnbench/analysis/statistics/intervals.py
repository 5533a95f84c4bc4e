"""Means over seeds, and the intervals in which other seeds would find them."""

from collections.abc import Callable

import numpy as np

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.common.typing import Array

DRAWS = 2000
"""Times that seeds are drawn anew."""


Summary = Callable[[Array], tuple[Array, Array]]
"""Scores (..., C, S) of C strata and S seeds -> a number for each (...) and its standard error."""


def mean(scores: Array) -> tuple[Array, Array]:
    """Return the mean over strata of the mean over seeds, and its standard error: seeds are drawn within strata.

    >>> [float(x) for x in mean(np.array([[1.0, 3.0], [2.0, 2.0]]))]
    [2.0, 0.5]
    """
    strata, seeds = scores.shape[-2:]
    return scores.mean((-2, -1)), np.sqrt(_variance(scores).sum(-1) / seeds) / strata


def interquartile_mean(scores: Array) -> tuple[Array, Array]:
    """Return the mean of the middle half of all scores, and its standard error.

    A quarter, rounded down, is cut off at either end (Agarwal et al. 2021, "Deep reinforcement learning at the edge of
    the statistical precipice"). The standard error is that of a trimmed mean: of the scores with those beyond the cuts
    moved to the cuts (Tukey & McLaughlin 1963; Wilcox 2012, Introduction to Robust Estimation, section 3.3).

    >>> float(interquartile_mean(np.array([[1.0, 2.0, 3.0, 100.0]]))[0])
    2.5
    """
    ordered = np.sort(scores.reshape(*scores.shape[:-2], -1), -1)
    n = ordered.shape[-1]
    cut = n // 4
    middle = ordered[..., cut : n - cut]
    moved = np.clip(ordered, middle[..., :1], middle[..., -1:])
    return middle.mean(-1), np.sqrt(_variance(moved) * n) / (n - 2 * cut)


def bootstrap_interval(
    scores: Array, summary: Summary, rng: np.random.Generator, *, level: float = 0.95, draws: int = DRAWS
) -> Interval:
    """Return a summary of scores (C, S) with its interval when other seeds are drawn, within each of the C strata.

    By the bootstrap of Student's t (Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 12.5): how far
    summaries of seeds drawn anew lie from this one, in units of their own standard error. With ten seeds it covers what
    it says, where plain percentiles cover several points less. Seeds without any spread have an interval of no width.
    """
    strata, seeds = scores.shape
    value, error = (float(number) for number in summary(scores))
    if seeds < 2:
        return Interval(value, float("nan"), float("nan"))
    picks = rng.integers(seeds, size=(draws, strata, seeds))
    again, errors = summary(np.take_along_axis(scores[None], picks, -1))
    spread = errors > 0
    if not spread.any():
        return Interval(value, value, value)
    t = (again[spread] - value) / errors[spread]
    low, high = np.quantile(t, [(1 + level) / 2, (1 - level) / 2])
    return Interval(value, value - float(low) * error, value - float(high) * error)


def _variance(values: Array) -> Array:
    """Return the variance over the last axis, as a sample's; NaN where there is one value alone."""
    return values.var(-1, ddof=1) if values.shape[-1] > 1 else np.full(values.shape[:-1], np.nan)
