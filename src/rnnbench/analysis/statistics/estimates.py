"""Means and differences of scores, with standard errors and confidence intervals."""

from typing import NamedTuple

import numpy as np

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
