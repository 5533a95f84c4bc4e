"""What trained runs got right of every test sequence: sequences drawn anew say how much of a score is their luck."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnbench.corpus import PAIRS, Corpus
from rnnbench.grading import grade
from rnnbench.horizon import CALIBRATED, span
from rnnbench.metrics import Counts
from rnnbench.runs import Runs, is_done
from rnnbench.store import read_tensors
from rnnbench.tasks import Task

OWN = ("right", "slot_right", "found", "same", "squared")
"""What the store keeps of a run for each sequence; the rest is the same for all runs."""


class Sampled(NamedTuple):
    """Counts of what was drawn as one, and the ratio of them that is looked at."""

    counts: Counts
    """Name -> (S, N) for S seeds."""
    ratio: str
    """A name of `metrics.ratios`."""
    scale: float = 1.0
    """The score is the ratio times this, plus a number that is the same for all networks."""


@dataclass(frozen=True)
class Asked:
    """A split of a task, and what is wanted of every sequence in it."""

    task: Task
    corpus: Corpus
    split: str

    @cached_property
    def whole(self) -> Counts:
        """Return the counts of a tagger that is always right, (N,)."""
        return grade(self.task, self.corpus, self.split, self.corpus.splits[self.split].targets).counts

    def counts(self, runs: Runs) -> dict[int, Counts]:
        """Return seed -> name -> (N,) for the selected runs of a combination that ended well."""
        return {run["seed"]: self._counts(run["digest"]) for run, record in runs.selected if is_done(record)}

    def _counts(self, digest: str) -> Counts:
        own = [name for name in OWN if name in self.whole]
        found = read_tensors(digest, *(f"{self.split}.{name}" for name in own))
        return {**self.whole, **{name: found[f"{self.split}.{name}"] for name in own}}

    def sampled(self, counts: Counts, metric: str) -> Sampled | None:
        """Return what decides a metric, from counts (S, N); None for one that is no ratio of counts."""
        if metric in ("sequence_accuracy", "pair_accuracy"):
            right = counts["right"] == counts["counted"]
            right = right[:, ::2] & right[:, 1::2] if metric == "pair_accuracy" else right
            return Sampled({"right": right, "counted": np.ones_like(right, int)}, "token_accuracy")
        if self.split == PAIRS:  # they were drawn two by two
            counts = {name: values[:, ::2] + values[:, 1::2] for name, values in counts.items()}
        if metric == CALIBRATED and (zero := self.task.of(self.split).without_memory) is not None:
            return Sampled(counts, self.task.calibrated_by, 1 / span(self.task.calibrated_by, zero))
        known = {
            "token_accuracy": "right",
            "slot_accuracy": "slot_right",
            "slot_f1": "same",
            "squared_error": "squared",
        }
        return Sampled(counts, metric) if known.get(metric) in counts else None


def stacked(counts: list[Counts]) -> Counts:
    """Return the counts of S runs, name -> (S, N)."""
    return {name: np.stack([one[name] for one in counts]) for name in counts[0]}
