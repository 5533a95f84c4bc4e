"""The bootstrap over test sequences: the uncertainty of a score that more seeds do not reduce.

Whole sequences are resampled, the same ones for all seeds and all networks: the paired bootstrap of Koehn (2004,
"Statistical significance tests for machine translation evaluation"). It applies to ratios of sums like slot F1, too.
"""

import numpy as np

from rnnbench.analysis.statistics import intervals
from rnnbench.common.typing import Array

DRAWS = 2000
"""Number of bootstrap samples of the sequences."""


def bootstrap_counts(n: int, rng: np.random.Generator, *, draws: int = DRAWS) -> Array:
    """Return how often each of n sequences is in each bootstrap sample, (n, 1 + draws).

    The first sample is the original one, which has each sequence once.
    """
    return np.concatenate([np.ones((n, 1)), rng.multinomial(n, np.full(n, 1 / n), size=draws).T], 1)


def mean_scores(part: Array, whole: Array, weights: Array) -> Array:
    """Return the mean over S seeds of a ratio of sums, (draws,), from parts, wholes (S, N) and weights (N, draws)."""
    return ((part @ weights) / np.maximum(whole @ weights, 1)).mean(0)


def around_zero(resampled: Array, draws: int = intervals.DRAWS) -> Array:
    """Return what the samples add to the first, observed value, (draws,), from resampled values (1 + n,).

    There are fewer samples of sequences than of blocks, since each has as many numbers as sequences; they are repeated.
    """
    return np.resize(resampled[1:] - resampled[0], draws)
