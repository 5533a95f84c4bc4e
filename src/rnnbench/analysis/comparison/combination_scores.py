"""The scores of one combination in the store."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnbench.analysis.collect import scores_of
from rnnbench.analysis.overfitting import GAP
from rnnbench.analysis.per_sequence import ScoredSplit, stacked
from rnnbench.analysis.statistics.resampling import bootstrap_counts, mean_scores
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import WATCHED, Corpus
from rnnbench.results.runs import Runs, is_done, selection_score

NAN = float("nan")
RateScores = tuple[Array, Array]
"""Selection scores and scores of N learning rates, (N,) each; NaN where the run diverged."""


@dataclass(frozen=True)
class CombinationScores:
    """The scores of the runs of a combination; only runs that ended well have any."""

    runs: Runs
    corpus: Corpus

    @functools.cached_property
    def scores(self) -> Mapping[tuple[str, str], Mapping[tuple[int, float], float]]:
        """Return (split, metric) -> (seed, learning rate) -> score."""
        done = {(run.seed, run.learning_rate) for run, record in self.runs.records if is_done(record)}
        scores: dict[tuple[str, str], dict[tuple[int, float], float]] = {}
        for row in scores_of(self.runs, self.corpus):
            run = (row["seed"], row["learning_rate"])
            if run in done and np.isfinite(row["value"]):
                scores.setdefault((row["split"], row["metric"]), {})[run] = row["value"]
        return scores

    def metrics(self, split: str) -> set[str]:
        """Return the metrics of a split."""
        return {metric for name, metric in self.scores if name == split}

    def selected(self, split: str, metric: str) -> dict[int, float]:
        """Return seed -> score of the runs with the best learning rate."""
        by_run = self.scores.get((split, metric), {})
        return {seed: score for (seed, rate), score in by_run.items() if rate == self.runs.learning_rate}

    def by_rate(self, split: str, metric: str) -> dict[int, RateScores]:
        """Return seed -> scores at every learning rate, in the plan's order; no seed that lacks a rate."""
        by_run = self.scores.get((split, metric), {})
        by_seed: dict[int, list[tuple[float, float] | None]] = {}
        for run, record in self.runs.records:
            key = (run.seed, run.learning_rate)
            pair = (selection_score(record)[0], by_run.get(key, NAN)) if is_done(record) else (NAN, NAN)
            by_seed.setdefault(run.seed, []).append(pair if record else None)
        return {seed: _columns(pairs) for seed, pairs in by_seed.items() if None not in pairs}

    def resampled(self, split: str, metric: str, seeds: tuple[int, ...]) -> Array | None:
        """Return the mean score over seeds on bootstrap samples of the sequences, up to a constant, (1 + draws,).

        Every combination of a task has the same samples. None where the score is no ratio of the counts in the store.
        """
        if split == GAP or split in WATCHED or split not in self.corpus.splits:
            return None
        scored_split = ScoredSplit(self.runs.task, self.corpus, split)
        counts = scored_split.counts(self.runs)
        ratio = scored_split.ratio(stacked([counts[seed] for seed in seeds]), metric)
        if ratio is None:
            return None
        weights = _weights(self.runs.task.label, split, ratio.part.shape[-1])
        return ratio.scale * mean_scores(ratio.part, ratio.whole, weights)


@functools.lru_cache(maxsize=1)
def _weights(task: str, split: str, n: int) -> Array:
    return bootstrap_counts(n, generator(purpose="compare", task=task, split=split))


def _columns(pairs: Sequence[tuple[float, float] | None]) -> RateScores:
    selection_scores, scores = np.array(pairs).T
    return selection_scores, scores
