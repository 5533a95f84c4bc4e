"""What other test sequences would have said."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.analysis.statistics.resampling import sequences_interval

SEQUENCES = 400


def counts(rng, share, seeds=3):
    counted = rng.integers(3, 12, size=SEQUENCES)
    return rng.binomial(counted, share, size=(seeds, SEQUENCES)), np.tile(counted, (seeds, 1))


def test_of_a_share_it_is_as_wide_as_the_exact_formula_says():
    """One seed each: the standard error of a paired difference of ratios is known."""
    rng = np.random.default_rng(0)
    first = counts(rng, 0.9, seeds=1)
    second = np.minimum(first[0], rng.binomial(first[1], 0.85)), first[1]
    exact = paired_difference(first[0][0], second[0][0], first[1][0])
    found = sequences_interval(first, second, rng, draws=4000)
    assert found.value == pytest.approx(exact.value)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(exact.standard_error, rel=0.05)


def test_a_network_against_itself_differs_by_nothing():
    rng = np.random.default_rng(0)
    same = counts(rng, 0.8)
    assert sequences_interval(same, same, rng) == (0, 0, 0)


def test_slot_f1_is_the_f1_of_all_slots():
    """Ten slots wanted, nine found of which eight are right: 16 / 19; the other finds nothing."""
    found, wanted, same = (np.array([values]) for values in ([4, 5], [5, 5], [4, 4]))
    interval = sequences_interval(
        (2 * same, found + wanted), (0 * same, 0 * found + wanted), np.random.default_rng(0), draws=100
    )
    assert interval.value == pytest.approx(16 / 19)
    assert interval.low <= interval.value <= interval.high


def test_it_covers_the_true_difference():
    """Sequences drawn anew 300 times from the same two networks."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(300):
        first = counts(rng, 0.90, seeds=1)
        second = rng.binomial(first[1], 0.88), first[1]
        interval = sequences_interval(first, second, rng, draws=300)
        hits += interval.low <= 0.02 <= interval.high
    assert hits / 300 == pytest.approx(0.95, abs=0.04)
