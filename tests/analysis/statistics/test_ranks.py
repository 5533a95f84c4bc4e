"""Corrected p-values and performance profiles, against hand-computed cases."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.ranks import holm, profile


def test_holm_by_hand():
    """Ordered 0.01, 0.02, 0.03, 0.9 times 4, 3, 2, 1, and never below the one before."""
    assert holm(np.array([0.03, 0.01, 0.9, 0.02])) == pytest.approx([0.06, 0.04, 0.9, 0.06])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert holm(np.zeros(0)).tolist() == []


def test_a_profile_falls_from_one_to_nothing():
    scores, thresholds = np.random.default_rng(0).uniform(size=30), np.linspace(-0.1, 1.1, 50)
    shares = profile(scores, thresholds)
    assert shares[0] == 1
    assert shares[-1] == 0
    assert (np.diff(shares) <= 0).all()
