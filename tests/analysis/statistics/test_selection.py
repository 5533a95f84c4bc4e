"""The choice of a learning rate in resampled blocks, solved by hand and by the search's own rule."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.intervals import block_counts
from rnnbench.analysis.statistics.selection import Search, selection_shifts
from rnnbench.training.rate_search import Trial, best_rate

NAN = float("nan")
TWO = np.array([0.01, 0.02])


def test_by_hand():
    """Two rates on two blocks. On validation the first wins by 0.2 on block 1, the second by 0.1 on block 2.

    On test the second is 0.03 above the first on block 1, and 0.05 below it on block 2.
    """
    validation = np.array([[0.9, 0.7], [0.7, 0.8]])
    search = Search(TWO, 0, validation, 0.001, np.array([[0.80, 0.80], [0.83, 0.75]]))
    counts = np.array([[1, 1], [2, 0], [0, 1], [1, 3], [0, 0]])
    # The second wins where block 2 counts more than twice as much; there it scores -0.05, and (0.03 - 3 x 0.05) / 4.
    # On the rest of ten blocks it scores as on both together, -0.01.
    expected = [0, 0, (-0.05 - 9 * 0.01) / 10, (0.03 - 3 * 0.05 - 6 * 0.01) / 10, 0]
    assert selection_shifts(search, counts, 10) == pytest.approx(expected)


def test_a_rate_that_was_tried_alone_is_never_left():
    scores = np.random.default_rng(0).normal(size=(2, 1, 3))
    assert not selection_shifts(Search(TWO[:1], 0, scores[0], 0.001, scores[1]), block_counts(3), 3).any()


def test_of_equally_good_rates_that_in_the_middle_is_chosen():
    """0.7 and 0.7005 differ by less than the least gain."""
    rates, scores = np.array([0.005, 0.01, 0.02]), np.array([[1.0], [2.0], [4.0]])
    search = Search(rates, 1, np.array([[0.7005], [0.7], [0.1]]), 0.001, scores)
    assert selection_shifts(search, np.array([[1]]), 1).tolist() == [0]
    assert selection_shifts(search._replace(least_gain=0.0001), np.array([[1]]), 1).tolist() == [-1]


def test_a_rate_with_fewer_diverged_runs_wins_whatever_the_scores():
    search = Search(TWO, 0, np.array([[NAN, 0.9], [0.1, 0.1]]), 0.001, np.array([[NAN, 0.9], [0.2, 0.3]]))
    # With block 1 the second wins; the shift is over blocks on which both have a score. Without it the first wins.
    assert selection_shifts(search, np.array([[1, 1], [0, 2]]), 2) == pytest.approx([-0.6, 0])


def test_where_all_diverged_nothing_changes():
    search = Search(TWO, 1, np.full((2, 2), NAN), 0.001, np.full((2, 2), NAN))
    assert selection_shifts(search, np.array([[1, 1], [0, 2]]), 2).tolist() == [0, 0]


@pytest.mark.parametrize("least_gain", [0.001, 0.0])
@pytest.mark.parametrize("n_rates", [2, 3, 5])
def test_it_is_what_the_search_itself_would_choose(n_rates, least_gain):
    rng = np.random.default_rng(n_rates)
    rates = 0.01 * 2.0 ** np.arange(n_rates)
    validation = rng.choice([0.5, 0.6, 0.6004, 0.7, NAN], size=(n_rates, 3), p=[0.3, 0.2, 0.2, 0.2, 0.1])
    search = Search(rates, 1, validation, least_gain, rng.normal(size=(n_rates, 3)))
    counts = block_counts(7)[:500, :3].astype(int)
    expected = []
    for draw in counts:
        blocks = np.repeat(np.arange(3), draw)
        trials = {
            rate: [Trial(validation[i, b], least_gain, bool(np.isnan(validation[i, b]))) for b in blocks]
            for i, rate in enumerate(rates)
        }
        best = best_rate(trials) if len(blocks) else rates[1]
        difference = search.scores[list(rates).index(best)] - search.scores[1]
        known, rest = np.nan_to_num(difference[blocks]).sum(), (7 - len(blocks)) * difference.mean()
        expected.append((known + rest) / 7 if len(blocks) else 0.0)
    assert selection_shifts(search, counts, 7) == pytest.approx(np.array(expected))
