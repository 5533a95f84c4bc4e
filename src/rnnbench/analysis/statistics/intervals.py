"""Intervals of a mean over blocks, and intervals as text.

A block is a seed with all that was drawn with it: corpus, start weights, order. Blocks are independent; whatever was
measured within one is not, so whole blocks are redrawn.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, stdtrit

from rnnbench.analysis.statistics.estimates import UNKNOWN, Interval
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array

DRAWS = 10_000
"""Number of bootstrap samples of the blocks."""


@lru_cache(maxsize=8)
def block_counts(n: int) -> Array:
    """Return how often each of n blocks is in each bootstrap sample, (DRAWS, n); each row sums to n.

    All that has n blocks has the same samples.
    """
    counts = generator(purpose="blocks", blocks=n).multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(float)
    counts.setflags(write=False)
    return counts


def resampled_means(values: Array) -> Array:
    """Return the means of the bootstrap samples of n blocks, (DRAWS,), from values (n,).

    Where all values are equal, so are the means, to the last bit.
    """
    return values[0] + block_counts(len(values)) @ (values - values[0]) / len(values)


def interval_of_mean(values: Array) -> Interval:
    """Return the mean of the values of n blocks, (n,), with its 95 % interval for other blocks.

    It is the expanded percentile bootstrap: see `expanded_interval`. It has no width where blocks do not differ, its
    ends are NaN for a single block, and everything is NaN without any.

    >>> [round(number, 3) for number in interval_of_mean(np.array([0.5, 0.5, 0.5]))]
    [0.5, 0.5, 0.5]
    """
    if not len(values):
        return UNKNOWN
    values = np.asarray(values, float)
    mean = float(values[0] + np.mean(values - values[0]))
    if len(values) < 2:
        return Interval(mean, float("nan"), float("nan"))
    return expanded_interval(mean, resampled_means(values), freedom=len(values) - 1, shrinkage=1 - 1 / len(values))


def expanded_interval(value: float, draws: Array, *, freedom: float, shrinkage: float) -> Interval:
    """Return a value with its 95 % expanded percentile interval from bootstrap draws of it, (D,).

    Plain percentiles are too narrow, since the variance of a resampled mean is `shrinkage` times as large as it should
    be ((n - 1) / n for n blocks), and since the spread is estimated (`freedom`, n - 1). The quantile is moved out so
    that for normal values the interval is Student's: from 0.025 to Phi(t / sqrt(shrinkage)), t the 2.5 % point with so
    many degrees of freedom (Hesterberg 2015, "What teachers should know about the bootstrap", section 4.3, The American
    Statistician 69). Percentiles of draws stay within the range of the data, and so of the metric.
    """
    level = float(ndtr(stdtrit(freedom, 0.025) / shrinkage**0.5))
    low, high = np.quantile(draws, [level, 1 - level])
    return Interval(value, float(low), float(high))


def interval_text(low: float, high: float, number: Callable[[float], str], *, unknown: str = "") -> str:
    """Return the ends of an interval as text, each written by `number`; `unknown` where they are NaN.

    >>> interval_text(-0.5, 1.0, "{:+.2f}".format), interval_text(float("nan"), float("nan"), str, unknown="-")
    ('-0.50 to +1.00', '-')
    """
    return unknown if math.isnan(low) else f"{number(low)} to {number(high)}"
