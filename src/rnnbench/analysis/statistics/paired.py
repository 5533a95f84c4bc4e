"""Tests of the paired differences of two networks over blocks, and the decision that follows from them.

"No difference" means that both networks have the same distribution of scores: then a block's difference is as likely to
have the one sign as the other, whatever the shape of the noise, and a test that flips signs is exact.
"""

import itertools
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import stdtr

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array

LEVEL = 0.05
"""Probability that any difference is claimed in a family of tests where there is none."""
MAX_EXACT_BLOCKS = 12
"""Largest number of blocks for which every combination of flipped signs is tried."""
RANDOM_FLIPS = 10_000
"""Number of random combinations of flipped signs for more blocks."""
Decision = Literal["better", "worse", "equivalent", "undecided"]


class PValues(NamedTuple):
    """The p-values of a mean difference."""

    differs: float
    """Of the mean being 0, two-sided."""
    above: float
    """Of the mean being -margin or less, one-sided: small where the first is at most the margin below."""
    below: float
    """Of the mean being +margin or more, one-sided: small where the first is at most the margin above."""


NO_P_VALUES = PValues(float("nan"), float("nan"), float("nan"))


@lru_cache(maxsize=8)
def flips(n: int) -> Array:
    """Return combinations of the signs of n blocks, (F, n): all of them, or those observed and random ones."""
    if n <= MAX_EXACT_BLOCKS:
        signs = np.array(list(itertools.product((-1.0, 1.0), repeat=n)))
    else:
        rng = generator(purpose="flips", blocks=n)
        signs = np.concatenate([np.ones((1, n)), rng.choice((-1.0, 1.0), size=(RANDOM_FLIPS, n))])
    signs.setflags(write=False)
    return signs


def sign_flip_test(differences: Array) -> float:
    """Return the p-value of no difference: how often the mean is as far from 0 when signs are flipped at random.

    `differences`, (n,), has one number for each block. The test is two-sided, and exact up to MAX_EXACT_BLOCKS (Fisher
    1935, The Design of Experiments, section 21). With n blocks p is never below 2 / 2^n. It is NaN without any.

    >>> sign_flip_test(np.array([1.0, 2.0, 3.0]))
    0.25
    """
    if not len(differences):
        return float("nan")
    flipped, observed = np.abs(flips(len(differences)) @ differences), abs(differences.sum())
    return float(np.mean(flipped >= observed - _rounding(differences)))


def sign_flip_above(differences: Array, bound: float) -> float:
    """Return the one-sided p-value of a mean at or below `bound`: small where the mean is above it.

    >>> sign_flip_above(np.array([1.0, 2.0, 3.0]), 0.0), sign_flip_above(np.array([1.0, 2.0, 3.0]), 4.0)
    (0.125, 1.0)
    """
    distances = differences - bound
    return float(np.mean(flips(len(distances)) @ distances >= distances.sum() - _rounding(distances)))


def _rounding(values: Array) -> float:
    """Return by how much two sums of these values may differ by rounding alone."""
    return 1e-12 * float(np.abs(values).sum())


def flip_p_values(differences: Array, margin: float) -> PValues:
    """Return the p-values of the differences of n blocks, (n,), by flipped signs."""
    above, below = (sign_flip_above(sign * differences, -margin) for sign in (1, -1))
    return PValues(sign_flip_test(differences), above, below)


def student_p_values(mean: float, variance: float, freedom: float, margin: float) -> PValues:
    """Return the p-values of a mean whose estimated variance has so many degrees of freedom, by Student's t."""
    distances = np.array([mean, mean + margin, mean - margin])
    certain = np.where(distances == 0, 0.0, np.copysign(np.inf, distances))
    t = distances / variance**0.5 if variance else certain
    return PValues(*(float(p) for p in (2 * stdtr(freedom, -abs(t[0])), stdtr(freedom, -t[1]), stdtr(freedom, t[2]))))


def share_above(differences: Array) -> float:
    """Return the share of blocks in which the first is above the second; equal scores count half.

    >>> share_above(np.array([1.0, 0.0, -1.0, 2.0]))
    0.625
    """
    return float(np.mean(differences > 0) + np.mean(differences == 0) / 2)


def decide(interval: Interval, margin: float, p_values: PValues) -> Decision:
    """Return the decision on a mean difference: the interval and the test must agree.

    Within ±margin both networks are equivalent: the 95 % interval lies there, and the mean is above -margin and below
    +margin, each at 2.5 %. A difference is claimed where the interval excludes 0 and `p_values.differs`, corrected for
    the family of tests, is at most 5 %. Too few blocks decide nothing.

    >>> clear = PValues(0.001, 0.001, 0.001)
    >>> [decide(Interval(0, *ends), 0.01, clear) for ends in ((0.001, 0.02), (-0.005, 0.002), (-0.02, 0.001))]
    ['better', 'equivalent', 'undecided']
    """
    _, low, high = interval
    if is_at_least(interval, margin, p_values) and high < margin and p_values.below <= LEVEL / 2:
        return "equivalent"
    if p_values.differs <= LEVEL:
        return "better" if low > 0 else "worse" if high < 0 else "undecided"
    return "undecided"


def is_at_least(interval: Interval, margin: float, p_values: PValues) -> bool:
    """Return whether the first is at most the margin below the second: by the interval, and by the test at 2.5 %."""
    return interval.low > -margin and p_values.above <= LEVEL / 2
