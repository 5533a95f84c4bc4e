"""Differences on the same sequences and means over seeds, against hand-computed and simulated results."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.estimates import mean_interval, paired_difference


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


@pytest.mark.parametrize("spread", [0.0, 0.002, 0.02, 0.2])
def test_the_interval_of_a_mean_covers_the_truth(spread):
    """4,000 experiments of 4 seeds on the same test sequences: the truth lies outside in about 5 %.

    A share of 5 % in 4,000 has a standard error of 0.0034; the tolerance is four of that, and 1 % for Welch and
    Satterthwaite's approximation where neither part of the variance is small.
    """
    rng, error, truth = np.random.default_rng(0), 0.02, 0.7
    values = truth + rng.normal(0, error, (4000, 1)) + rng.normal(0, spread, (4000, 4))
    intervals = [mean_interval(row, np.full(4, error)) for row in values]
    covered = np.mean([low <= truth <= high for _, low, high in intervals])
    assert covered == pytest.approx(0.95, abs=4 * 0.0034 + 0.01)


def test_more_seeds_on_the_same_sequences_do_not_make_them_more():
    """A thousand seeds that agree have the same interval as one."""
    single, many = (mean_interval(np.full(n, 0.5), np.full(n, 0.1)) for n in (1, 1000))
    assert single == pytest.approx((0.5, 0.5 - 0.196, 0.5 + 0.196), abs=1e-4)
    assert many == pytest.approx(single)


def test_without_error_of_the_sequences_it_is_the_usual_interval_of_a_mean():
    """Mean 2, s = 1, three seeds: 4.3027 (the 97.5 % point of t with 2 degrees of freedom) / sqrt(3)."""
    interval = mean_interval(np.array([1.0, 2.0, 3.0]), np.zeros(3))
    assert interval == pytest.approx((2, 2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)


def test_a_mean_of_nothing_is_no_number():
    assert np.isnan(mean_interval(np.array([]), np.array([]))).all()
