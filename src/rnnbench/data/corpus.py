"""Labelled sequences: in memory laid end to end, in files a table with a row for every position of every sequence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.common.files import write_parquet
from rnnbench.common.typing import Array

ALL = "all"
"""The value of the column "phenomenon" in rows about a whole split."""

NO_TARGET = ""
"""The label of a position without a target: it has no loss and is not scored. Among numbers it is NaN."""


@dataclass(frozen=True)
class Split:
    """N sequences, laid end to end: S = lengths.sum() positions in all."""

    lengths: Array
    """(N,) number of positions of each sequence, integers."""
    inputs: Array
    """(S,) words, or (S, D) numbers."""
    targets: Array
    """(S,) labels or (S, K) numbers; NO_TARGET or NaN where a position has no target."""
    score_mask: Array
    """(S,) true where the answer is scored; the loss is over all positions that have a target."""
    phenomena: Mapping[str, Array] = field(default_factory=dict)
    """Name -> (S,) true where a position shows that phenomenon; scores are broken down by phenomenon."""

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def starts(self) -> Array:
        """(N,) position at which each sequence begins."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def sequences(self) -> list[Array]:
        """The inputs of each of the N sequences."""
        return np.split(self.inputs, self.starts[1:])

    def with_padding(self, values: Array, filler: object) -> Array:
        """Return values (S, ...) as (N, T, ...), T the length of the longest, with a filler beyond each end."""
        longest = int(self.lengths.max(initial=1))
        padded = np.full((len(self), longest, *values.shape[1:]), filler, dtype=values.dtype)
        padded[np.arange(longest) < self.lengths[:, None]] = values
        return padded


WATCHED = ("train", "validation")
"""The splits that are scored after every epoch; the others are scored once, and by phenomenon too."""
EXAMPLES = "showcase"
"""The name of the split of a few sequences to look at; all others are scored."""
PAIRS = "pairs"
"""The name of the split whose sequences 2i and 2i + 1 are a pair: it is right only as a whole."""


def merge_pairs(split: str, counts: Array) -> Array:
    """Return the counts of independent draws from those of each sequence (N,): in the split PAIRS a pair is one draw.

    >>> counts = np.array([1, 0, 1, 1])
    >>> merge_pairs("test", counts).tolist(), merge_pairs("pairs", counts).tolist()
    ([1, 0, 1, 1], [1, 2])
    """
    return counts.reshape(-1, 2).sum(1) if split == PAIRS else counts


@dataclass(frozen=True)
class Corpus:
    """The splits of one task: train, validation, test and EXAMPLES, for some tasks more."""

    splits: Mapping[str, Split]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels of the training split, "O" first, then in alphabetical order; empty for numbers.

        Only these can be a network's answer.
        """
        return _sorted_labels(labels_of(self.splits["train"]))

    @cached_property
    def all_labels(self) -> tuple[str, ...]:
        """`labels`, then those that only other splits have: no network can be right at them."""
        labels = set().union(*map(labels_of, self.splits.values()))
        return self.labels + _sorted_labels(labels - set(self.labels))

    @property
    def scored(self) -> tuple[str, ...]:
        """The names of the splits in which answers are scored: all but EXAMPLES."""
        return tuple(name for name in self.splits if name != EXAMPLES)


def labels_of(split: Split) -> set[str]:
    """Return the set of labels in a split; it is empty for numbers."""
    return set(split.targets) - {NO_TARGET} if split.targets.ndim == 1 else set()


def _sorted_labels(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda label: (label != "O", label)))


def split_of_words(sentences: Iterable[Sequence[Sequence[Any]]]) -> Split:
    """Return a split of sentences, each (words, labels) or (words, labels, names of the phenomena of each word).

    Every position with a target is scored.
    """
    sentences = list(sentences)
    words, labels = (np.array([text for sentence in sentences for text in sentence[i]], dtype=object) for i in (0, 1))
    lengths = np.array([len(words) for words, *_ in sentences], dtype=np.int64)
    tags = [names for words, _, *more in sentences for names in (more[0] if more else [()] * len(words))]
    return Split(lengths, words, labels, (labels != NO_TARGET).astype(bool), _phenomena(tags))


def _phenomena(tags: Sequence[Sequence[str]]) -> dict[str, Array]:
    """Return name -> (S,) from the names of the phenomena at each of the S positions."""
    phenomena = sorted({name for names in tags for name in names})
    return {name: np.array([name in names for names in tags], dtype=bool) for name in phenomena}


def split_of_numbers(inputs: Array, targets: Array, score_mask: Array) -> Split:
    """Return a split of N sequences of equal length: inputs (N, T, D), targets (N, T, K), score_mask (N, T)."""
    n, length, width = inputs.shape
    return Split(
        lengths=np.full(n, length, dtype=np.int64),
        inputs=inputs.reshape(-1, width).astype(np.float32),
        targets=targets.reshape(n * length, -1).astype(np.float32),
        score_mask=score_mask.reshape(-1).astype(bool),
    )


def write_corpus(corpus: Corpus, path: Path) -> None:
    """Write a corpus as a parquet file with a row for every position.

    Columns: split, sequence, position, word or x1..xD, label or y1..yK, scored, phenomena (names with spaces between).
    """
    import pyarrow as pa

    write_parquet(pa.concat_tables(_rows(name, split) for name, split in corpus.splits.items()), path)


def read_corpus(path: Path) -> Corpus:
    """Return the corpus in a file that `write_corpus` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    splits = table["split"].to_numpy()
    return Corpus({name: _split(table.filter(splits == name)) for name in table["split"].unique().to_pylist()})


def _rows(name: str, split: Split) -> Any:
    import pyarrow as pa

    columns: dict[str, Any] = {
        "split": [name] * len(split.score_mask),
        "sequence": np.repeat(np.arange(len(split)), split.lengths),
        "position": np.arange(len(split.score_mask)) - np.repeat(split.starts, split.lengths),
    }
    columns |= _columns(split.inputs, "word", "x") | _columns(split.targets, "label", "y")
    return pa.table(columns | {"scored": split.score_mask, "phenomena": _phenomena_texts(split)})


def _phenomena_texts(split: Split) -> list[str]:
    """Return the names of the phenomena at each position, with spaces between."""
    tags: list[list[str]] = [[] for _ in split.score_mask]
    for name, where in split.phenomena.items():
        for position in np.flatnonzero(where):
            tags[position].append(name)
    return [" ".join(names) for names in tags]


def _columns(values: Array, symbol: str, number: str) -> dict[str, Array]:
    if values.ndim == 1:
        return {symbol: values}
    return {f"{number}{i + 1}": values[:, i] for i in range(values.shape[1])}


def _split(table: Any) -> Split:
    lengths = np.bincount(table["sequence"].to_numpy())
    return Split(
        lengths=lengths.astype(np.int64),
        inputs=_values(table, "word", "x"),
        targets=_values(table, "label", "y"),
        score_mask=table["scored"].to_numpy(),
        phenomena=_phenomena([names.split() for names in table["phenomena"].to_pylist()]),
    )


def _values(table: Any, symbol: str, number: str) -> Array:
    if symbol in table.column_names:
        return np.array(table[symbol].to_pylist(), dtype=object)
    columns = [name for name in table.column_names if name[0] == number and name[1:].isdigit()]
    return np.stack([table[name].to_numpy() for name in columns], axis=1).astype(np.float32)
