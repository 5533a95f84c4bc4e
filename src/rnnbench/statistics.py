"""Pure functions on small arrays that tell differences from luck."""

from typing import NamedTuple

import numpy as np

from rnnbench.corpus import Array


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    standard_error: float


def paired_difference(first: Array, second: Array, counted: Array) -> Estimate:
    """Return by how much one share of right answers is above another on the same N sequences.

    `first`, `second`, `counted`: (N,) right answers of either and answers in all. The share is a ratio of sums, so its
    standard error is that of the residuals d - D c (Cochran 1977, Sampling Techniques, section 6.3): the answers of
    one sequence hang together and count as one draw. Without any answer both are NaN.
    """
    n, whole = len(counted), counted.sum()
    if not whole:
        return Estimate(float("nan"), float("nan"))
    difference = np.asarray(first, float) - second
    value = difference.sum() / whole
    residual = difference - value * counted
    return Estimate(float(value), float(np.sqrt((residual**2).sum() * n / max(n - 1, 1)) / whole))
