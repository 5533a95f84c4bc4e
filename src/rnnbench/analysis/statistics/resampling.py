"""What other test sequences would have said: the noise that more seeds do not make smaller."""

import numpy as np

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.common.typing import Array

DRAWS = 2000
"""Times that sequences are drawn anew."""


def drawn_anew(n: int, rng: np.random.Generator, *, draws: int = DRAWS) -> Array:
    """Return how often each of n sequences is there when as many are drawn anew, (n, 1 + draws); first: each once."""
    return np.concatenate([np.ones((n, 1)), rng.multinomial(n, np.full(n, 1 / n), size=draws).T], 1)


def mean_scores(part: Array, whole: Array, weights: Array) -> Array:
    """Return the mean over S seeds of a ratio of sums, parts and wholes (S, N), for weights (N, draws): (draws,)."""
    return ((part @ weights) / np.maximum(whole @ weights, 1)).mean(0)


def interval_of(drawn: Array) -> Interval:
    """Return the first value with the interval that the others make: a percentile bootstrap."""
    low, high = np.quantile(drawn[1:], [0.025, 0.975])
    return Interval(float(drawn[0]), float(low), float(high))


def sequences_interval(
    first: tuple[Array, Array], second: tuple[Array, Array], rng: np.random.Generator, *, draws: int = DRAWS
) -> Interval:
    """Return by how much the first network's mean score over seeds is above the second's, on other test sequences.

    Each is a part and a whole (S, N) of the same N sequences, for S seeds, which need not be as many for both. The
    paired bootstrap over sequences (Koehn 2004, "Statistical significance tests for machine translation evaluation"):
    whole sequences are drawn anew, the same for all seeds and both networks. So a ratio of sums like slot F1 has an
    interval too.
    """
    weights = drawn_anew(first[0].shape[-1], rng, draws=draws)
    return interval_of(mean_scores(*first, weights) - mean_scores(*second, weights))
