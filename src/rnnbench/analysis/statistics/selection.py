"""The choice of a learning rate as a part of the experiment that is repeated when blocks are redrawn."""

from typing import NamedTuple

import numpy as np

from rnnbench.common.typing import Array


class Search(NamedTuple):
    """What one network scored with K learning rates on the B blocks on which rates were tried; the first is selected.

    NaN: the run diverged.
    """

    criteria: Array
    """(J, K, B), higher is better: rates are chosen by the mean of the first criterion, of equal ones by the next."""
    scores: Array
    """(K, B), in the metric that is judged."""


def selection_shifts(search: Search, counts: Array) -> Array:
    """Return by how much a network's mean would differ had other blocks chosen its learning rate, (D,).

    `counts`, (D, B), says how often each search block is in each draw. In every draw the rate is chosen anew, as when
    it was chosen first: fewest diverged runs, then the best mean of each criterion in turn, and the selected rate where
    all are equal. The shift is the mean over the drawn search blocks of its score minus that of the selected rate. It
    is 0 where the selected rate wins again, and where no search block was drawn.
    """
    drawn = counts.sum(1)
    diverged = np.isnan(search.criteria[0])
    rank = -(counts @ diverged.T)
    candidates = rank >= rank.max(1, keepdims=True)
    for criterion in search.criteria:
        means = _means(criterion, counts)
        means = np.where(candidates & ~np.isnan(means), means, -np.inf)
        candidates &= means >= means.max(1, keepdims=True)
    chosen = candidates.argmax(1)  # the first of equal ones
    shift = _means(search.scores - search.scores[0], counts)[np.arange(len(counts)), chosen]
    return np.where((drawn > 0) & np.isfinite(shift), shift, 0.0)


def _means(values: Array, counts: Array) -> Array:
    """Return the means of values (K, B) over the drawn blocks that have one, (D, K); NaN where none has."""
    known = ~np.isnan(values)
    number = counts @ known.T
    with np.errstate(invalid="ignore"):
        return np.where(number > 0, counts @ np.where(known, values, 0.0).T / np.maximum(number, 1), np.nan)
