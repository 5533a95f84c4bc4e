"""Means and differences of scores, with standard errors and confidence intervals."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from rnnbench.common.typing import Array


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    standard_error: float


class Interval(NamedTuple):
    """A number and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))
"""The interval of a number without data."""


def student_interval(mean: Array | float, spread: Array | float, n: Array | int) -> tuple[Array, Array]:
    """Return the ends of the 95 % intervals of means over n seeds, by Student's t.

    `spread` is the standard deviation over seeds. The ends are NaN for a single seed.

    >>> [round(float(end), 3) for end in student_interval(0.9, 0.1, 3)]
    [0.652, 1.148]
    """
    n = np.asarray(n, float)
    half = stdtrit(np.maximum(n - 1, 1), 0.975) * spread / np.sqrt(n)
    half = np.where(n > 1, half, np.nan)
    return mean - half, mean + half


def mean_interval(values: Array, standard_errors: Array) -> Interval:
    """Return the mean score over S seeds, (S,), with its interval for other seeds and other test sequences.

    `standard_errors`, (S,), are those due to the sequences. All seeds are tested on the same sequences, so this part of
    the variance is the mean of the squares and does not shrink with S; the seeds add s^2 / S. The interval is that of
    Student's t, with the degrees of freedom of Welch (1947, Biometrika 34) and Satterthwaite (1946, Biometrics Bulletin
    2), where the variance due to sequences counts as exact. The interaction of seeds and sequences is in both parts, so
    the interval is a little too wide. For a single seed it is the interval of the sequences alone. Everything is NaN
    without any value.

    >>> [round(end, 3) for end in mean_interval(np.array([0.8, 0.9, 1.0]), np.zeros(3))]
    [0.9, 0.652, 1.148]
    """
    n = len(values)
    if not n:
        return UNKNOWN
    mean, sampling = float(np.mean(values)), float(np.mean(np.square(standard_errors)))
    between = float(np.var(values, ddof=1)) / n if n > 1 else 0.0
    freedom = (n - 1) * (1 + sampling / between) ** 2 if between else np.inf
    half = float(stdtrit(freedom, 0.975)) * (between + sampling) ** 0.5
    return Interval(mean, mean - half, mean + half)


def paired_difference(first: Array, second: Array, total: Array) -> Estimate:
    """Return by how much one accuracy is above another on the same N sequences, with its standard error.

    `first` and `second`, (N,), are the numbers of right answers, `total`, (N,), those of all answers. An accuracy is a
    ratio of sums, so its standard error is that of the residuals d - D c (Cochran 1977, Sampling Techniques, section
    6.3): the answers of one sequence depend on each other and count as one draw. Both are NaN without any answer.
    """
    n, whole = len(total), total.sum()
    if not whole:
        return Estimate(float("nan"), float("nan"))
    difference = np.asarray(first, float) - second
    value = difference.sum() / whole
    residual = difference - value * total
    return Estimate(float(value), float(np.sqrt((residual**2).sum() * n / max(n - 1, 1)) / whole))
