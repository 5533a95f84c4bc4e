"""Intervals of a mean over blocks, against Student's t, hand-computed cases."""

import numpy as np
import pytest
from scipy import stats

from rnnbench.analysis.statistics.intervals import block_counts, expanded_interval, interval_of_mean


@pytest.mark.parametrize("n", [10, 20, 40])
def test_for_normal_values_it_is_students_interval(n):
    """Normal scores of n blocks have no skewness, so the bootstrap's draws are nearly normal.

    The tolerance, 6 % of the half width, is four standard errors of a quantile of 10,000 draws (1.2 % at 0.016), and
    1 % for draws that are not quite normal.
    """
    values = stats.norm.ppf((np.arange(n) + 0.5) / n)
    value, low, high = interval_of_mean(values)
    expected = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert value == pytest.approx(0, abs=1e-12)
    assert (low, high) == pytest.approx(expected, rel=0.06)


def test_of_three_blocks_it_is_their_range():
    """The quantile is Phi(-4.303 sqrt(3 / 2)) = 7e-8, where each of 10,000 draws is above, but 1 in 27 is the least."""
    assert interval_of_mean(np.array([0.2, 0.9, 0.4])) == pytest.approx((0.5, 0.2, 0.9))


@pytest.mark.parametrize("share", [1, 5, 19])
def test_it_never_leaves_the_range_of_the_metric(share):
    """Blocks that fail or succeed: Student's interval of 19 successes in 20 ends above 1."""
    values = np.array([0.0] * (20 - share) + [1.0] * share)
    value, low, high = interval_of_mean(values)
    assert 0 <= low <= value <= high <= 1


def test_a_single_block_has_no_interval_equal_blocks_one_of_no_width_and_none_no_number():
    assert np.isnan(interval_of_mean(np.array([0.5]))[1:]).all()
    assert interval_of_mean(np.full(5, 0.1)) == (0.1, 0.1, 0.1)
    assert np.isnan(interval_of_mean(np.array([]))).all()


def test_every_draw_has_as_many_blocks_as_there_are():
    counts = block_counts(7)
    assert (counts.sum(1) == 7).all()
    # A block is in a draw once on average; the tolerance is four standard errors.
    assert counts.mean(0) == pytest.approx(np.ones(7), abs=4 * (6 / 7 / len(counts)) ** 0.5)


def test_the_expansion_by_hand():
    """With t of 19 degrees of freedom at 2.5 % = 2.093 and (n - 1) / n = 0.95, the quantile is Phi(-2.147) = 0.0159."""
    draws = np.linspace(0, 1, 100_001)
    assert expanded_interval(0.5, draws, freedom=19, shrinkage=0.95) == pytest.approx((0.5, 0.0159, 0.9841), abs=1e-4)
