"""Intervals: against hand-computed results on small matrices, and their coverage by simulation."""

import numpy as np
import pytest
from scipy.stats import trim_mean

from rnnbench.analysis.statistics.intervals import bootstrap_interval, interquartile_mean, mean

EXPERIMENTS = 2000


def test_the_mean_of_strata_by_hand():
    """Strata 1, 2, 3 and 5, 5, 8: means 2 and 6, variances 1 and 3; the mean's is (1 / 3 + 3 / 3) / 4 = 1 / 3."""
    value, error = mean(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 8.0]]))
    assert value == pytest.approx(4)
    assert error == pytest.approx((1 / 3) ** 0.5)


def test_the_interquartile_mean_by_hand():
    """Of eight numbers the middle four, 3 to 6; for its error the others are winsorized to 3 and 6."""
    scores = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 70.0, 80.0]])
    value, error = interquartile_mean(scores)
    assert value == pytest.approx(4.5)
    winsorized = np.array([3, 3, 3, 4, 5, 6, 6, 6])
    assert error == pytest.approx(winsorized.std(ddof=1) * 8**0.5 / 4)


@pytest.mark.parametrize("n", [4, 5, 7, 10, 13])
def test_the_interquartile_mean_is_scipys_trimmed_mean(n):
    scores = np.random.default_rng(n).normal(size=(3, n))
    assert interquartile_mean(scores)[0] == pytest.approx(trim_mean(scores, 0.25, axis=None))


@pytest.mark.parametrize(
    ("statistic", "strata"), [(mean, 1), (mean, 4), (interquartile_mean, 1), (interquartile_mean, 4)]
)
def test_intervals_of_ten_seeds_cover_what_they_say(statistic, strata):
    """The coverage over 2,000 experiments is within two points of 95 %; its standard error is half a point."""
    rng = np.random.default_rng(0)
    hits = 0
    for scores in rng.normal(0.8, 0.05, size=(EXPERIMENTS, strata, 10)):
        interval = bootstrap_interval(scores, statistic, rng, draws=500)
        hits += interval.low <= 0.8 <= interval.high
    assert hits / EXPERIMENTS == pytest.approx(0.95, abs=0.02)


def test_a_single_seed_has_no_interval_and_equal_seeds_one_of_no_width():
    rng = np.random.default_rng(0)
    assert np.isnan(bootstrap_interval(np.array([[0.5]]), mean, rng).low)
    assert bootstrap_interval(np.full((1, 5), 0.5), mean, rng) == (0.5, 0.5, 0.5)


def test_the_same_generator_gives_the_same_interval():
    scores = np.random.default_rng(1).normal(size=(2, 6))
    first, second = (bootstrap_interval(scores, mean, np.random.default_rng(2)) for _ in range(2))
    assert first == second
