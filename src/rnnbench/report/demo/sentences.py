"""Test sentences on which networks disagree, by split and phenomenon, with the answers of each network."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL, WATCHED, Corpus, Split, split_of_words
from rnnbench.report.demo.networks import NetworkCopy
from rnnbench.tasks import Task

MAX_SENTENCES = 4
"""Largest number of sentences of each phenomenon of the test split, and of each other split."""


def disagreements(task: Task, corpus: Corpus, networks: Sequence[NetworkCopy]) -> Iterator[dict[str, Any]]:
    """Yield the sentences on which the networks disagree most, a few of each test split and phenomenon.

    Labels are numbers of `corpus.all_labels`; `oracle` holds the labels of the Bayes-optimal tagger that sees the whole
    sentence, None where there is none.
    """
    number = {label: i for i, label in enumerate(corpus.all_labels)}
    for name in corpus.scored:
        if name not in WATCHED:
            split = corpus.splits[name]
            yield from _of_split(task, name, split, np.stack([copy.answers(split) for copy in networks]), number)


def _of_split(task: Task, name: str, split: Split, answers: Array, number: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Yield the disagreements of one split; `answers` (networks, S), `number` of each label."""
    targets = np.array([number.get(label, -1) for label in split.targets])
    wrong = (answers != targets) & split.score_mask
    phenomena = (split.phenomena if name == "test" else {}) or {ALL: np.ones(len(targets), dtype=bool)}
    for phenomenon, where in phenomena.items():
        for sentence in _most_divided(np.add.reduceat(wrong & where, split.starts, axis=1) > 0):
            here = slice(split.starts[sentence], split.starts[sentence] + split.lengths[sentence])
            yield {
                "split": name,
                "phenomenon": phenomenon,
                "sentence": int(sentence),
                "words": split.inputs[here].tolist(),
                "where": where[here].nonzero()[0].tolist(),
                "targets": targets[here].tolist(),
                "oracle": _oracle(task, name, split, here, number),
                "answers": answers[:, here].tolist(),
            }


def _oracle(task: Task, name: str, split: Split, here: slice, number: dict[str, int]) -> list[int] | None:
    """Return the labels of the Bayes-optimal tagger that sees the whole sentence; None where there is none."""
    sentence = split_of_words([(split.inputs[here].tolist(), split.targets[here].tolist())])
    labels = task.oracle(name, sentence).get("sentence")
    return None if labels is None else [number[label] for label in labels]


def _most_divided(wrong: Array) -> list[int]:
    """Return the sentences that about half of the networks get wrong; `wrong` (networks, N).

    Sentences that all or none get wrong are left out; ties keep their order.

    >>> _most_divided(np.array([[True, True, False], [True, False, False]]))
    [1]
    """
    networks, right = len(wrong), (~wrong).sum(0)
    evenness = np.minimum(right, networks - right)
    order = np.argsort(-evenness, kind="stable")[:MAX_SENTENCES]
    return [int(sentence) for sentence in order if evenness[sentence] > 0]
