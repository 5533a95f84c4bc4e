"""What the runs of two combinations say about their difference, in numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnbench.analysis.comparison.combination_scores import CombinationScores, Tried
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.expected_best import expected_best
from rnnbench.analysis.statistics.intervals import bootstrap_interval, mean
from rnnbench.analysis.statistics.paired import Power, power, probability_of_improvement, sign_flip_test
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.analysis.statistics.resampling import interval_of
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array

DRAWS = 10_000
UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Comparison:
    """Scores of two sides in C strata (pairs of combinations, often one) with the S seeds that all of them have."""

    name: str
    seeds: tuple[int, ...]
    first: Array
    """(C, S)."""
    second: Array
    """(C, S)."""
    drawn: Array | None
    """The difference on the test sequences, and on others drawn anew, (1 + draws,); None where it cannot be drawn."""
    by_tries: Array
    """The difference between the best of n learning rates that were tried, (N,) for n = 1 ... N."""

    @cached_property
    def differences(self) -> Array:
        """Return the first's scores minus the second's, (C, S)."""
        return self.first - self.second

    @cached_property
    def interval(self) -> Interval:
        """Return the mean difference with the interval of what other seeds would give."""
        return bootstrap_interval(self.differences, mean, self._rng("interval"), draws=DRAWS)

    @cached_property
    def sentences(self) -> Interval:
        """Return the mean difference with the interval of what other test sequences would give."""
        return UNKNOWN if self.drawn is None else interval_of(self.drawn)

    @cached_property
    def p_value(self) -> float:
        """Return the p-value of no difference; the signs of whole seeds are flipped."""
        return sign_flip_test(self.differences.mean(0), self._rng("flips"))

    @property
    def least_p(self) -> float:
        """Return the smallest p-value that so many seeds can have."""
        return 2.0 ** (1 - len(self.seeds))

    @property
    def above(self) -> float:
        """Return the chance that a run of the first has a higher score than one of the second, mean over strata."""
        return float(np.mean([probability_of_improvement(*pair) for pair in zip(self.first, self.second, strict=True)]))

    @cached_property
    def power(self) -> Power:
        """Return what so many seeds could have shown."""
        return power(self.differences.mean(0))

    def _rng(self, purpose: str) -> np.random.Generator:
        return generator(purpose=f"compare: {purpose}", name=self.name)


def comparison(
    name: str, first: CombinationScores, second: CombinationScores, *, split: str, metric: str
) -> Comparison | None:
    """Return how two combinations compare, with the seeds of which both have a run that ended well; None without."""
    one, other = first.selected(split, metric), second.selected(split, metric)
    seeds = tuple(sorted(one.keys() & other.keys()))
    if not seeds:
        return None
    first_scores, second_scores = (np.array([[own[seed] for seed in seeds]]) for own in (one, other))
    return Comparison(
        name,
        seeds,
        first_scores,
        second_scores,
        _between(
            first.drawn(split, metric, seeds),
            second.drawn(split, metric, seeds),
            float(np.mean(first_scores - second_scores)),
        ),
        _by_tries(first.tried(split, metric), second.tried(split, metric)),
    )


def together(name: str, parts: Sequence[Comparison]) -> Comparison | None:
    """Return comparisons of one pair each as the strata of one, with the seeds that all have; None without any."""
    seeds = tuple(sorted(set.intersection(*(set(part.seeds) for part in parts))))
    if not seeds:
        return None
    picks = [[part.seeds.index(seed) for seed in seeds] for part in parts]
    first = np.array([part.first[0, pick] for part, pick in zip(parts, picks, strict=True)])
    second = np.array([part.second[0, pick] for part, pick in zip(parts, picks, strict=True)])
    drawn = [part.drawn for part in parts if part.drawn is not None]
    tries = min(len(part.by_tries) for part in parts)
    by_tries = np.mean([part.by_tries[:tries] for part in parts], 0)
    return Comparison(name, seeds, first, second, np.mean(drawn, 0) if len(drawn) == len(parts) else None, by_tries)


def corrected(p_values: Iterable[float]) -> list[float]:
    """Return p-values that hold together (Holm)."""
    return holm(np.array(list(p_values))).tolist()


def _between(first: Array | None, second: Array | None, difference: float) -> Array | None:
    """Return the difference of two scores that are drawn anew; the first is the one that was seen."""
    if first is None or second is None:
        return None
    # Scores of two tasks may each lie a constant off.
    return first - second - (first[0] - second[0]) + difference


def _by_tries(first: Mapping[int, Tried], second: Mapping[int, Tried]) -> Array:
    """Return the difference between the best of n rates, (N,), mean over the seeds for which both have every rate."""
    seeds = sorted(first.keys() & second.keys())
    if not seeds:
        return np.empty(0)
    one, other = (expected_best(*np.array([own[seed] for seed in seeds]).swapaxes(0, 1)) for own in (first, second))
    tries = min(one.shape[-1], other.shape[-1])
    return (one[:, :tries] - other[:, :tries]).mean(0)
