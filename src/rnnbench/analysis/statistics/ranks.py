"""Many comparisons at once: corrected p-values, mean ranks over blocks, groups that do not differ significantly."""

from typing import NamedTuple

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range

from rnnbench.common.typing import Array


def holm(p_values: Array) -> Array:
    """Return p-values corrected for multiple testing (Holm 1979).

    Where nothing differs, any of them is below 5 % in at most 5 % of experiments.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    n, order = len(p_values), np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


class Ranking(NamedTuple):
    """Ranks of K methods over N blocks."""

    ranks: Array
    """(K,) mean ranks; 1 is best."""
    p_value: float
    """The p-value of no difference between the methods, by Friedman's test (1937)."""
    critical_difference: float
    """Mean ranks closer than this do not differ significantly (Nemenyi 1963; Demsar 2006, JMLR 7)."""
    groups: list[tuple[int, ...]]
    """Largest sets of two or more methods that do not differ significantly, best first."""


def ranking(scores: Array, *, level: float = 0.05) -> Ranking:
    """Return the ranks of K methods over N blocks, from scores (N, K); a higher score is better."""
    n, k = scores.shape
    ranks = rankdata(-scores, axis=1).mean(0)
    all_equal = (scores == scores[:, :1]).all()
    p_value = 1.0 if all_equal or k < 3 else float(friedmanchisquare(*scores.T).pvalue)
    quantile = float(studentized_range.ppf(1 - level, k, np.inf)) / 2**0.5
    difference = quantile * (k * (k + 1) / (6 * n)) ** 0.5
    return Ranking(ranks, p_value, difference, tied_groups(ranks, difference))


def tied_groups(ranks: Array, difference: float) -> list[tuple[int, ...]]:
    """Return the largest sets of methods whose mean ranks lie within a difference of each other.

    >>> tied_groups(np.array([1.0, 3.0, 1.5, 3.2]), 1.8)
    [(0, 2), (2, 1, 3)]
    """
    order = np.argsort(ranks, kind="stable")
    spans: list[tuple[int, ...]] = []
    for first in range(len(order)):
        last = int(np.searchsorted(ranks[order], ranks[order[first]] + difference, side="right"))
        span = tuple(int(i) for i in order[first:last])
        if len(span) > 1 and not (spans and set(span) <= set(spans[-1])):
            spans.append(span)
    return spans


def profile(scores: Array, thresholds: Array) -> Array:
    """Return the performance profile of scores (S,): the share of runs above each threshold.

    >>> profile(np.array([0.2, 0.5, 0.9]), np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [1.0, 0.33, 0.0]
    """
    return (scores[:, None] > thresholds).mean(0)
