"""Grades answers that no network gave: the oracle's, and those of classical taggers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL, NO_TARGET, PAIRS, Corpus
from rnnbench.evaluation.metrics import (
    HIGHER_IS_BETTER,
    Counts,
    Marks,
    bio,
    count_marks,
    judge_labels,
    judge_numbers,
    over_sequences,
    ratios,
    scores_of,
)
from rnnbench.tasks import Task

NAMING = "naming_accuracy"
"""Ceiling of slot accuracy for who is told which words stand in slots, as the probes of the audit are."""
Score = tuple[str, str, float]
"""Phenomenon (or ALL), metric, value."""


@dataclass(frozen=True)
class ScoredPredictions:
    """How good the answers to one split are."""

    scores: tuple[Score, ...]
    counts: Counts
    """Name -> (N,), for each sequence."""


def score_predictions(task: Task, corpus: Corpus, name: str, answers: Array) -> ScoredPredictions:
    """Return how good answers (S,) or (S, K) to the split of that name are, as if they were those of one run."""
    split = corpus.splits[name]
    marks = _marks(task, corpus, name, answers)
    counts = count_marks(marks)
    whole = scores_of(counts, paired=name == PAIRS)
    grades = [(ALL, metric, float(value[0])) for metric, value in whole.items() if metric in HIGHER_IS_BETTER]
    for phenomenon, where in split.phenomena.items():
        grades += _part(phenomenon, over_sequences(count_marks(marks, split.with_padding(where, False))))
    return ScoredPredictions(tuple(grades), {key: values[0] for key, values in counts.items()})


def _part(phenomenon: str, counts: Counts) -> Iterator[Score]:
    found = {metric: float(value[0]) for metric, value in ratios(counts).items() if metric in HIGHER_IS_BETTER}
    yield from ((phenomenon, metric, value) for metric, value in found.items())


def _marks(task: Task, corpus: Corpus, name: str, answers: Array) -> Marks:
    split = corpus.splits[name]
    scored = split.with_padding(split.score_mask, False)
    if task.outputs == "numbers":
        given, targets = split.with_padding(answers, 0), split.with_padding(split.targets, 0)
        return judge_numbers(given[None], targets, scored, tolerance=task.tolerance)
    known = list(dict.fromkeys([*corpus.all_labels, *answers]))  # the best guess may be a label that no split has
    known = [label for label in known if label != NO_TARGET]
    given, targets = (split.with_padding(_numbers(labels, known), 0) for labels in (answers, split.targets))
    return judge_labels(given[None], targets, scored, bio(known))


def _numbers(labels: Array, known: Sequence[str]) -> Array:
    """Return labels (S,) as their numbers; where none is asked for nothing is scored, and any number will do."""
    number = {NO_TARGET: 0} | {label: i for i, label in enumerate(known)}
    return np.array([number[label] for label in labels])
