"""Tests of paired differences: exact small cases, scipy's tests, and decisions."""

import numpy as np
import pytest
from scipy.stats import permutation_test, ttest_1samp, ttest_rel

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.paired import (
    MAX_EXACT_BLOCKS,
    PValues,
    decide,
    flip_p_values,
    is_at_least,
    share_above,
    sign_flip_above,
    sign_flip_test,
    student_p_values,
)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("alternative", "test"), [("two-sided", sign_flip_test), ("greater", sign_flip_above)])
def test_the_test_of_flipped_signs_is_scipys(seed, alternative, test):
    differences = np.random.default_rng(seed).normal(0.3, 1, size=8)
    expected = permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=alternative
    )
    assert test(differences, *([0.0] if alternative == "greater" else [])) == pytest.approx(expected.pvalue)


def test_many_blocks_are_flipped_at_random_and_agree_with_t():
    differences = np.random.default_rng(0).normal(0.4, 1, size=4 * MAX_EXACT_BLOCKS)
    assert sign_flip_test(differences) == pytest.approx(ttest_rel(differences, 0 * differences).pvalue, abs=0.01)
    assert 0 < sign_flip_test(differences + 10) < 1e-3


def test_no_difference_at_all_and_no_block():
    assert sign_flip_test(np.zeros(5)) == 1
    assert np.isnan(sign_flip_test(np.zeros(0)))


def test_the_share_of_blocks_is_paired():
    """The first is always a little above, although blocks differ by more: unpaired it is above in 6 of 9 pairs."""
    assert share_above(np.array([1.1, 2.1, 3.1]) - np.array([1.0, 2.0, 3.0])) == 1


@pytest.mark.parametrize("mean", [-0.02, 0.0, 0.004, 0.02])
def test_students_p_values_are_scipys(mean):
    values = np.random.default_rng(0).normal(0, 0.01, size=12)
    values += mean - values.mean()
    p_values = student_p_values(mean, values.var(ddof=1) / 12, 11, 0.01)
    assert p_values.differs == pytest.approx(ttest_1samp(values, 0).pvalue)
    assert p_values.above == pytest.approx(ttest_1samp(values, -0.01, alternative="greater").pvalue)
    assert p_values.below == pytest.approx(ttest_1samp(values, 0.01, alternative="less").pvalue)


def test_without_any_variance_a_mean_is_certain():
    assert student_p_values(0.0, 0.0, 9, 0.01) == (1.0, 0.0, 0.0)
    assert student_p_values(0.5, 0.0, 9, 0.01) == (0.0, 0.0, 1.0)


NAN = float("nan")


@pytest.mark.parametrize(
    ("ends", "p_values", "decision"),
    [
        ((0.05, 0.15), (0.001, 0.001, 1), "better"),
        ((-0.15, -0.05), (0.001, 1, 0.001), "worse"),
        ((-0.02, 0.02), (0.001, 0.001, 1), "undecided"),
        ((NAN, NAN), (0.001, 0.001, 0.001), "undecided"),
        ((0.05, 0.15), (0.06, 0.001, 1), "undecided"),  # not significant after the correction
        ((0.05, 0.15), (NAN, NAN, NAN), "undecided"),
        ((-0.004, 0.004), (0.9, 0.001, 0.001), "equivalent"),
        ((0.001, 0.004), (0.001, 0.001, 0.001), "equivalent"),  # a difference, too small to matter
        ((-0.004, 0.004), (0.9, 0.03, 0.001), "undecided"),  # the test at one end does not agree
    ],
)
def test_a_decision_needs_the_interval_and_the_test(ends, p_values, decision):
    assert decide(Interval(0, *ends), 0.01, PValues(*p_values)) == decision


def test_at_least_as_good_needs_the_lower_end_alone():
    clear, open_ = PValues(0.5, 0.01, 0.6), PValues(0.5, 0.03, 0.6)
    assert is_at_least(Interval(0, -0.009, 0.2), 0.01, clear)
    assert not is_at_least(Interval(0, -0.011, 0.2), 0.01, clear)
    assert not is_at_least(Interval(0, -0.009, 0.2), 0.01, open_)


def test_three_blocks_decide_nothing():
    """Even where they agree: by chance three of three lie on one side of a margin in one case of eight."""
    p_values = flip_p_values(np.zeros(3), 0.01)
    assert p_values == (1.0, 0.125, 0.125)
    assert decide(Interval(0, 0, 0), 0.01, p_values) == "undecided"
    six = flip_p_values(np.zeros(6), 0.01)
    assert decide(Interval(0, 0, 0), 0.01, six) == "equivalent"
