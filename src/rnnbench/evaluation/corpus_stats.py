"""Statistics of corpora, split by split, and of the codes that each encoder gives to their words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnnbench.data.corpus import NO_TARGET, Corpus, labels_of
from rnnbench.encoders import Encoder
from rnnbench.tasks import Task

Row = dict[str, Any]


def encoder_rows(task: Task, corpora: Sequence[Corpus], encoders: Sequence[Encoder]) -> list[Row]:
    """Return the rows of the table `encoders` for one task; there are none where the inputs are numbers."""
    if task.inputs == "numbers":
        return []
    return [_encoder_row(task, encoder, corpora) for encoder in encoders]


def fact_rows(task: Task, corpora: Sequence[Corpus]) -> list[Row]:
    """Return the rows of the table `corpora` for one task."""
    key = {"task": task.label, "kind": task.kind, "family": task.family_label}
    return [
        key | {"split": name, "fact": fact, "value": value}
        for name in corpora[0].scored
        for fact, value in _means([corpus_stats(corpus, name) for corpus in corpora]).items()
    ]


def _means(facts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each fact over the corpora."""
    return {name: float(np.mean([values[name] for values in facts])) for name in facts[0]}


def corpus_stats(corpus: Corpus, name: str) -> dict[str, float]:
    """Return the statistics of one split, name -> value.

    sequences, positions, longest: sizes. For words also distinct_words, unseen_words_share (the share of words that
    training does not have) and duplicates (sequences that training has, too; for training: that occur again in it). For
    labels also labels (distinct ones), untrained_labels and untrained_labels_share (those that training does not have).
    """
    split = corpus.splits[name]
    stats: dict[str, float] = {
        "sequences": len(split),
        "positions": len(split.score_mask),
        "longest": int(split.lengths.max(initial=0)),
    }
    if split.inputs.ndim == 1:
        stats |= {
            "distinct_words": len(set(split.inputs)),
            "unseen_words_share": float(np.mean([word not in corpus.vocabulary for word in split.inputs])),
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
    if name == "train":
        return len(corpus.splits[name]) - len(corpus.training_texts)
    return sum(tuple(words) in corpus.training_texts for words in corpus.splits[name].sequences)


def _encoder_row(task: Task, encoder: Encoder, corpora: Sequence[Corpus]) -> Row:
    key = {"task": task.label, "encoder": encoder.label, "kind": encoder.kind}
    return key | _means([_encoder_facts(encoder, corpus) for corpus in corpora])


def _encoder_facts(encoder: Encoder, corpus: Corpus) -> dict[str, float]:
    test = Counter(corpus.splits["test"].inputs)
    feature_index = encoder.fit(list(corpus.splits["train"].inputs))
    assert feature_index is not None
    codes = Counter(feature_index.encode(word) for word in corpus.vocabulary)
    return {
        "dimension": feature_index.dimension,
        "codes": feature_index.size,
        "training_words": len(corpus.vocabulary),
        "collisions": sum(n for n in codes.values() if n > 1),
        "unseen_share": sum(n for word, n in test.items() if word not in corpus.vocabulary) / test.total(),
        "uncoded_share": sum(n for word, n in test.items() if not feature_index.encode(word)) / test.total(),
    }
