"""What trained runs got right of every test sequence: resampling the sequences shows how much of a score is chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpora import Corpora
from rnnbench.data.corpus import PAIRS, WATCHED, Corpus
from rnnbench.evaluation.memory_horizon import CALIBRATED, span
from rnnbench.evaluation.metrics import RATIOS, STORED_COUNTS, Counts
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.results.runs import Runs, is_done
from rnnbench.results.store import read_tensors
from rnnbench.tasks import Task


class RatioOfSums(NamedTuple):
    """A score as a ratio of sums over whatever was drawn as one: N sequences, or pairs of them; for S seeds."""

    part: Array
    """(S, N)"""
    whole: Array
    """(S, N)"""
    scale: float = 1.0
    """The score is the ratio times this, plus a number that is the same for all networks."""


@dataclass(frozen=True)
class ScoredSplit:
    """A split of a task, and the targets of every sequence in it."""

    task: Task
    corpus: Corpus
    split: str

    @cached_property
    def whole(self) -> Counts:
        """Return the counts of a tagger that is always right, (N,)."""
        return score_predictions(self.task, self.corpus, self.split, self.corpus.splits[self.split].targets).counts

    def counts(self, runs: Runs) -> dict[int, Counts]:
        """Return seed -> name -> (N,) for the selected runs of a combination that ended well."""
        return {run.seed: self._counts(run.digest) for run, record in runs.selected if is_done(record)}

    def _counts(self, digest: str) -> Counts:
        names = [name for name in STORED_COUNTS if name in self.whole]
        tensors = read_tensors(digest, *(f"{self.split}.{name}" for name in names))
        return {**self.whole, **{name: tensors[f"{self.split}.{name}"] for name in names}}

    def ratio(self, counts: Counts, metric: str) -> RatioOfSums | None:
        """Return the two counts that decide a metric, from counts (S, N); None for one that is no ratio of counts."""
        if metric in ("sequence_accuracy", "pair_accuracy"):
            right = counts["right"] == counts["counted"]
            right = right[:, ::2] & right[:, 1::2] if metric == "pair_accuracy" else right
            return RatioOfSums(right, np.ones_like(right))
        if self.split == PAIRS:  # they were drawn two by two
            counts = {name: values[:, ::2] + values[:, 1::2] for name, values in counts.items()}
        scale, zero = 1.0, self.task.task_of_split(self.split).memoryless_score
        if metric == CALIBRATED and zero is not None:
            metric = self.task.calibrated_by
            scale = 1 / span(metric, zero)
        ratio = RATIOS.get(metric)
        if ratio is None or not set(ratio.counts) <= counts.keys():
            return None
        whole = sum((counts[name] for name in ratio.denominator[1:]), start=counts[ratio.denominator[0]])
        return RatioOfSums(ratio.factor * counts[ratio.numerator], whole, scale)


def stacked(counts: list[Counts]) -> Counts:
    """Return the counts of S runs, name -> (S, N)."""
    return {name: np.stack([run[name] for run in counts]) for name in counts[0]}


class PerSequenceScores:
    """The counts of every sequence, for the combinations of tasks whose test sentences are the same for every seed."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, ...], Runs] = {}
        self._corpora: dict[str, Corpora] = {}
        self._splits: dict[tuple[str, str], ScoredSplit] = {}

    def add(self, runs: Runs) -> None:
        """Add a combination."""
        self._runs[tuple(runs.names.values())] = runs

    def __call__(
        self, place: tuple[str, str], network: str, split: str, metric: str, seeds: Sequence[int]
    ) -> RatioOfSums | None:
        """Return the counts of a network's runs with these seeds on a task, behind an encoder; None if not known."""
        runs = self._runs.get((*place, network))
        scored = runs and self._split(runs, split)
        if not runs or not scored:
            return None
        counts = scored.counts(runs)
        if not set(seeds) <= counts.keys():
            return None
        return scored.ratio(stacked([counts[seed] for seed in seeds]), metric)

    def _split(self, runs: Runs, split: str) -> ScoredSplit | None:
        """Return a split whose answers are kept, None for another."""
        if split in WATCHED:
            return None
        corpus = self._corpora.setdefault(runs.job.data, Corpora(runs.job.data))[min(runs.job.worlds)]
        if split not in corpus.scored:
            return None
        splits = {name: corpus.splits[name] for name in (split, "train")}
        return self._splits.setdefault((runs.job.data, split), ScoredSplit(runs.task, Corpus(splits), split))
