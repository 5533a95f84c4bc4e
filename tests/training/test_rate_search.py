"""The search for a learning rate: by hand, and on any landscape."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbench.training.rate_search import BOUNDS, RateSearch, Trial, auto_search, best_rate, grid_rate
from rnnbench.training.settings import Training

GAIN = 0.001


def searched(landscape, search=None):
    """Return the choice and the rates in the order in which they were trained, for scores rate -> score."""
    search, done, order = search or auto_search([0, 1]), {}, []
    while missing := search.choice(lambda rate, seed: done.get((rate, seed))).missing:
        for rate, seed in missing:
            done[rate, seed] = Trial(landscape(rate), GAIN)
            order += [rate] * (rate not in order)
    return search.choice(lambda rate, seed: done.get((rate, seed))), order


def peak(at):
    return lambda rate: 1 - 0.1 * abs(math.log2(rate / at))


def test_an_optimum_inside_ends_the_search():
    choice, order = searched(peak(0.01))
    assert (choice.rate, order, choice.is_at_edge) == (0.01, [0.005, 0.01, 0.02], False)


def test_a_search_goes_on_beyond_an_edge_until_the_best_is_inside():
    choice, order = searched(peak(0.08))
    assert (choice.rate, order) == (0.08, [0.005, 0.01, 0.02, 0.04, 0.08, 0.16])
    choice, order = searched(peak(0.002))
    assert (choice.rate, order[3:], choice.is_at_edge) == (0.0025, [0.0025, 0.00125], False)


def test_an_edge_that_remains_is_marked():
    choice, _ = searched(peak(1e9))
    assert (choice.rate, choice.is_at_edge) == (grid_rate(BOUNDS[1]), True)
    fixed = RateSearch((0.01, 0.02), (0,), extends=False)
    choice, _ = searched(peak(1e9), fixed)
    assert (choice.rate, choice.is_at_edge) == (0.02, True)


def test_a_flat_landscape_is_not_searched_to_its_end():
    choice, order = searched(lambda rate: 1.0 - GAIN / 2 * (rate == 0.01))
    assert (choice.rate, len(order)) == (0.01, 3)


def test_a_single_rate_is_no_search():
    choice = RateSearch((0.3,), (0, 1), extends=False).choice(lambda *_: None)
    assert (choice.rate, choice.missing, choice.is_at_edge) == (None, (), False)


def test_rates_that_diverge_lose():
    trials = {0.01: [Trial(0.5, GAIN)] * 2, 0.02: [Trial(0.9, GAIN), Trial(0.0, GAIN, diverged=True)]}
    assert best_rate(trials) == 0.01
    assert best_rate({0.01: [Trial(0.0, GAIN, diverged=True)]}) == 0.01
    assert best_rate({}) is None


@given(st.dictionaries(st.integers(*BOUNDS), st.floats(0, 1), min_size=12, max_size=12))
def test_the_search_ends_inside_or_at_its_bounds_and_is_the_same_again(scores):
    def landscape(rate):
        return scores.get(round(math.log2(rate / 0.01)), 0.0)

    choice, order = searched(landscape)
    assert choice == searched(landscape)[0]
    assert choice.rate in choice.tried
    assert choice.is_at_edge <= (choice.rate in (grid_rate(BOUNDS[0]), grid_rate(BOUNDS[1])))
    assert max(map(landscape, choice.tried)) - landscape(choice.rate) < GAIN
    assert sorted(order) == list(choice.tried)


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_rates_are_tried_on_the_first_blocks(seeds):
    training = Training(seeds=seeds, first_seed=7, search_seeds=3)
    assert training.search.seeds == tuple(range(7, 7 + min(seeds, 3)))
    assert training.blocks == tuple(range(7, 7 + seeds))
