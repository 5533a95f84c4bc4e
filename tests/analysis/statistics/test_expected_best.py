"""The expected score of the best of n learning rates, against the mean over every draw."""

import itertools

import numpy as np
import pytest

from rnnbench.analysis.statistics.expected_best import expected_best


def by_every_draw(validation, test):
    """Return (N,) by drawing every set of rates; the earlier of equal ones is kept, NaN only if there is no other."""
    comparable = [-np.inf if np.isnan(value) else value for value in validation]
    rates = range(len(test))
    return [
        np.mean([test[max(drawn, key=lambda rate: comparable[rate])] for drawn in itertools.combinations(rates, n)])
        for n in range(1, len(test) + 1)
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("ties", [False, True])
def test_it_is_the_mean_over_every_draw(n, ties):
    rng = np.random.default_rng(n)
    validation = rng.integers(0, 3, n).astype(float) if ties else rng.normal(size=n)
    test = rng.normal(size=n)
    assert expected_best(validation, test) == pytest.approx(by_every_draw(validation, test))


def test_leading_axes_are_kept():
    validation, test = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    expected = expected_best(validation, test)
    assert expected.shape == (3, 4, 5)
    for place in np.ndindex(3, 4):
        assert expected[place] == pytest.approx(by_every_draw(validation[place], test[place]))


def test_of_equal_rates_the_earlier_is_kept():
    assert expected_best(np.array([1.0, 1.0, 0.0]), np.array([5.0, 6.0, 7.0]))[-1] == 5
    assert expected_best(np.array([0.0, 1.0, 1.0]), np.array([7.0, 6.0, 5.0]))[-1] == 6


def test_a_run_that_diverged_is_kept_only_where_there_is_no_other():
    expected = expected_best(np.array([np.nan, 0.1, 0.2]), np.array([np.nan, 1.0, 2.0]))
    assert np.isnan(expected[0])
    assert expected[1:] == pytest.approx([(1 + 2 + 2) / 3, 2])
