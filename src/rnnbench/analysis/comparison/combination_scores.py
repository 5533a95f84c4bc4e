"""The scores of one combination as the store has them."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnbench.analysis.collect import rows_of
from rnnbench.analysis.comparison.wording import GAP
from rnnbench.analysis.per_sequence import ScoredSplit, stacked
from rnnbench.analysis.statistics.resampling import drawn_anew, mean_scores
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import WATCHED, Corpus
from rnnbench.results.runs import Runs, is_done, selection_score

NAN = float("nan")
Tried = tuple[Array, Array]
"""Of N learning rates: how good each is on validation, higher is better, and its score; NaN where the run diverged."""


@dataclass(frozen=True)
class CombinationScores:
    """A combination whose runs can be asked for their scores; only those that ended well have any."""

    runs: Runs
    corpus: Corpus

    @functools.cached_property
    def known(self) -> Mapping[tuple[str, str], Mapping[tuple[int, float], float]]:
        """Return (split, metric) -> (seed, learning rate) -> score."""
        done = {(run["seed"], run["learning_rate"]) for run, record in self.runs.found if is_done(record)}
        found: dict[tuple[str, str], dict[tuple[int, float], float]] = {}
        for row in rows_of(self.runs, {}, self.corpus)["scores"]:
            run = (row["seed"], row["learning_rate"])
            if run in done and np.isfinite(row["value"]):
                found.setdefault((row["split"], row["metric"]), {})[run] = row["value"]
        return found

    def metrics(self, split: str) -> set[str]:
        """Return the metrics that a split has."""
        return {metric for name, metric in self.known if name == split}

    def selected(self, split: str, metric: str) -> dict[int, float]:
        """Return seed -> score of the runs that have the best learning rate."""
        own = self.known.get((split, metric), {})
        return {seed: score for (seed, rate), score in own.items() if rate == self.runs.rate}

    def tried(self, split: str, metric: str) -> dict[int, Tried]:
        """Return what each seed scored with every learning rate, in the plan's order; no seed that lacks one."""
        own, found = self.known.get((split, metric), {}), {}
        for run, record in self.runs.found:
            key = (run["seed"], run["learning_rate"])
            pair = (selection_score(record)[0], own.get(key, NAN)) if is_done(record) else (NAN, NAN)
            found.setdefault(run["seed"], []).append(pair if record else None)
        return {seed: _columns(pairs) for seed, pairs in found.items() if None not in pairs}

    def drawn(self, split: str, metric: str, seeds: tuple[int, ...]) -> Array | None:
        """Return the mean score over seeds, but for a constant, on other sequences drawn anew, (1 + draws,).

        Every combination of a task gets the same draws. None where the score is no ratio of what is kept of sequences.
        """
        if split == GAP or split in WATCHED or split not in self.corpus.splits:
            return None
        asked = ScoredSplit(self.runs.task, self.corpus, split)
        counts = asked.counts(self.runs)
        sampled = asked.sampled(stacked([counts[seed] for seed in seeds]), metric)
        if sampled is None:
            return None
        weights = _weights(self.runs.task.label, split, sampled.part.shape[-1])
        return sampled.scale * mean_scores(sampled.part, sampled.whole, weights)


@functools.lru_cache(maxsize=1)
def _weights(task: str, split: str, n: int) -> Array:
    return drawn_anew(n, generator(purpose="compare", task=task, split=split))


def _columns(pairs: list[tuple[float, float]]) -> Tried:
    first, second = np.array(pairs).T
    return first, second
