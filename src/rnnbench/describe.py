"""Facts about a task that no network is needed for: its ceilings, and what each encoder makes of its words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnbench.corpus import Array, Corpus, Split
from rnnbench.encoders import Codebook, Encoder
from rnnbench.metrics import HIGHER_IS_BETTER, bio, score_labels, score_numbers
from rnnbench.tasks import Task

SPLITS = ("train", "validation", "test")


def ceilings(task: Task, corpus: Corpus) -> list[dict[str, Any]]:
    """Return the rows of the table `ceilings`: what the oracle scores on the very sequences that networks see."""
    return [
        {"task": task.label, "split": name, "information": information, "metric": metric, "value": value}
        for name in SPLITS
        for information, guesses in task.oracle(corpus.splits[name]).items()
        for metric, value in _scores(task, corpus, corpus.splits[name], guesses).items()
    ]


def encoder_rows(task: Task, corpus: Corpus, encoders: Sequence[Encoder]) -> list[dict[str, Any]]:
    """Return the rows of the table `encoders` for one task; numbers have none."""
    if task.inputs == "numbers":
        return []
    words, tested = list(corpus.splits["train"].inputs), list(corpus.splits["test"].inputs)
    return [_row(task, encoder, words, tested) for encoder in encoders]


def _scores(task: Task, corpus: Corpus, split: Split, guesses: Array) -> dict[str, float]:
    """Return metric -> score of guesses (S,) or (S, K), as if they were the answers of one run."""
    scored = split.padded(split.scored, False)
    if task.outputs == "numbers":
        answers, targets = split.padded(guesses, 0), split.padded(split.targets, 0)
        found = score_numbers(answers[None], targets, scored, tolerance=task.tolerance)
    else:
        known = list(dict.fromkeys([*corpus.labels, *guesses]))  # the best guess may be a label that no split has
        answers, targets = (split.padded(_numbers(labels, known), 0) for labels in (guesses, split.targets))
        found = score_labels(answers[None], targets, scored, bio(known))
    return {metric: float(value[0]) for metric, value in found.items() if metric in HIGHER_IS_BETTER}


def _numbers(labels: Array, known: Sequence[str]) -> Array:
    """Return labels (S,) as their numbers."""
    number = {label: i for i, label in enumerate(known)}
    return np.array([number[label] for label in labels])


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
