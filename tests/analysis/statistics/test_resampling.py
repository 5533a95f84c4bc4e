"""The bootstrap over test sequences."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.estimates import Interval, paired_difference
from rnnbench.analysis.statistics.resampling import around_zero, bootstrap_counts, mean_scores

SEQUENCES = 400


def difference_interval(first, second, rng, *, draws):
    """Return the difference of two ratios of sums, each a part and a whole (S, N), with its bootstrap interval."""
    weights = bootstrap_counts(first[0].shape[-1], rng, draws=draws)
    resampled = mean_scores(*first, weights) - mean_scores(*second, weights)
    low, high = np.quantile(resampled[0] + around_zero(resampled, draws), [0.025, 0.975])
    return Interval(resampled[0], low, high)


def counts(rng, accuracy, seeds=3):
    """Return the numbers of right answers and of all answers, (S, N) each."""
    totals = rng.integers(3, 12, size=SEQUENCES)
    return rng.binomial(totals, accuracy, size=(seeds, SEQUENCES)), np.tile(totals, (seeds, 1))


def test_the_interval_of_an_accuracy_is_as_wide_as_by_the_exact_formula():
    """With one seed each, the standard error of a paired difference of ratios has a formula."""
    rng = np.random.default_rng(0)
    first = counts(rng, 0.9, seeds=1)
    second = np.minimum(first[0], rng.binomial(first[1], 0.85)), first[1]
    exact = paired_difference(first[0][0], second[0][0], first[1][0])
    interval = difference_interval(first, second, rng, draws=4000)
    assert interval.value == pytest.approx(exact.value)
    assert (interval.high - interval.low) / (2 * 1.96) == pytest.approx(exact.standard_error, rel=0.05)


def test_a_network_against_itself_differs_by_nothing():
    rng = np.random.default_rng(0)
    same = counts(rng, 0.8)
    assert difference_interval(same, same, rng, draws=100) == (0, 0, 0)


def test_slot_f1_is_the_f1_of_all_slots():
    """Ten slots, nine predicted of which eight are right: F1 is 16 / 19; the other network predicts no slot."""
    predicted, slots, right = (np.array([values]) for values in ([4, 5], [5, 5], [4, 4]))
    interval = difference_interval(
        (2 * right, predicted + slots), (0 * right, 0 * predicted + slots), np.random.default_rng(0), draws=100
    )
    assert interval.value == pytest.approx(16 / 19)
    assert interval.low <= interval.value <= interval.high


def test_the_interval_covers_the_true_difference():
    """300 experiments with other sequences for the same two networks."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(300):
        first = counts(rng, 0.90, seeds=1)
        second = rng.binomial(first[1], 0.88), first[1]
        interval = difference_interval(first, second, rng, draws=300)
        hits += interval.low <= 0.02 <= interval.high
    assert hits / 300 == pytest.approx(0.95, abs=0.04)
