"""Test sentences on which networks disagree, by split and phenomenon, with what each of them answers."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.batches import encode
from rnnbench.data.corpus import ALL, WATCHED, Corpus, Split, split_of_words
from rnnbench.evaluation.scoring import predict
from rnnbench.report.demo.networks import NetworkCopy
from rnnbench.tasks import Task

SHOWN = 4
"""Sentences of each phenomenon of the test split, and of each other split."""


def disagreements(task: Task, corpus: Corpus, own: Sequence[NetworkCopy]) -> Iterator[dict[str, Any]]:
    """Yield the sentences of the test splits that divide the networks most, a few of each split and phenomenon.

    Of those that divide them alike the first. Labels are numbers of `corpus.all_labels`; oracle: its answer that sees
    the whole sentence, where there is one.
    """
    number = {label: i for i, label in enumerate(corpus.all_labels)}
    for name in corpus.scored:
        if name not in WATCHED:
            yield from _of_split(task, name, corpus.splits[name], _answers(corpus, name, own), number)


def _answers(corpus: Corpus, name: str, own: Sequence[NetworkCopy]) -> Array:
    """Return what the networks answer at each position of a split, (networks, S) numbers of labels."""
    split = corpus.splits[name]
    inside = np.arange(int(split.lengths.max())) < split.lengths[:, None]
    found = []
    for copy in own:
        encoded = encode(split, copy.built[0], corpus.all_labels, window=copy.network.window)
        found.append(predict(copy.reader, encoded)[0].argmax(-1)[inside])
    return np.stack(found)


def _of_split(task: Task, name: str, split: Split, found: Array, number: dict[str, int]) -> Iterator[dict[str, Any]]:
    targets = np.array([number.get(label, -1) for label in split.targets])
    wrong = (found != targets) & split.score_mask
    whole = {ALL: np.ones(len(targets), dtype=bool)}
    for phenomenon, where in ((split.phenomena if name == "test" else {}) or whole).items():
        for sentence in _dividing(np.add.reduceat(wrong & where, split.starts, axis=1) > 0):
            here = slice(split.starts[sentence], split.starts[sentence] + split.lengths[sentence])
            yield {
                "split": name,
                "phenomenon": phenomenon,
                "sentence": int(sentence),
                "words": split.inputs[here].tolist(),
                "where": where[here].nonzero()[0].tolist(),
                "targets": targets[here].tolist(),
                "oracle": _oracle(task, name, split, here, number),
                "answers": found[:, here].tolist(),
            }


def _oracle(task: Task, name: str, split: Split, here: slice, number: dict[str, int]) -> list[int] | None:
    """Return the oracle's answers to one sentence, all of which it sees; None where there is no oracle."""
    alone = split_of_words([(split.inputs[here].tolist(), split.targets[here].tolist())])
    best = task.oracle(name, alone).get("sentence")
    return None if best is None else [number[label] for label in best]


def _dividing(wrong: Array) -> list[int]:
    """Return the sentences that divide the networks most evenly, from who is wrong where, (networks, N).

    >>> _dividing(np.array([[True, True, False], [True, False, False]]))
    [1]
    """
    networks, right = len(wrong), (~wrong).sum(0)
    evenness = np.minimum(right, networks - right)
    order = np.argsort(-evenness, kind="stable")[:SHOWN]
    return [int(sentence) for sentence in order if evenness[sentence] > 0]
