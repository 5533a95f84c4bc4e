"""What a number of blocks can show, against the test itself and statsmodels' published numbers."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.paired import LEVEL, RANDOM_FLIPS, sign_flip_test
from rnnbench.analysis.statistics.power import blocks_needed, claimable, detectable, least_p, power_text


@pytest.mark.parametrize("n", [3, 6, 10, 12])
def test_the_least_p_value_is_that_of_blocks_that_all_agree(n):
    assert least_p(n, 1) == sign_flip_test(np.ones(n))
    assert least_p(n, 4) == min(1, 4 * sign_flip_test(np.ones(n)))


def test_random_flips_have_a_least_p_value_of_their_own():
    assert least_p(40, 1) == 1 / (RANDOM_FLIPS + 1) <= sign_flip_test(np.arange(1.0, 41.0))
    assert not claimable(40, 1000)


@pytest.mark.parametrize("tests", [1, 2, 11, 18, 100])
def test_the_number_of_blocks_that_are_needed_is_the_least_that_can_claim(tests):
    needed = blocks_needed(tests)
    assert claimable(needed, tests)
    assert not claimable(needed - 1, tests)


@pytest.mark.parametrize(("n", "size"), [(20, 0.6604), (34, 0.4947)])
def test_it_is_the_power_of_a_paired_t_test(n, size):
    """Sizes with a power of 80 % at 5 %, two-sided; G*Power gives 34 pairs for 0.5 (Faul et al. 2007)."""
    assert detectable(n, 1) == pytest.approx(size, abs=0.002)


@pytest.mark.parametrize(("n", "tests"), [(8, 1), (10, 1), (12, 1), (20, 1), (20, 18)])
def test_differences_of_that_size_are_found_four_times_in_five(n, tests):
    """By simulation with the test that judges: 1,000 experiments have a standard error of 1.3 points."""
    draws = np.random.default_rng(0).normal(detectable(n, tests), 1, size=(1000, n))
    found = np.mean([sign_flip_test(differences) * tests <= LEVEL for differences in draws])
    assert found == pytest.approx(0.8, abs=0.06)


def test_more_blocks_find_smaller_differences_and_more_tests_larger_ones():
    assert detectable(40, 5) < detectable(20, 5) < detectable(20, 18)


def test_it_is_said_before_anything_is_trained():
    assert power_text(1, 3).startswith("with 1 seed no difference can be claimed: the least p-value of 3 tests is 1,")
    assert "a difference of 0.7 standard deviations is found four times in five" in power_text(20, 1)
