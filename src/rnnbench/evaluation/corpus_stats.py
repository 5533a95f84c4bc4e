"""TODO"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnbench.data.corpus import NO_TARGET, Corpus, labels_of
from rnnbench.encoders import Encoder, FeatureIndex
from rnnbench.evaluation.ceilings import Row
from rnnbench.tasks import Task


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
    found: dict[str, float] = {"sequences": len(split), "positions": len(split.score_mask)}
    found |= {"longest": int(split.lengths.max(initial=0))}
    if split.inputs.ndim == 1:
        known = set(train.inputs)
        found |= {
            "distinct_words": len(set(split.inputs)),
            "unseen_words_share": float(np.mean([word not in known for word in split.inputs])),
            "duplicates": _duplicates(corpus, name),
        }
    if split.targets.ndim == 1:
        trained, asked = set(corpus.labels), split.targets[split.targets != NO_TARGET]
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
        "codes": codebook.size,
        "training_words": len(known),
        "collisions": sum(_shared(codebook, known)),
        "unseen_share": float(np.mean([word not in known for word in tested])),
        "uncoded_share": float(np.mean([not codebook.encode(word) for word in tested])),
    }


def _shared(codebook: FeatureIndex, words: set[str]) -> Iterator[bool]:
    """Yield for each word whether another one has the same code."""
    counts = Counter(codebook.encode(word) for word in words)
    yield from (counts[codebook.encode(word)] > 1 for word in words)
