"""The choice of a learning rate in resampled blocks, solved by hand and by a plain loop."""

import numpy as np
import pytest

from rnnbench.analysis.statistics.intervals import block_counts
from rnnbench.analysis.statistics.selection import Search, selection_shifts

NAN = float("nan")


def test_by_hand():
    """Two rates on two blocks. On validation the first wins by 0.2 on block 1, the second by 0.1 on block 2.

    On test the second is 0.03 above the first on block 1, and 0.05 below it on block 2.
    """
    search = Search(np.array([[[0.9, 0.7], [0.7, 0.8]], [[0, 0], [0, 0]]]), np.array([[0.80, 0.80], [0.83, 0.75]]))
    counts = np.array([[1, 1], [2, 0], [0, 1], [1, 3], [0, 0]])
    # The second wins where block 2 counts more than twice as much; there it scores -0.05, and (0.03 - 3 x 0.05) / 4.
    assert selection_shifts(search, counts) == pytest.approx([0, 0, -0.05, -0.03, 0])


def test_a_rate_that_was_tried_alone_is_never_left():
    rng = np.random.default_rng(0)
    search = Search(rng.normal(size=(2, 1, 3)), rng.normal(size=(1, 3)))
    assert not selection_shifts(search, block_counts(3)).any()


def test_of_equal_rates_the_loss_decides_and_then_the_selected_one_stays():
    scores = np.array([[0.0], [1.0]])
    better_loss = Search(np.array([[[1.0], [1.0]], [[-0.5], [-0.4]]]), scores)
    same_loss = Search(np.array([[[1.0], [1.0]], [[-0.5], [-0.5]]]), scores)
    assert selection_shifts(better_loss, np.array([[1]])).tolist() == [1]
    assert selection_shifts(same_loss, np.array([[1]])).tolist() == [0]


def test_a_rate_with_fewer_diverged_runs_wins_whatever_the_scores():
    search = Search(np.array([[[NAN, 0.9], [0.1, 0.1]]]), np.array([[NAN, 0.9], [0.2, 0.3]]))
    # With block 1 the second wins; the shift is over blocks on which both have a score. Without it the first wins.
    assert selection_shifts(search, np.array([[1, 1], [0, 2]])) == pytest.approx([-0.6, 0])


@pytest.mark.parametrize("rates", [2, 5])
def test_it_is_what_a_plain_loop_finds(rates):
    rng = np.random.default_rng(rates)
    search = Search(rng.integers(0, 4, size=(2, rates, 3)).astype(float), rng.normal(size=(rates, 3)))
    counts = block_counts(7)[:500, :3].astype(int)
    expected = []
    for draw in counts:
        blocks = np.repeat(np.arange(3), draw)
        if len(blocks) == 0:
            expected.append(0.0)
            continue
        means = search.criteria[:, :, blocks].mean(-1).round(9)
        chosen = max(range(rates), key=lambda rate: (*means[:, rate], -rate))
        expected.append((search.scores[chosen, blocks] - search.scores[0, blocks]).mean())
    assert selection_shifts(search, counts) == pytest.approx(np.array(expected))
