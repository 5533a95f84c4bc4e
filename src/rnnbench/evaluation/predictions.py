"""Scores of predictions that no network made: those of the oracle and of classical taggers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.bio import parse_bio
from rnnbench.data.corpus import ALL, NO_TARGET, PAIRS, Corpus
from rnnbench.evaluation.metrics import (
    HIGHER_IS_BETTER,
    Counts,
    Marks,
    count_marks,
    judge_labels,
    judge_numbers,
    over_sequences,
    ratios,
    scores_of,
)
from rnnbench.tasks import Task

NAMING = "naming_accuracy"
"""The ceiling of slot accuracy of a tagger that knows which words stand in slots, as the probes of the audit do."""
Score = tuple[str, str, float]
"""Phenomenon or ALL, metric, value."""


@dataclass(frozen=True)
class ScoredPredictions:
    """The scores of the answers to one split."""

    scores: tuple[Score, ...]
    counts: Counts
    """Name -> (N,), the counts of each sequence."""


def score_predictions(task: Task, corpus: Corpus, name: str, answers: Array) -> ScoredPredictions:
    """Return the scores of answers, (S,) labels or (S, K) numbers, to the split of that name."""
    split = corpus.splits[name]
    marks = _marks(task, corpus, name, answers)
    counts = count_marks(marks)
    scores = _scores(ALL, scores_of(counts, paired=name == PAIRS))
    for phenomenon, where in split.phenomena.items():
        scores += _scores(phenomenon, ratios(over_sequences(count_marks(marks, split.with_padding(where, False)))))
    return ScoredPredictions(tuple(scores), {count: values[0] for count, values in counts.items()})


def _scores(phenomenon: str, values: Mapping[str, Array]) -> list[Score]:
    """Return the scores in which higher is better; `values`: metric -> (1,)."""
    return [(phenomenon, metric, float(value[0])) for metric, value in values.items() if metric in HIGHER_IS_BETTER]


def _marks(task: Task, corpus: Corpus, name: str, answers: Array) -> Marks:
    split = corpus.splits[name]
    score_mask = split.with_padding(split.score_mask, False)
    if task.outputs == "numbers":
        padded, targets = split.with_padding(answers, 0), split.with_padding(split.targets, 0)
        return judge_numbers(padded[None], targets, score_mask, tolerance=task.tolerance)
    # The best answer may be a label that no split has.
    labels = [label for label in dict.fromkeys([*corpus.all_labels, *answers]) if label != NO_TARGET]
    padded, targets = (split.with_padding(_numbers(values, labels), 0) for values in (answers, split.targets))
    return judge_labels(padded[None], targets, score_mask, parse_bio(labels))


def _numbers(values: Array, labels: Sequence[str]) -> Array:
    """Return the index in `labels` of each of S values, (S,); 0 for NO_TARGET, which is never scored."""
    number = {NO_TARGET: 0} | {label: i for i, label in enumerate(labels)}
    return np.array([number[value] for value in values])
