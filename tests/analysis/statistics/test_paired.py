"""Paired comparisons: exact small cases, and error rates where nothing differs."""

import itertools

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, permutation_test, ttest_rel

from rnnbench.analysis.statistics.intervals import bootstrap_interval, mean
from rnnbench.analysis.statistics.paired import (
    MAX_EXACT_SEEDS,
    decide,
    power,
    probability_of_improvement,
    sign_flip_test,
)
from rnnbench.analysis.statistics.ranks import holm

EXPERIMENTS = 2000


@pytest.mark.parametrize("seed", range(5))
def test_the_test_of_flipped_signs_is_scipys(seed):
    differences = np.random.default_rng(seed).normal(0.3, 1, size=8)
    expected = permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
    )
    p_value = sign_flip_test(differences, np.random.default_rng(0))
    assert p_value == pytest.approx(expected.pvalue)


def test_many_seeds_are_flipped_at_random_and_agree_with_t():
    differences = np.random.default_rng(0).normal(0.4, 1, size=4 * MAX_EXACT_SEEDS)
    p_value = sign_flip_test(differences, np.random.default_rng(1))
    assert p_value == pytest.approx(ttest_rel(differences, np.zeros_like(differences)).pvalue, abs=0.01)
    assert sign_flip_test(differences + 10, np.random.default_rng(1)) > 0


def test_no_difference_at_all_and_no_seed():
    assert sign_flip_test(np.zeros(5), np.random.default_rng(0)) == 1
    assert np.isnan(sign_flip_test(np.zeros(0), np.random.default_rng(0)))


def test_probability_of_improvement_is_that_of_mann_and_whitney():
    first, second = np.random.default_rng(0).integers(0, 5, size=(2, 12)).astype(float)
    expected = mannwhitneyu(first, second).statistic / 144
    assert probability_of_improvement(first, second) == pytest.approx(expected)
    assert probability_of_improvement(second, first) == pytest.approx(1 - expected)


def test_twelve_networks_that_are_no_better_are_called_so_in_one_experiment_of_twenty():
    """A grid of 13 architectures, each against the first: any claim of a difference in the whole grid is a mistake."""
    rng, mistakes = np.random.default_rng(0), 0
    for scores in rng.normal(0.8, 0.05, size=(EXPERIMENTS, 13, 10)):
        p_values = np.array([sign_flip_test(network - scores[0], rng) for network in scores[1:]])
        mistakes += (holm(p_values) < 0.05).any()
    assert mistakes / EXPERIMENTS <= 0.05


def test_a_difference_that_is_there_is_found():
    rng, hits = np.random.default_rng(0), 0
    for _ in range(200):
        differences = rng.normal(0.05, 0.03, size=10)
        interval = bootstrap_interval(differences[None], mean, rng, draws=500)
        hits += decide(interval.low, interval.high, 0.005) == "better"
    assert hits > 190


def test_equivalence_is_claimed_when_it_is_true_and_there_are_seeds_enough():
    rng = np.random.default_rng(0)
    hits = dict.fromkeys((3, 40), 0)
    for n, _ in itertools.product(hits, range(200)):
        interval = bootstrap_interval(rng.normal(0.0, 0.01, size=(1, n)), mean, rng, draws=500)
        hits[n] += decide(interval.low, interval.high, 0.01) == "equivalent"
    assert hits[40] > 195
    assert hits[3] < 100


def test_a_difference_of_the_margin_is_not_called_equivalent():
    rng, mistakes = np.random.default_rng(0), 0
    for _ in range(1000):
        interval = bootstrap_interval(rng.normal(0.01, 0.01, size=(1, 10)), mean, rng, draws=500)
        mistakes += decide(interval.low, interval.high, 0.01) == "equivalent"
    assert mistakes / 1000 <= 0.05


def test_what_could_have_been_seen_is_seen_with_the_power_that_is_said():
    """By simulation: a t-test at 5 % finds a true difference of the detectable size four times in five."""
    spread, n = 1.0, 10
    sample = np.array([-1.0, 1.0] * 5)
    sample *= spread / sample.std(ddof=1)
    size = power(sample).detectable
    draws = np.random.default_rng(0).normal(size, spread, size=(4000, n))
    assert np.mean(ttest_rel(draws, np.zeros_like(draws), axis=1).pvalue < 0.05) == pytest.approx(0.8, abs=0.03)


def test_seeds_that_would_decide():
    differences = np.array([0.01, -0.01, 0.02, 0.0, 0.01, -0.01])
    seeds_needed = power(differences).seeds
    assert seeds_needed is not None
    assert seeds_needed > len(differences)
    assert power(differences + 1).seeds == 2
    assert power(np.array([1.0, -1.0, 1.0, -1.0])).seeds is None
    assert np.isnan(power(np.ones(1)).detectable)
