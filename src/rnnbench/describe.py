"""Facts about a task that no network is needed for: its ceilings, its corpus, what each encoder makes of its words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbench.corpus import NOT_ASKED, WATCHED, Corpus, labels_of
from rnnbench.encoders import Codebook, Encoder
from rnnbench.grading import NAMING, Grade, grade
from rnnbench.tables import ALL
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
            graded = grade(task, corpus, name, answers)
            rows += [_ceiling(task, name, information, one) for one in graded.grades]
            if name not in WATCHED:
                kept = {key: values.astype(int).tolist() for key, values in graded.counts.items() if key in COUNTED}
                counts.setdefault(name, {})[information] = kept
    return Ceilings(rows + _naming(task, corpus), counts)


def _naming(task: Task, corpus: Corpus) -> list[Row]:
    """Return the ceilings on the test split for who is told which words stand in slots."""
    rows: list[Row] = []
    for information, answers in task.oracle_in_slots("test", corpus.splits["test"]).items():
        told = {metric: value for part, metric, value in grade(task, corpus, "test", answers).grades if part == ALL}
        rows.append(_ceiling(task, "test", information, (ALL, NAMING, told["slot_accuracy"])))
    return rows


def _ceiling(task: Task, split: str, information: str, one: Grade) -> Row:
    phenomenon, metric, value = one
    key = {"task": task.label, "split": split, "information": information}
    return key | {"phenomenon": phenomenon, "metric": metric, "value": value}


def encoder_rows(task: Task, corpus: Corpus, encoders: Sequence[Encoder]) -> list[dict[str, Any]]:
    """Return the rows of the table `encoders` for one task; numbers have none."""
    if task.inputs == "numbers":
        return []
    words, tested = list(corpus.splits["train"].inputs), list(corpus.splits["test"].inputs)
    return [_row(task, encoder, words, tested) for encoder in encoders]


def fact_rows(task: Task, corpus: Corpus) -> list[Row]:
    """Return the rows of the table `corpora`: what a corpus is made of, split by split."""
    return [
        {"task": task.label, "split": name, "fact": fact, "value": float(value)}
        for name in corpus.scored
        for fact, value in facts(corpus, name).items()
    ]


def facts(corpus: Corpus, name: str) -> dict[str, float]:
    """Return facts about a split by name; about words and labels only where it has them.

    duplicates: its sequences that training has too (for training: that it has more than once).
    """
    train, split = corpus.splits["train"], corpus.splits[name]
    found: dict[str, float] = {"sequences": len(split), "positions": len(split.scored)}
    found |= {"longest": int(split.lengths.max(initial=0))}
    if split.inputs.ndim == 1:
        known = set(train.inputs)
        found |= {
            "distinct_words": len(set(split.inputs)),
            "unseen_words_share": float(np.mean([word not in known for word in split.inputs])),
            "duplicates": _duplicates(corpus, name),
        }
    if split.targets.ndim == 1:
        trained, asked = set(corpus.labels), split.targets[split.targets != NOT_ASKED]
        found |= {
            "labels": len(labels_of(split)),
            "untrained_labels": len(labels_of(split) - trained),
            "untrained_labels_share": float(np.mean([label not in trained for label in asked])),
        }
    return found


def _duplicates(corpus: Corpus, name: str) -> int:
    texts = [tuple(words) for words in corpus.splits[name].sequences]
    if name == "train":
        return len(texts) - len(set(texts))
    known = {tuple(words) for words in corpus.splits["train"].sequences}
    return sum(text in known for text in texts)


def _row(task: Task, encoder: Encoder, words: list[str], tested: list[str]) -> dict[str, Any]:
    codebook = encoder.fit(words)
    assert codebook is not None
    known = set(words)
    return {
        "task": task.label,
        "encoder": encoder.label,
        "dimension": codebook.dimension,
        "codes": codebook.codes,
        "training_words": len(known),
        "collisions": sum(_shared(codebook, known)),
        "unseen_share": float(np.mean([word not in known for word in tested])),
        "uncoded_share": float(np.mean([not codebook.code(word) for word in tested])),
    }


def _shared(codebook: Codebook, words: set[str]) -> Iterator[bool]:
    """Yield for each word whether another one has the same code."""
    counts = Counter(codebook.code(word) for word in words)
    yield from (counts[codebook.code(word)] > 1 for word in words)
