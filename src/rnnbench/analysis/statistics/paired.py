"""Comparisons of two networks that were trained with the same seeds on the same sentences."""

import itertools
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import stdtrit

from rnnbench.common.typing import Array

EXACT = 12
"""Up to so many seeds every way to flip their signs is tried."""
FLIPS = 10_000
POWER = 0.8
Decision = Literal["better", "worse", "equivalent", "undecided"]


def sign_flip_test(differences: Array, rng: np.random.Generator) -> float:
    """Return the p-value of no difference: how often the mean is as far from 0 when signs are flipped at random.

    Two-sided, exact up to EXACT seeds (Fisher 1935, The Design of Experiments, section 21). With n seeds it is never
    below 2 / 2^n. NaN without any difference.

    >>> sign_flip_test(np.array([1.0, 2.0, 3.0]), np.random.default_rng(0))
    0.25
    """
    n = len(differences)
    if not n:
        return float("nan")
    if n <= EXACT:
        signs = np.array(list(itertools.product((-1, 1), repeat=n)))
    else:
        signs = np.concatenate([np.ones((1, n)), rng.choice((-1, 1), size=(FLIPS, n))])
    # What equals the mean but for rounding is as far from 0 as the mean is.
    means, own = np.abs(signs @ differences), abs(differences.sum())
    return float(np.mean(means >= own * (1 - 1e-9)))


def probability_of_improvement(first: Array, second: Array) -> float:
    """Return the chance that a run of the first is above one of the second, equal scores counted half.

    The statistic of Mann & Whitney (1947) as a share of all pairs, as in Agarwal et al. (2021).

    >>> probability_of_improvement(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    above = (first[:, None] > second).mean()
    return float(above + (first[:, None] == second).mean() / 2)


def decide(low: float, high: float, margin: float) -> Decision:
    """Return what an interval says of a difference: an interval within ±margin says that it does not matter.

    >>> [decide(*ends, 0.01) for ends in ((0.001, 0.02), (-0.005, 0.002), (-0.02, 0.001))]
    ['better', 'equivalent', 'undecided']
    """
    if -margin < low and high < margin:
        return "equivalent"
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


class Power(NamedTuple):
    """What an experiment could have seen."""

    detectable: float
    """The smallest mean difference that it finds with POWER, at a level of 5 %."""
    seeds: int | None
    """Seeds with which the difference that was seen would be found; None where it is 0 or unknown."""


def power(differences: Array, *, most: int = 10_000) -> Power:
    """Return what paired differences of n seeds could have shown, from their spread.

    detectable = (t_.975 + t_POWER) s / sqrt(n) with n - 1 degrees of freedom (Bouthillier et al. 2021, "Accounting for
    variance in machine learning benchmarks", ask the same question). NaN with fewer than two seeds.
    """
    n = len(differences)
    if n < 2:
        return Power(float("nan"), None)
    spread, seen = float(np.std(differences, ddof=1)), abs(float(np.mean(differences)))
    needed = next((m for m in range(2, most) if _detectable(m, spread) <= seen), None) if seen else None
    return Power(_detectable(n, spread), needed)


def _detectable(n: int, spread: float) -> float:
    return float((stdtrit(n - 1, 0.975) + stdtrit(n - 1, POWER)) * spread / n**0.5)
