"""What trained runs got right of every test sequence: sequences drawn anew say how much of a score is their luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import PAIRS, WATCHED, Corpus, read_corpus
from rnnbench.evaluation.memory_horizon import CALIBRATED, span
from rnnbench.evaluation.metrics import Counts
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.results.runs import Runs, is_done
from rnnbench.results.store import read_tensors
from rnnbench.tasks import Task

OWN = ("right", "slot_right", "found", "same", "squared")
"""What the store keeps of a run for each sequence; the rest is the same for all runs."""


SHARES = {
    "token_accuracy": ("right", "counted"),
    "slot_accuracy": ("slot_right", "slot_counted"),
    "squared_error": ("squared", "counted"),
}
"""Metric, and the two counts that it is the ratio of."""


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
    """A split of a task, and what is wanted of every sequence in it."""

    task: Task
    corpus: Corpus
    split: str

    @cached_property
    def whole(self) -> Counts:
        """Return the counts of a tagger that is always right, (N,)."""
        return score_predictions(self.task, self.corpus, self.split, self.corpus.splits[self.split].targets).counts

    def counts(self, runs: Runs) -> dict[int, Counts]:
        """Return seed -> name -> (N,) for the selected runs of a combination that ended well."""
        return {run["seed"]: self._counts(run["digest"]) for run, record in runs.selected if is_done(record)}

    def _counts(self, digest: str) -> Counts:
        own = [name for name in OWN if name in self.whole]
        found = read_tensors(digest, *(f"{self.split}.{name}" for name in own))
        return {**self.whole, **{name: found[f"{self.split}.{name}"] for name in own}}

    def sampled(self, counts: Counts, metric: str) -> RatioOfSums | None:
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
        if metric == "slot_f1" and "same" in counts:
            return RatioOfSums(2 * counts["same"], counts["found"] + counts["wanted"])
        part, whole = SHARES.get(metric, ("", ""))
        return RatioOfSums(counts[part], counts[whole], scale) if part in counts else None


def stacked(counts: list[Counts]) -> Counts:
    """Return the counts of S runs, name -> (S, N)."""
    return {name: np.stack([one[name] for one in counts]) for name in counts[0]}


class PerSequenceScores:
    """The combinations of an experiment, to be asked what they got right of every sequence."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, ...], Runs] = {}
        self._asked: dict[tuple[str, str], ScoredSplit | None] = {}

    def add(self, runs: Runs) -> None:
        """Add a combination."""
        self._runs[tuple(runs.names.values())] = runs

    def __call__(
        self, place: tuple[str, str], network: str, split: str, metric: str, seeds: Sequence[int]
    ) -> RatioOfSums | None:
        """Return the counts of a network's runs with these seeds on a task, behind an encoder; None if not known."""
        runs = self._runs.get((*place, network))
        asked = runs and self._split(runs, split)
        if not runs or not asked:
            return None
        counts = asked.counts(runs)
        if not set(seeds) <= counts.keys():
            return None
        return asked.sampled(stacked([counts[seed] for seed in seeds]), metric)

    def _split(self, runs: Runs, split: str) -> ScoredSplit | None:
        """Return a split whose answers are kept."""
        key = (runs.job["data"], split)
        if key not in self._asked:
            corpus = read_corpus(Path(runs.job["data"]))
            kept = split in corpus.scored and split not in WATCHED
            own = {split: corpus.splits[split]} if kept else {}
            self._asked[key] = (
                ScoredSplit(runs.task, Corpus(own | {"train": corpus.splits["train"]}), split) if kept else None
            )
        return self._asked[key]
