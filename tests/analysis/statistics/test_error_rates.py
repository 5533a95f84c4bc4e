"""How often the judge is wrong, by simulation with noise drawn from the tables of the reference experiment.

A fake experiment has 20 blocks. "No difference" means that two networks have the same distribution of scores: then a
block's difference is noise with a random sign. Blocks keep what the contrasts of one block have in common.
"""

import numpy as np
import pytest

from helpers.reference_noise import bimodal, contrasts, unimodal
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.analysis.statistics.paired import LEVEL, decide, flip_p_values, sign_flip_test
from rnnbench.analysis.statistics.power import detectable
from rnnbench.analysis.statistics.ranks import holm

BLOCKS, EXPERIMENTS = 20, 2000
POOLS = {"unimodal": unimodal, "bimodal": bimodal}
FAMILIES = ("lecture", "papers")
NOWHERE = Interval(float("nan"), float("-inf"), float("inf"))


def decision(differences, margin, corrected):
    """Return the judge's decision; the interval is computed where the test leaves anything to decide."""
    p_values = flip_p_values(differences, margin)._replace(differs=corrected)
    is_open = corrected <= LEVEL or max(p_values.above, p_values.below) <= LEVEL / 2
    return decide(interval_of_mean(differences) if is_open else NOWHERE, margin, p_values)


def is_claimed(family):
    """Return for each contrast of a fake experiment, differences (B,) each, whether a difference is claimed."""
    p_values = holm(np.array([sign_flip_test(differences) for differences in family]))
    decided = [
        p <= LEVEL and decision(differences, 0.0, p) != "undecided"
        for differences, p in zip(family, p_values, strict=True)
    ]
    return np.array(decided)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_tests_claims_a_difference_that_is_not_there_in_one_experiment_of_twenty(family):
    """A share of 5 % in 2,000 experiments has a standard error of half a point."""
    rng, mistakes = np.random.default_rng(0), 0
    noise = [differences - differences.mean() for differences in contrasts(family)]
    for _ in range(EXPERIMENTS):
        picks, signs = rng.random(BLOCKS), rng.choice((-1, 1), size=BLOCKS)
        mistakes += is_claimed([signs * values[(picks * len(values)).astype(int)] for values in noise]).any()
    print(f"family-wise error, {family}, {len(noise)} tests: {mistakes / EXPERIMENTS:.4f}")
    assert mistakes / EXPERIMENTS <= 0.06


def test_networks_with_the_same_mean_and_different_distributions_are_told_apart_as_rarely():
    """The noise has no sign of its own here: it is as skewed as that of the reference's contrasts in slot F1."""
    rng = np.random.default_rng(0)
    tests = len(contrasts("lecture"))
    mistakes = sum(is_claimed(rng.choice(unimodal(), (tests, BLOCKS))).any() for _ in range(EXPERIMENTS))
    print(f"family-wise error, equal means: {mistakes / EXPERIMENTS:.4f}")
    assert mistakes / EXPERIMENTS <= 0.06


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("margin", [0.7, 2.0])
def test_a_difference_of_the_margin_is_rarely_called_equivalent(pool, margin):
    """Margins in standard deviations of a block's difference: one with little room for equivalence, and a wide one."""
    rng, mistakes = np.random.default_rng(1), 0
    for noise in rng.choice(POOLS[pool](), (EXPERIMENTS, BLOCKS)):
        difference = rng.choice((-1, 1)) * margin
        mistakes += decision(noise + difference, margin, 1.0) == "equivalent"
    print(f"equivalence at the margin, {pool}, {margin}: {mistakes / EXPERIMENTS:.4f}")
    assert mistakes / EXPERIMENTS <= 0.03


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("tests", [1, 18])
def test_a_difference_of_the_detectable_size_is_found_as_often_as_is_said(pool, tests):
    """One of so many contrasts differs, and the others do not."""
    rng, found, experiments = np.random.default_rng(2), 0, EXPERIMENTS // 4
    for _ in range(experiments):
        noise = rng.choice(POOLS[pool](), (tests, BLOCKS))
        noise[0] += detectable(BLOCKS, tests)
        found += is_claimed(noise)[0]
    print(f"power, {pool}, {tests} tests: {found / experiments:.3f}")
    assert found / experiments == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("pool", POOLS)
def test_intervals_cover_what_they_say(pool):
    intervals = [interval_of_mean(noise) for noise in np.random.default_rng(3).choice(POOLS[pool](), (4000, BLOCKS))]
    covered = np.mean([low <= 0 <= high for _, low, high in intervals])
    print(f"coverage, {pool}: {covered:.4f}")
    assert covered == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("failures", [0.15, 0.3, 0.5])
def test_intervals_of_blocks_that_fail_or_succeed_cover_at_least_what_they_say(failures):
    """Exactly, over every number of failures in 20 blocks: with two values only, coverage comes in steps."""
    from scipy.stats import binom

    covered = 0.0
    for failed in range(BLOCKS + 1):
        _, low, high = interval_of_mean(np.array([0.0] * failed + [1.0] * (BLOCKS - failed)))
        covered += binom.pmf(failed, BLOCKS, failures) * (low <= 1 - failures <= high)
    assert covered >= 0.93
