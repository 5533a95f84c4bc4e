"""The search for a combination's learning rate: on a few blocks, until the best one lies between others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

FIRST = 0.01
"""The rate in the middle of the first three."""
RATIO = 2.0
"""A rate of the grid divided by the one below it."""
BOUNDS = (-6, 5)
"""The lowest and the highest power of RATIO by which a rate differs from FIRST."""


class Trial(NamedTuple):
    """How a run of the search ended."""

    score: float
    """Its score on validation by the task's selection metric, higher is better."""
    least_gain: float
    """The least difference of scores that counts."""
    diverged: bool = False


class Choice(NamedTuple):
    """What a search has found so far."""

    rate: float | None
    """The best rate, None before any run."""
    tried: tuple[float, ...]
    """All rates of the search, ascending."""
    missing: tuple[tuple[float, int], ...]
    """Rates and seeds whose runs the search waits for; empty when it has ended."""

    @property
    def is_at_edge(self) -> bool:
        """Return whether the best rate is the lowest or the highest of several that were tried."""
        return len(self.tried) > 1 and self.rate in (self.tried[0], self.tried[-1])


@dataclass(frozen=True)
class RateSearch:
    """Which rates are tried, and on which blocks."""

    rates: tuple[float, ...]
    """The first rates."""
    seeds: tuple[int, ...]
    """The blocks on which they are tried."""
    extends: bool
    """Whether further rates are tried while the best is at an edge."""

    def choice(self, trial: Callable[[float, int], Trial | None]) -> Choice:
        """Return what is found so far; `trial(rate, seed)` says how that run ended, None if it has not.

        The same results give the same choice, whatever was trained when.
        """
        rates = sorted(self.rates)
        while True:
            pairs = [(rate, seed) for rate in rates for seed in self.seeds]
            trials = {pair: result for pair in pairs if (result := trial(*pair)) is not None}
            by_rate = {rate: [trials[rate, seed] for seed in self.seeds if (rate, seed) in trials] for rate in rates}
            best = best_rate({rate: results for rate, results in by_rate.items() if results})
            missing = tuple(pair for pair in pairs if pair not in trials)
            choice = Choice(best, tuple(rates), missing if len(rates) > 1 else ())
            further = None if missing or best is None else self._beyond(best, rates)
            if further is None:
                return choice
            rates = sorted([*rates, further])

    def _beyond(self, best: float, rates: Sequence[float]) -> float | None:
        """Return the rate to try next: the one beyond the best where it is at an edge; None where the search ends."""
        if not self.extends or best not in (rates[0], rates[-1]):
            return None
        power = round(math.log(best / FIRST, RATIO)) + (1 if best == rates[-1] else -1)
        return grid_rate(power) if BOUNDS[0] <= power <= BOUNDS[1] else None


def grid_rate(power: int) -> float:
    """Return a rate of the grid.

    >>> [grid_rate(power) for power in (-2, -1, 0, 1, 2)]
    [0.0025, 0.005, 0.01, 0.02, 0.04]
    """
    return float(f"{FIRST * RATIO**power:.6g}")


def auto_search(seeds: Sequence[int]) -> RateSearch:
    """Return the search on these blocks that begins with three rates of the grid."""
    return RateSearch(tuple(map(grid_rate, (-1, 0, 1))), tuple(seeds), extends=True)


def best_rate(trials: Mapping[float, Sequence[Trial]]) -> float | None:
    """Return the rate with the fewest runs that diverged and then the best mean score; None without any trial.

    Rates whose mean score is less than the least gain below the best one count as equally good; of these the one that
    is nearest to the middle of all rates is chosen, on a logarithmic scale, and of two the one with the better score.
    """
    if not trials:
        return None
    ranks = {rate: _rank(results) for rate, results in trials.items()}
    fewest, best = max(ranks.values())
    gain = max((trial.least_gain for results in trials.values() for trial in results), default=0.0)
    middle = (math.log(min(trials)) + math.log(max(trials))) / 2
    good = [rate for rate, (diverged, score) in ranks.items() if diverged == fewest and score > best - gain]
    return min(good, key=lambda rate: (round(abs(math.log(rate) - middle), 6), -ranks[rate][1]), default=None) or max(
        ranks, key=lambda rate: ranks[rate]
    )


def _rank(trials: Sequence[Trial]) -> tuple[float, float]:
    """Return minus the share of runs that diverged, and the mean score of the others, -inf where there is none."""
    scores = [trial.score for trial in trials if not trial.diverged]
    share = 1 - len(scores) / len(trials)
    return (-share, float(np.mean(scores)) if scores else -math.inf)
