"""The judge of paired differences: where it is Student's, and how often it is right where sentences are shared."""

import numpy as np
import pytest
from scipy import stats

from rnnbench.analysis.statistics.intervals import DRAWS, interval_of_mean
from rnnbench.analysis.statistics.judge import judged
from rnnbench.analysis.statistics.paired import flip_p_values


def test_without_anything_else_it_is_the_interval_of_a_mean_and_the_test_of_flipped_signs():
    differences = np.random.default_rng(0).normal(0.01, 0.02, size=10)
    interval, p_values, spread = judged(differences, margin=0.01)
    assert interval == pytest.approx(interval_of_mean(differences))
    assert p_values == flip_p_values(differences, 0.01)
    assert spread == pytest.approx(differences.std(ddof=1))


def test_a_single_block_has_no_interval_and_decides_nothing():
    interval, p_values, spread = judged(np.array([0.5]), margin=0.01)
    assert (interval.value, p_values.differs) == (0.5, 1.0)
    assert np.isnan([interval.low, interval.high, spread]).all()


def test_variances_of_seeds_and_sentences_are_added_once():
    """By hand: 0.02^2 / 10 and 0.01^2; degrees of freedom 9 (1 + 0.0001 / 0.00004)^2 = 110.25, t = 1.982."""
    differences = stats.norm.ppf((np.arange(10) + 0.5) / 10)
    differences = 0.05 + 0.02 * (differences - differences.mean()) / differences.std(ddof=1)
    sentences = 0.01 * stats.norm.ppf((np.random.default_rng(0).permutation(DRAWS) + 0.5) / DRAWS)
    interval, p_values, _ = judged(differences, margin=0.01, sentences=sentences)
    error = (0.02**2 / 10 + 0.01**2) ** 0.5
    assert p_values.differs == pytest.approx(2 * stats.t.sf(0.05 / error, 110.25), rel=0.01)
    # 10,000 draws: a quantile at 2.5 % has a standard error of 0.027 standard deviations, 1.4 % of the half width.
    assert (interval.low, interval.high) == pytest.approx((0.05 - 1.982 * error, 0.05 + 1.982 * error), rel=0.06)


@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
def test_on_shared_sentences_the_truth_is_covered(ratio):
    """1,000 experiments of 10 seeds; `ratio`: error due to sentences, in units of that due to seeds.

    The tolerance is four standard errors of a share of 5 %, and 1 % for Welch and Satterthwaite's approximation.
    """
    rng, covered = np.random.default_rng(0), 0
    normal = stats.norm.ppf((rng.permutation(DRAWS) + 0.5) / DRAWS)
    for _ in range(1000):
        error = ratio / 10**0.5
        differences = rng.normal(0, error) + rng.normal(0, 1, size=10)
        _, low, high = judged(differences, margin=0.0, sentences=error * normal).interval
        covered += low <= 0 <= high
    assert covered / 1000 == pytest.approx(0.95, abs=4 * 0.0069 + 0.01)
