"""What other test sequences would have said: the noise that more seeds do not make smaller."""

import numpy as np

from rnnbench.corpus import Array
from rnnbench.metrics import Counts, ratios
from rnnbench.statistics import Interval

DRAWS = 2000
"""Times that sequences are drawn anew."""


def sequences_interval(
    first: Counts, second: Counts, metric: str, rng: np.random.Generator, *, draws: int = DRAWS
) -> Interval:
    """Return by how much the first network's mean score over seeds is above the second's, on other test sequences.

    Counts of the same N sequences, name -> (S, N) for S seeds, which need not be as many for both. The paired bootstrap
    over sequences (Koehn 2004, "Statistical significance tests for machine translation evaluation"): whole sequences
    are drawn anew, the same for all seeds and both networks. So a ratio of sums like slot F1 has an interval too.
    """
    n = next(iter(first.values())).shape[-1]
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).T
    again = _mean_scores(first, weights, metric) - _mean_scores(second, weights, metric)
    own = np.ones((n, 1))
    value = (_mean_scores(first, own, metric) - _mean_scores(second, own, metric)).item()
    low, high = np.quantile(again, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def _mean_scores(counts: Counts, weights: Array, metric: str) -> Array:
    """Return the mean over seeds of a score, (draws,), where each sequence counts as often as its weight (N, draws)."""
    return ratios({name: values @ weights for name, values in counts.items()})[metric].mean(0)
