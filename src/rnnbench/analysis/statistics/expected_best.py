"""The expected score of the best of n learning rates: what a search for the learning rate is worth."""

from math import comb

import numpy as np

from rnnbench.common.typing import Array


def expected_best(validation: Array, test: Array) -> Array:
    """Return the expected test score of the best of n of N rates, (..., N) for n = 1 ... N, from scores (..., N).

    n rates are drawn without replacement and the one that is best on validation is kept (Dodge et al. 2019, "Show Your
    Work: Improved Reporting of Experimental Results", EMNLP, there with replacement). The result is exact: of all
    C(N, n) draws, the rate of rank i (1 is the worst on validation) is kept in C(i - 1, n - 1). Of equal rates the
    earlier one is kept. A validation score of NaN is worse than any number; a test score of NaN makes every expectation
    NaN in which it may be kept.

    >>> expected_best(np.array([0.3, 0.1, 0.2]), np.array([3.0, 1.0, 2.0])).round(3).tolist()
    [2.0, 2.667, 3.0]
    """
    comparable = np.where(np.isnan(validation), -np.inf, validation)
    order = np.flip(np.argsort(-comparable, axis=-1, kind="stable"), -1)
    ranked = np.take_along_axis(np.asarray(test, float), order, -1)
    weights = _weights(comparable.shape[-1])
    return np.where(weights > 0, ranked[..., None, :] * weights, 0.0).sum(-1)


def _weights(n: int) -> Array:
    """Return the share of draws of 1 ... n rates in which the rate of rank 1 ... n is kept, (n, n)."""
    return np.array([[comb(rank, size - 1) / comb(n, size) for rank in range(n)] for size in range(1, n + 1)])
