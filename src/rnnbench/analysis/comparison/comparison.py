"""The difference between two combinations, as the one judge sees it: by whole blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnbench.analysis.comparison.combination_scores import CombinationScores
from rnnbench.analysis.statistics.judge import Judgement, judged
from rnnbench.analysis.statistics.paired import share_above
from rnnbench.analysis.statistics.power import detectable, least_p
from rnnbench.analysis.statistics.resampling import around_zero
from rnnbench.common.typing import Array


@dataclass(frozen=True)
class Comparison:
    """Scores of two sides in C strata (pairs of combinations, often one) with the S seeds that all of them have."""

    name: str
    margin: float
    """Differences smaller than this do not matter."""
    seeds: tuple[int, ...]
    first: Array
    """(C, S)."""
    second: Array
    """(C, S)."""
    sentences: Array | None
    """What other test sentences add to the difference, (draws,); None where every seed has sentences of its own."""

    @cached_property
    def by_seed(self) -> Array:
        """Return the mean over strata of the first's scores minus the second's, (S,)."""
        return (self.first - self.second).mean(0)

    @cached_property
    def judgement(self) -> Judgement:
        """Return the mean difference with its interval for other seeds, and its p-values."""
        return judged(self.by_seed, margin=self.margin, sentences=self.sentences)

    @property
    def min_p_value(self) -> float:
        """Return the smallest p-value that is possible with that many seeds."""
        return least_p(len(self.seeds), 1)

    @property
    def improvement(self) -> float:
        """Return the share of seeds in which the first scores above the second."""
        return share_above(self.by_seed)

    def detectable(self, n_comparisons: int) -> float:
        """Return the smallest difference that so many seeds find four times in five; NaN where they find none."""
        size = detectable(len(self.seeds), n_comparisons)
        return size * self.judgement.spread if np.isfinite(size) else float("nan")


def compare_combinations(
    name: str, first: CombinationScores, second: CombinationScores, *, split: str, metric: str, margin: float
) -> Comparison | None:
    """Return the comparison of two combinations, with the seeds of which both have a run that ended well.

    None without any such seed.
    """
    first_by_seed, second_by_seed = first.selected(split, metric), second.selected(split, metric)
    seeds = tuple(sorted(first_by_seed.keys() & second_by_seed.keys()))
    if not seeds:
        return None
    scores = (np.array([[by_seed[seed] for seed in seeds]]) for by_seed in (first_by_seed, second_by_seed))
    resampled = [side.resampled(split, metric, seeds) for side in (first, second)]
    known = [side for side in resampled if side is not None]
    sentences = around_zero(known[0] - known[1]) if len(known) == 2 else None
    return Comparison(name, margin, seeds, *scores, sentences)


def pooled(name: str, comparisons: Sequence[Comparison]) -> Comparison | None:
    """Return one comparison with those of single pairs as strata, with the seeds that all have; None without any."""
    seeds = tuple(sorted(set.intersection(*(set(comparison.seeds) for comparison in comparisons))))
    if not seeds:
        return None
    positions = [[comparison.seeds.index(seed) for seed in seeds] for comparison in comparisons]
    first = np.array([comparison.first[0, at] for comparison, at in zip(comparisons, positions, strict=True)])
    second = np.array([comparison.second[0, at] for comparison, at in zip(comparisons, positions, strict=True)])
    sentences = [comparison.sentences for comparison in comparisons if comparison.sentences is not None]
    total = np.sum(sentences, 0) / len(comparisons) if sentences else None
    return Comparison(name, comparisons[0].margin, seeds, first, second, total)
