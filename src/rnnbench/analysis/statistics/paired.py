"""Comparisons of two networks that were trained with the same seeds on the same sentences."""

import itertools
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import stdtrit

from rnnbench.common.typing import Array

MAX_EXACT_SEEDS = 12
"""Largest number of seeds for which every combination of flipped signs is tried."""
RANDOM_FLIPS = 10_000
"""Number of random combinations of flipped signs for more seeds."""
POWER = 0.8
"""Probability of finding a difference of the detectable size."""
Decision = Literal["better", "worse", "equivalent", "undecided"]


def sign_flip_test(differences: Array, rng: np.random.Generator) -> float:
    """Return the p-value of no difference: how often the mean is as far from 0 when signs are flipped at random.

    The test is two-sided, and exact up to MAX_EXACT_SEEDS seeds (Fisher 1935, The Design of Experiments, section 21).
    With n seeds p is never below 2 / 2^n. It is NaN where `differences` is empty.

    >>> sign_flip_test(np.array([1.0, 2.0, 3.0]), np.random.default_rng(0))
    0.25
    """
    n = len(differences)
    if not n:
        return float("nan")
    if n <= MAX_EXACT_SEEDS:
        signs = np.array(list(itertools.product((-1, 1), repeat=n)))
    else:
        signs = np.concatenate([np.ones((1, n)), rng.choice((-1, 1), size=(RANDOM_FLIPS, n))])
    # A sum that differs from the observed one by rounding alone counts as equally far from 0.
    flipped, observed = np.abs(signs @ differences), abs(differences.sum())
    return float(np.mean(flipped >= observed * (1 - 1e-9)))


def probability_of_improvement(first: Array, second: Array) -> float:
    """Return the probability that a run of the first scores above one of the second; equal scores count half.

    It is the statistic of Mann & Whitney (1947) divided by the number of pairs, as in Agarwal et al. (2021).

    >>> probability_of_improvement(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    above = (first[:, None] > second).mean()
    return float(above + (first[:, None] == second).mean() / 2)


def decide(low: float, high: float, margin: float) -> Decision:
    """Return the decision on a difference from its interval; within ±margin both are equivalent.

    >>> [decide(*ends, 0.01) for ends in ((0.001, 0.02), (-0.005, 0.002), (-0.02, 0.001))]
    ['better', 'equivalent', 'undecided']
    """
    if -margin < low and high < margin:
        return "equivalent"
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


class Power(NamedTuple):
    """The statistical power of a paired experiment."""

    detectable: float
    """Smallest mean difference that is found with probability POWER at a level of 5 %."""
    seeds: int | None
    """Number of seeds with which the observed difference would be found; None where it is 0 or unknown."""


def power(differences: Array, *, max_seeds: int = 10_000) -> Power:
    """Return the power of a comparison of n seeds, from the spread of their paired differences.

    detectable = (t_.975 + t_POWER) s / sqrt(n) with n - 1 degrees of freedom; see also Bouthillier et al. 2021,
    "Accounting for variance in machine learning benchmarks". It is NaN with fewer than two seeds.
    """
    n = len(differences)
    if n < 2:
        return Power(float("nan"), None)
    spread, observed = float(np.std(differences, ddof=1)), abs(float(np.mean(differences)))
    needed = next((m for m in range(2, max_seeds) if _detectable(m, spread) <= observed), None) if observed else None
    return Power(_detectable(n, spread), needed)


def _detectable(n: int, spread: float) -> float:
    return float((stdtrit(n - 1, 0.975) + stdtrit(n - 1, POWER)) * spread / n**0.5)
