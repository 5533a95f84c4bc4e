"""The scores of one combination in the store."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnbench.analysis.collect import scores_of
from rnnbench.analysis.overfitting import GAP
from rnnbench.analysis.per_sequence import ScoredSplit, stacked
from rnnbench.analysis.statistics.resampling import bootstrap_counts, mean_scores
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import WATCHED, Corpus
from rnnbench.results.runs import Runs, is_done
from rnnbench.tasks._base import SyntheticTask


@dataclass(frozen=True)
class CombinationScores:
    """The scores of the runs of a combination; only runs that ended well have any."""

    runs: Runs
    corpora: Mapping[int, Corpus]
    """Seed -> its corpus."""

    @functools.cached_property
    def scores(self) -> Mapping[tuple[str, str], Mapping[tuple[int, float], float]]:
        """Return (split, metric) -> (seed, learning rate) -> score."""
        done = {(run.seed, run.learning_rate) for run, record in self.runs.records if is_done(record)}
        scores: dict[tuple[str, str], dict[tuple[int, float], float]] = {}
        for row in scores_of(self.runs):
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

    def resampled(self, split: str, metric: str, seeds: tuple[int, ...]) -> Array | None:
        """Return the mean score over seeds on bootstrap samples of the sequences, up to a constant, (1 + draws,).

        Every combination of a task has the same samples. None where every seed has sequences of its own, and where the
        score is no ratio of the counts in the store. A gap is train minus test: its noise is that of test.
        """
        if isinstance(self.runs.task, SyntheticTask):
            return None
        split, sign = ("test", -1.0) if split == GAP else (split, 1.0)
        corpus = self.corpora[seeds[0]]
        if split in WATCHED or split not in corpus.splits:
            return None
        scored_split = ScoredSplit(self.runs.task, corpus, split)
        counts = scored_split.counts(self.runs)
        ratio = scored_split.ratio(stacked([counts[seed] for seed in seeds]), metric)
        if ratio is None:
            return None
        weights = _weights(self.runs.task.label, split, ratio.part.shape[-1])
        return sign * ratio.scale * mean_scores(ratio.part, ratio.whole, weights)


@functools.lru_cache(maxsize=1)
def _weights(task: str, split: str, n: int) -> Array:
    return bootstrap_counts(n, generator(purpose="compare", task=task, split=split))
