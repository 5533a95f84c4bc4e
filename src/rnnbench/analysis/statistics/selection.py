"""The choice of a learning rate as a part of the experiment that is repeated when blocks are redrawn."""

from typing import NamedTuple

import numpy as np

from rnnbench.common.typing import Array


class Search(NamedTuple):
    """What one network scored with K learning rates on the B blocks on which rates were tried.

    NaN: the run diverged.
    """

    rates: Array
    """(K,), ascending."""
    selected: int
    """The number of the rate that was chosen."""
    validation: Array
    """(K, B), the score by which rates are chosen, higher is better."""
    least_gain: float
    """Differences of mean validation scores below this do not count."""
    scores: Array
    """(K, B), in the metric that is judged."""


def selection_shifts(search: Search, counts: Array, blocks: int) -> Array:
    """Return by how much a network's mean over so many blocks would differ had others chosen its learning rate, (D,).

    `counts`, (D, B), says how often each search block is in each draw of `blocks` blocks. In every draw the rate is
    chosen anew, by the rule of `training.rate_search.best_rate`. On the drawn search blocks its score minus that of the
    selected rate is known; on the others, where it was not tried, it is taken to be what it is on average on all search
    blocks. (What it is on the drawn ones is too much for them: of rates that are equally good, the one that is lucky on
    a few blocks wins there.) The shift is 0 where the selected rate wins again, and where no search block was drawn.
    """
    drawn = counts.sum(1)
    some = drawn > 0
    chosen = _best_rates(search, counts[some])
    differences = search.scores - search.scores[search.selected]
    on_drawn = np.nan_to_num(_means(differences, counts[some])[np.arange(len(chosen)), chosen])
    elsewhere = np.nan_to_num(_means(differences, np.ones((1, counts.shape[1])))[0, chosen])
    share = drawn[some] / blocks
    shifts = np.zeros(len(counts))
    shifts[some] = share * on_drawn + (1 - share) * elsewhere
    return shifts


def _best_rates(search: Search, counts: Array) -> Array:
    """Return the number of the rate that each draw of the search blocks chooses, (D,).

    Fewest diverged runs, then a mean score less than the least gain below the best; of these the rate nearest to the
    middle of all, on a logarithmic scale, and of equally near ones that with the better score. The selected rate stays
    where every run of every rate diverged.
    """
    diverged = counts @ np.isnan(search.validation).T
    means = np.nan_to_num(_means(search.validation, counts), nan=-np.inf)
    means = np.where(diverged == diverged.min(1, keepdims=True), means, -np.inf)
    best = means.max(1, keepdims=True)
    is_good = means > best - search.least_gain
    places = np.log(search.rates)
    distance = np.round(np.abs(places - (places[0] + places[-1]) / 2), 6)
    is_good &= distance == np.where(is_good, distance, np.inf).min(1, keepdims=True)
    nearest = np.where(is_good, means, -np.inf).argmax(1)
    # Without a least gain no rate is better than the best one less nothing.
    return np.select([is_good.any(1), np.isfinite(best[:, 0])], [nearest, means.argmax(1)], search.selected)


def _means(values: Array, counts: Array) -> Array:
    """Return the means of values (K, B) over the drawn blocks that have one, (D, K); NaN where none has."""
    known = ~np.isnan(values)
    number = counts @ known.T
    return np.where(number > 0, counts @ np.where(known, values, 0.0).T / np.maximum(number, 1), np.nan)
