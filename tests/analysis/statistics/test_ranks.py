"""Ranks and corrected p-values, against scipy, scikit-posthocs and hand-computed cases."""

import numpy as np
import pytest
import scikit_posthocs
from scipy.stats import friedmanchisquare, rankdata

from rnnbench.analysis.statistics.ranks import holm, profile, ranking, tied_groups


def test_holm_by_hand():
    """Ordered 0.01, 0.02, 0.03, 0.9 times 4, 3, 2, 1, and never below the one before."""
    assert holm(np.array([0.03, 0.01, 0.9, 0.02])) == pytest.approx([0.06, 0.04, 0.9, 0.06])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert holm(np.zeros(0)).tolist() == []


@pytest.mark.parametrize("seed", range(4))
def test_friedman_and_nemenyi_agree_with_scikit_posthocs(seed):
    scores = np.random.default_rng(seed).normal(size=(12, 5)) + 0.4 * np.arange(5)
    result = ranking(scores)
    assert result.ranks == pytest.approx(rankdata(-scores, axis=1).mean(0))
    assert result.p_value == pytest.approx(friedmanchisquare(*scores.T).pvalue)
    p_values = scikit_posthocs.posthoc_nemenyi_friedman(scores).to_numpy()
    apart = np.abs(result.ranks[:, None] - result.ranks) > result.critical_difference
    assert (apart == (p_values < 0.05)).all()


def test_the_critical_difference_of_demsars_example():
    """Five classifiers on 30 data sets: 2.728 sqrt(5 * 6 / (6 * 30)) = 1.11, Demsar (2006), JMLR 7, table 5."""
    result = ranking(np.random.default_rng(0).normal(size=(30, 5)))
    assert result.critical_difference == pytest.approx(2.728 * (30 / 180) ** 0.5, rel=1e-3)


def test_ties_share_their_rank_and_equal_methods_do_not_differ():
    result = ranking(np.array([[0.5, 0.5, 0.1], [0.7, 0.7, 0.2]]))
    assert result.ranks.tolist() == [1.5, 1.5, 3.0]
    assert ranking(np.ones((4, 3))).p_value == 1.0


def test_groups_are_the_largest_sets_that_cannot_be_told_apart():
    assert tied_groups(np.array([1.0, 2.0, 3.0, 10.0]), 1.0) == [(0, 1), (1, 2)]
    assert tied_groups(np.array([1.0, 2.0, 3.0]), 5.0) == [(0, 1, 2)]
    assert tied_groups(np.array([1.0, 3.0]), 1.0) == []


def test_a_profile_falls_from_one_to_nothing():
    scores, thresholds = np.random.default_rng(0).uniform(size=30), np.linspace(-0.1, 1.1, 50)
    shares = profile(scores, thresholds)
    assert shares[0] == 1
    assert shares[-1] == 0
    assert (np.diff(shares) <= 0).all()
