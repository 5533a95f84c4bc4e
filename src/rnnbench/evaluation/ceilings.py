"""Ceilings: the scores of the Bayes-optimal taggers of a task, the best that a network can expect."""

from dataclasses import dataclass
from typing import Any

from rnnbench.data.corpus import ALL, WATCHED, Corpus
from rnnbench.evaluation.metrics import ACCURACIES, RATIOS
from rnnbench.evaluation.predictions import NAMING, Score, score_predictions
from rnnbench.tasks import Task

Row = dict[str, Any]

CEILING_COUNTS = {count for metric in ACCURACIES for count in RATIOS[metric].counts}
"""The counts that are stored for every sequence, to compare networks with the ceiling on the same sequences."""


@dataclass(frozen=True)
class Ceilings:
    """The scores of a task's oracle, its Bayes-optimal taggers, on the same sequences on which networks are scored."""

    rows: list[Row]
    """The rows of the table `ceilings`."""
    counts: dict[str, dict[str, dict[str, list[int]]]]
    """Split -> information -> count -> its value for each sequence; for the splits that are scored once."""


def ceilings(task: Task, corpus: Corpus) -> Ceilings:
    """Return the ceilings of every split and phenomenon, for each kind of information."""
    rows: list[Row] = []
    counts: dict[str, dict[str, dict[str, list[int]]]] = {}
    for name in corpus.scored:
        for information, answers in task.oracle(name, corpus.splits[name]).items():
            scored = score_predictions(task, corpus, name, answers)
            rows += [_row(task, name, information, score) for score in scored.scores]
            if name not in WATCHED:
                counts.setdefault(name, {})[information] = {
                    count: values.astype(int).tolist()
                    for count, values in scored.counts.items()
                    if count in CEILING_COUNTS
                }
    return Ceilings(rows + _naming_rows(task, corpus), counts)


def _naming_rows(task: Task, corpus: Corpus) -> list[Row]:
    """Return the ceilings on the test split of a tagger that knows which words stand in slots."""
    rows: list[Row] = []
    for information, answers in task.oracle_in_slots("test", corpus.splits["test"]).items():
        scores = score_predictions(task, corpus, "test", answers).scores
        overall = {metric: value for phenomenon, metric, value in scores if phenomenon == ALL}
        rows.append(_row(task, "test", information, (ALL, NAMING, overall["slot_accuracy"])))
    return rows


def _row(task: Task, split: str, information: str, score: Score) -> Row:
    phenomenon, metric, value = score
    key = {"task": task.label, "split": split, "information": information}
    return key | {"phenomenon": phenomenon, "metric": metric, "value": value}
