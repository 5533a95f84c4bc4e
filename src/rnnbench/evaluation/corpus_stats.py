"""Statistics of a corpus, split by split, and of the codes that each encoder gives to its words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnbench.data.corpus import NO_TARGET, Corpus, labels_of
from rnnbench.encoders import Encoder
from rnnbench.tasks import Task

Row = dict[str, Any]


def encoder_rows(task: Task, corpus: Corpus, encoders: Sequence[Encoder]) -> list[Row]:
    """Return the rows of the table `encoders` for one task; there are none where the inputs are numbers."""
    if task.inputs == "numbers":
        return []
    train, test = list(corpus.splits["train"].inputs), list(corpus.splits["test"].inputs)
    return [_encoder_row(task, encoder, train, test) for encoder in encoders]


def fact_rows(task: Task, corpus: Corpus) -> list[Row]:
    """Return the rows of the table `corpora` for one task."""
    return [
        {
            "task": task.label,
            "kind": task.kind,
            "family": task.family_label,
            "split": name,
            "fact": statistic,
            "value": float(value),
        }
        for name in corpus.scored
        for statistic, value in corpus_stats(corpus, name).items()
    ]


def corpus_stats(corpus: Corpus, name: str) -> dict[str, float]:
    """Return the statistics of one split, name -> value.

    sequences, positions, longest: sizes. For words also distinct_words, unseen_words_share (the share of words that
    training does not have) and duplicates (sequences that training has, too; for training: that occur again in it). For
    labels also labels (distinct ones), untrained_labels and untrained_labels_share (those that training does not have).
    """
    train, split = corpus.splits["train"], corpus.splits[name]
    stats: dict[str, float] = {
        "sequences": len(split),
        "positions": len(split.score_mask),
        "longest": int(split.lengths.max(initial=0)),
    }
    if split.inputs.ndim == 1:
        vocabulary = set(train.inputs)
        stats |= {
            "distinct_words": len(set(split.inputs)),
            "unseen_words_share": float(np.mean([word not in vocabulary for word in split.inputs])),
            "duplicates": _duplicates(corpus, name),
        }
    if split.targets.ndim == 1:
        trained, targets = set(corpus.labels), split.targets[split.targets != NO_TARGET]
        stats |= {
            "labels": len(labels_of(split)),
            "untrained_labels": len(labels_of(split) - trained),
            "untrained_labels_share": float(np.mean([label not in trained for label in targets])),
        }
    return stats


def _duplicates(corpus: Corpus, name: str) -> int:
    texts = [tuple(words) for words in corpus.splits[name].sequences]
    if name == "train":
        return len(texts) - len(set(texts))
    trained = {tuple(words) for words in corpus.splits["train"].sequences}
    return sum(text in trained for text in texts)


def _encoder_row(task: Task, encoder: Encoder, train: list[str], test: list[str]) -> Row:
    feature_index = encoder.fit(train)
    assert feature_index is not None
    vocabulary = set(train)
    codes = Counter(feature_index.encode(word) for word in vocabulary)
    return {
        "task": task.label,
        "encoder": encoder.label,
        "kind": encoder.kind,
        "dimension": feature_index.dimension,
        "codes": feature_index.size,
        "training_words": len(vocabulary),
        "collisions": sum(n for n in codes.values() if n > 1),
        "unseen_share": float(np.mean([word not in vocabulary for word in test])),
        "uncoded_share": float(np.mean([not feature_index.encode(word) for word in test])),
    }
