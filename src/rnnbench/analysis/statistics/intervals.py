"""Means over seeds, their bootstrap intervals, and intervals as text."""

import math
from collections.abc import Callable

import numpy as np

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.common.typing import Array

DRAWS = 2000
"""Number of bootstrap samples of the seeds."""
Statistic = Callable[[Array], tuple[Array, Array]]
"""Scores (..., C, S) of C strata and S seeds -> the statistic (...) and its standard error (...)."""


def mean(scores: Array) -> tuple[Array, Array]:
    """Return the mean over strata of the mean over seeds, and its standard error when seeds are drawn within strata.

    >>> [float(x) for x in mean(np.array([[1.0, 3.0], [2.0, 2.0]]))]
    [2.0, 0.5]
    """
    strata, seeds = scores.shape[-2:]
    return scores.mean((-2, -1)), np.sqrt(_variance(scores).sum(-1) / seeds) / strata


def interquartile_mean(scores: Array) -> tuple[Array, Array]:
    """Return the mean of the middle half of all scores, and its standard error.

    A quarter, rounded down, is cut off at either end (Agarwal et al. 2021, "Deep reinforcement learning at the edge of
    the statistical precipice"). The standard error is that of a trimmed mean, from winsorized scores: those
    beyond the cuts are moved to the cuts (Tukey & McLaughlin 1963; Wilcox 2012, Introduction to Robust Estimation,
    section 3.3).

    >>> float(interquartile_mean(np.array([[1.0, 2.0, 3.0, 100.0]]))[0])
    2.5
    """
    ordered = np.sort(scores.reshape(*scores.shape[:-2], -1), -1)
    n = ordered.shape[-1]
    cut = n // 4
    middle = ordered[..., cut : n - cut]
    winsorized = np.clip(ordered, middle[..., :1], middle[..., -1:])
    return middle.mean(-1), np.sqrt(_variance(winsorized) * n) / (n - 2 * cut)


def bootstrap_interval(
    scores: Array, statistic: Statistic, rng: np.random.Generator, *, level: float = 0.95, draws: int = DRAWS
) -> Interval:
    """Return a statistic of scores (C, S) with its interval when other seeds are drawn within each of the C strata.

    It is the bootstrap-t interval (Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 12.5): it follows
    from the distances of the statistics of resampled seeds from this one, each in units of its own standard error. With
    ten seeds its coverage is the nominal one, where that of plain percentiles is several points lower. The interval has
    no width where seeds do not differ, and its ends are NaN for a single seed.
    """
    strata, seeds = scores.shape
    value, error = (float(number) for number in statistic(scores))
    if seeds < 2:
        return Interval(value, float("nan"), float("nan"))
    picks = rng.integers(seeds, size=(draws, strata, seeds))
    resampled, errors = statistic(np.take_along_axis(scores[None], picks, -1))
    varies = errors > 0
    if not varies.any():
        return Interval(value, value, value)
    t = (resampled[varies] - value) / errors[varies]
    low, high = np.quantile(t, [(1 + level) / 2, (1 - level) / 2])
    return Interval(value, value - float(low) * error, value - float(high) * error)


def interval_text(low: float, high: float, number: Callable[[float], str], *, unknown: str = "") -> str:
    """Return the ends of an interval as text, each written by `number`; `unknown` where they are NaN.

    >>> interval_text(-0.5, 1.0, "{:+.2f}".format), interval_text(float("nan"), float("nan"), str, unknown="-")
    ('-0.50 to +1.00', '-')
    """
    return unknown if math.isnan(low) else f"{number(low)} to {number(high)}"


def _variance(values: Array) -> Array:
    """Return the sample variance over the last axis; NaN for a single value."""
    return values.var(-1, ddof=1) if values.shape[-1] > 1 else np.full(values.shape[:-1], np.nan)
