"""The difference between two combinations: paired scores, intervals, p-values, and the effect of tuning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnbench.analysis.comparison.combination_scores import CombinationScores, RateScores
from rnnbench.analysis.statistics.estimates import UNKNOWN, Interval
from rnnbench.analysis.statistics.expected_best import expected_best
from rnnbench.analysis.statistics.intervals import bootstrap_interval, mean
from rnnbench.analysis.statistics.paired import Power, power, probability_of_improvement, sign_flip_test
from rnnbench.analysis.statistics.resampling import percentile_interval
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array

DRAWS = 10_000
"""Number of bootstrap samples of the seeds."""


@dataclass(frozen=True)
class Comparison:
    """Scores of two sides in C strata (pairs of combinations, often one) with the S seeds that all of them have."""

    name: str
    seeds: tuple[int, ...]
    first: Array
    """(C, S)."""
    second: Array
    """(C, S)."""
    resampled: Array | None
    """The difference on the test sequences and on bootstrap samples of them, (1 + draws,); None where it is unknown."""
    by_rates_tried: Array
    """The expected difference between the best of n learning rates, (N,) for n = 1 ... N."""

    @cached_property
    def differences(self) -> Array:
        """Return the first's scores minus the second's, (C, S)."""
        return self.first - self.second

    @cached_property
    def interval(self) -> Interval:
        """Return the mean difference with its interval for other seeds."""
        return bootstrap_interval(self.differences, mean, self._rng("interval"), draws=DRAWS)

    @cached_property
    def sentences(self) -> Interval:
        """Return the mean difference with its interval for other test sequences."""
        return UNKNOWN if self.resampled is None else percentile_interval(self.resampled)

    @cached_property
    def p_value(self) -> float:
        """Return the p-value of no difference, by flipping the signs of whole seeds."""
        return sign_flip_test(self.differences.mean(0), self._rng("flips"))

    @property
    def min_p_value(self) -> float:
        """Return the smallest p-value that is possible with that many seeds."""
        return 2.0 ** (1 - len(self.seeds))

    @property
    def improvement(self) -> float:
        """Return the probability that a run of the first scores above one of the second, mean over strata."""
        return float(np.mean([probability_of_improvement(*pair) for pair in zip(self.first, self.second, strict=True)]))

    @cached_property
    def power(self) -> Power:
        """Return the power of the comparison."""
        return power(self.differences.mean(0))

    def _rng(self, purpose: str) -> np.random.Generator:
        return generator(purpose=f"compare: {purpose}", name=self.name)


def compare_combinations(
    name: str, first: CombinationScores, second: CombinationScores, *, split: str, metric: str
) -> Comparison | None:
    """Return the comparison of two combinations, with the seeds of which both have a run that ended well.

    None without any such seed.
    """
    first_by_seed, second_by_seed = first.selected(split, metric), second.selected(split, metric)
    seeds = tuple(sorted(first_by_seed.keys() & second_by_seed.keys()))
    if not seeds:
        return None
    first_scores, second_scores = (
        np.array([[by_seed[seed] for seed in seeds]]) for by_seed in (first_by_seed, second_by_seed)
    )
    return Comparison(
        name,
        seeds,
        first_scores,
        second_scores,
        _resampled_difference(
            first.resampled(split, metric, seeds),
            second.resampled(split, metric, seeds),
            float(np.mean(first_scores - second_scores)),
        ),
        _difference_by_rates_tried(first.by_rate(split, metric), second.by_rate(split, metric)),
    )


def pooled(name: str, comparisons: Sequence[Comparison]) -> Comparison | None:
    """Return one comparison with those of single pairs as strata, with the seeds that all have; None without any."""
    seeds = tuple(sorted(set.intersection(*(set(comparison.seeds) for comparison in comparisons))))
    if not seeds:
        return None
    positions = [[comparison.seeds.index(seed) for seed in seeds] for comparison in comparisons]
    first = np.array([comparison.first[0, at] for comparison, at in zip(comparisons, positions, strict=True)])
    second = np.array([comparison.second[0, at] for comparison, at in zip(comparisons, positions, strict=True)])
    resampled = [comparison.resampled for comparison in comparisons if comparison.resampled is not None]
    mean_resampled = np.mean(resampled, 0) if len(resampled) == len(comparisons) else None
    n_rates = min(len(comparison.by_rates_tried) for comparison in comparisons)
    by_rates_tried = np.mean([comparison.by_rates_tried[:n_rates] for comparison in comparisons], 0)
    return Comparison(name, seeds, first, second, mean_resampled, by_rates_tried)


def _resampled_difference(first: Array | None, second: Array | None, difference: float) -> Array | None:
    """Return the difference of two resampled scores, (1 + draws,), shifted so that the first is the observed one."""
    if first is None or second is None:
        return None
    # Either score may differ from its ratio of counts by a constant of its own.
    return first - second - (first[0] - second[0]) + difference


def _difference_by_rates_tried(first: Mapping[int, RateScores], second: Mapping[int, RateScores]) -> Array:
    """Return the expected difference between the best of n rates, (N,), mean over seeds with every rate in both."""
    seeds = sorted(first.keys() & second.keys())
    if not seeds:
        return np.empty(0)
    first_expected, second_expected = (
        expected_best(*np.array([by_seed[seed] for seed in seeds]).swapaxes(0, 1)) for by_seed in (first, second)
    )
    n_rates = min(first_expected.shape[-1], second_expected.shape[-1])
    return (first_expected[:, :n_rates] - second_expected[:, :n_rates]).mean(0)
