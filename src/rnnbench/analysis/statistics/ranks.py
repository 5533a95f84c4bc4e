"""Many comparisons at once: corrected p-values, and performance profiles."""

import numpy as np

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


def profile(scores: Array, thresholds: Array) -> Array:
    """Return the performance profile of scores (S,): the share of runs above each threshold.

    >>> profile(np.array([0.2, 0.5, 0.9]), np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [1.0, 0.33, 0.0]
    """
    return (scores[:, None] > thresholds).mean(0)
