"""Facts about a task that no network is needed for: its ceilings, its corpus, what each encoder makes of its words."""

from dataclasses import dataclass
from typing import Any

from rnnbench.data.corpus import ALL, WATCHED, Corpus
from rnnbench.evaluation.predictions import NAMING, Score, score_predictions
from rnnbench.tasks import Task

Row = dict[str, Any]
COUNTED = ("right", "counted", "slot_right", "slot_counted")
"""What is kept of every sequence, to be held against the networks."""


@dataclass(frozen=True)
class Ceilings:
    """What the oracle scores on the very sequences that networks see."""

    rows: list[Row]
    """The rows of the table `ceilings`."""
    counts: dict[str, dict[str, dict[str, list[int]]]]
    """Split -> information -> name -> counts for each sequence, of the splits that networks are scored on once."""


def ceilings(task: Task, corpus: Corpus) -> Ceilings:
    """Return the ceilings of every split and phenomenon, for each kind of information."""
    rows: list[Row] = []
    counts: dict[str, dict[str, dict[str, list[int]]]] = {}
    for name in corpus.scored:
        for information, answers in task.oracle(name, corpus.splits[name]).items():
            graded = score_predictions(task, corpus, name, answers)
            rows += [_ceiling(task, name, information, one) for one in graded.scores]
            if name not in WATCHED:
                kept = {key: values.astype(int).tolist() for key, values in graded.counts.items() if key in COUNTED}
                counts.setdefault(name, {})[information] = kept
    return Ceilings(rows + _naming(task, corpus), counts)


def _naming(task: Task, corpus: Corpus) -> list[Row]:
    """Return the ceilings on the test split for who is told which words stand in slots."""
    rows: list[Row] = []
    for information, answers in task.oracle_in_slots("test", corpus.splits["test"]).items():
        told = {
            metric: value
            for part, metric, value in score_predictions(task, corpus, "test", answers).scores
            if part == ALL
        }
        rows.append(_ceiling(task, "test", information, (ALL, NAMING, told["slot_accuracy"])))
    return rows


def _ceiling(task: Task, split: str, information: str, one: Score) -> Row:
    phenomenon, metric, value = one
    key = {"task": task.label, "split": split, "information": information}
    return key | {"phenomenon": phenomenon, "metric": metric, "value": value}
