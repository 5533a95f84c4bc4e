"""Differences on the same sequences, against hand-computed and simulated results."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.estimates import paired_difference


def test_a_difference_by_hand():
    """7 of 10 against 5 of 10 in two sequences: residuals of +1 - 0.2 x 4 and +1 - 0.2 x 6 answers."""
    difference = paired_difference(np.array([3, 4]), np.array([2, 3]), np.array([4, 6]))
    assert difference.value == pytest.approx(0.2)
    assert difference.standard_error == pytest.approx(np.sqrt((0.2**2 + 0.2**2) * 2 / 1) / 10)


def test_equal_answers_do_not_differ():
    right = np.array([1, 2, 3])
    assert paired_difference(right, right, np.array([3, 3, 3])) == (0.0, 0.0)


def test_nothing_to_count_is_no_number():
    assert all(np.isnan(paired_difference(np.zeros(2), np.zeros(2), np.zeros(2))))


def test_the_standard_error_is_the_spread_over_repetitions():
    """2,000 experiments of 300 sequences whose words are right or wrong together: the mean estimate is the true spread.

    A standard deviation of 2,000 numbers has a relative error of 1 / sqrt(4000) = 1.6 %; the tolerance is four of that,
    and 3 % for the linearisation at 300 sequences.
    """
    rng = np.random.default_rng(0)
    totals = rng.integers(1, 10, (2000, 300))
    first, second = (totals * (rng.random(totals.shape) < accuracy) for accuracy in (0.9, 0.8))
    differences = [paired_difference(*rows) for rows in zip(first, second, totals, strict=True)]
    values, errors = np.array(differences).T
    assert values.mean() == pytest.approx(0.1, abs=4 * values.std() / 2000**0.5)
    assert errors.mean() == pytest.approx(values.std(), rel=0.1)
