"""Differences on the same sequences, by hand and by simulation."""

import numpy as np
import pytest

from rnnbench.statistics import paired_difference


def test_a_difference_by_hand():
    """7 of 10 against 5 of 10 in two sequences: residuals of +1 - 0.2 x 4 and +1 - 0.2 x 6 answers."""
    found = paired_difference(np.array([3, 4]), np.array([2, 3]), np.array([4, 6]))
    assert found.value == pytest.approx(0.2)
    assert found.standard_error == pytest.approx(np.sqrt((0.2**2 + 0.2**2) * 2 / 1) / 10)


def test_equal_answers_do_not_differ():
    right = np.array([1, 2, 3])
    assert paired_difference(right, right, np.array([3, 3, 3])) == (0.0, 0.0)


def test_nothing_to_count_is_no_number():
    assert all(np.isnan(paired_difference(np.zeros(2), np.zeros(2), np.zeros(2))))


def test_the_standard_error_is_the_spread_over_repetitions():
    """2,000 experiments of 300 sequences whose words are right together: the mean estimate is the true spread.

    A standard deviation of 2,000 numbers is known to 1 / sqrt(4000) = 1.6 %; four of that, and 3 % for what the
    linearisation leaves out at 300 sequences.
    """
    rng = np.random.default_rng(0)
    counted = rng.integers(1, 10, (2000, 300))
    first, second = (counted * (rng.random(counted.shape) < share) for share in (0.9, 0.8))
    found = [paired_difference(*rows) for rows in zip(first, second, counted, strict=True)]
    values, errors = np.array(found).T
    assert values.mean() == pytest.approx(0.1, abs=4 * values.std() / 2000**0.5)
    assert errors.mean() == pytest.approx(values.std(), rel=0.1)
