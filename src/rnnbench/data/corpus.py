"""Labelled sequences, flat in memory and long on disk: a row for every position of every sequence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.common.files import write_parquet
from rnnbench.common.typing import Array

ALL = "all"
"""The phenomenon of a whole split, where a table also tells of phenomena in it."""


NO_TARGET = ""
"""Label of a position that wants no answer: it has no loss and is not scored. Among numbers that is NaN."""


@dataclass(frozen=True)
class Split:
    """N sequences, laid end to end: S = lengths.sum() positions in all."""

    lengths: Array
    """(N,) integers."""
    inputs: Array
    """(S,) words, or (S, D) numbers."""
    targets: Array
    """(S,) labels, or (S, K) numbers; NOT_ASKED or NaN where no answer is wanted."""
    score_mask: Array
    """(S,) true where the answer counts in the scores; the loss counts every position that wants an answer."""
    phenomena: Mapping[str, Array] = field(default_factory=dict)
    """Name -> (S,) true where a position shows that phenomenon, by which scores are broken down."""

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def starts(self) -> Array:
        """(N,) position at which each sequence begins."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def sequences(self) -> list[Array]:
        """Return the inputs of each of the N sequences."""
        return np.split(self.inputs, self.starts[1:])

    def with_padding(self, values: Array, filler: object) -> Array:
        """Return flat values (S, ...) as (N, T, ...), T the longest sequence, with a filler behind each end."""
        longest = int(self.lengths.max(initial=1))
        whole = np.full((len(self), longest, *values.shape[1:]), filler, dtype=values.dtype)
        whole[np.arange(longest) < self.lengths[:, None]] = values
        return whole


WATCHED = ("train", "validation")
"""The splits that are looked at while training; the others are scored once, and broken down by phenomenon."""
EXAMPLES = "showcase"
"""The split that is only looked at; the others are scored."""
PAIRS = "pairs"
"""The split whose sequences 2i and 2i + 1 are a pair that is right only as a whole."""


def merge_pairs(name: str, counts: Array) -> Array:
    """Return counts of the sequences of a split (N,) as counts of what was drawn as one: a pair hangs together.

    >>> drawn("test", np.array([1, 0, 1, 1])).tolist(), drawn("pairs", np.array([1, 0, 1, 1])).tolist()
    ([1, 0, 1, 1], [1, 2])
    """
    return counts.reshape(-1, 2).sum(1) if name == PAIRS else counts


@dataclass(frozen=True)
class Corpus:
    """The splits of one task: train, validation, test and showcase (a few sequences to look at), perhaps more."""

    splits: Mapping[str, Split]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the training split: "O" first, then in order of the alphabet; empty for numbers.

        These are what a network can answer.
        """
        return _in_order(labels_of(self.splits["train"]))

    @cached_property
    def all_labels(self) -> tuple[str, ...]:
        """Return `labels` and, after them, those that only other splits have: no network can be right there."""
        found = set().union(*map(labels_of, self.splits.values()))
        return self.labels + _in_order(found - set(self.labels))

    @property
    def scored(self) -> tuple[str, ...]:
        """Return the names of the splits in which answers are scored: all but showcase."""
        return tuple(name for name in self.splits if name != EXAMPLES)


def labels_of(split: Split) -> set[str]:
    """Return the labels that a split has; numbers have none."""
    return set(split.targets) - {NO_TARGET} if split.targets.ndim == 1 else set()


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda label: (label != "O", label)))


def split_of_words(sentences: Iterable[Sequence[Sequence[Any]]]) -> Split:
    """Return a split made of (words, labels) or (words, labels, phenomena of each word); every label is scored."""
    told = list(sentences)
    words, labels = (np.array([text for each in told for text in each[i]], dtype=object) for i in (0, 1))
    lengths = np.array([len(each[0]) for each in told], dtype=np.int64)
    shown = [names for each in told for names in (each[2] if len(each) > 2 else [()] * len(each[0]))]
    return Split(lengths, words, labels, (labels != NO_TARGET).astype(bool), _phenomena(shown))


def _phenomena(shown: Sequence[Sequence[str]]) -> dict[str, Array]:
    """Return name -> (S,) from the names of the phenomena at each position."""
    known = sorted({name for names in shown for name in names})
    return {name: np.array([name in names for names in shown], dtype=bool) for name in known}


def split_of_numbers(inputs: Array, targets: Array, scored: Array) -> Split:
    """Return a split of N sequences of equal length: inputs (N, T, D), targets (N, T, K), scored (N, T)."""
    n, length, width = inputs.shape
    return Split(
        lengths=np.full(n, length, dtype=np.int64),
        inputs=inputs.reshape(-1, width).astype(np.float32),
        targets=targets.reshape(n * length, -1).astype(np.float32),
        score_mask=scored.reshape(-1).astype(bool),
    )


def write_corpus(corpus: Corpus, path: Path) -> None:
    """Write a parquet file: split, sequence, position, word or x1..xD, label or y1..yK, scored, phenomena."""
    import pyarrow as pa

    write_parquet(pa.concat_tables(_rows(name, split) for name, split in corpus.splits.items()), path)


def read_corpus(path: Path) -> Corpus:
    """Read what `write_corpus` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    where = table["split"].to_numpy()
    return Corpus({name: _split(table.filter(where == name)) for name in table["split"].unique().to_pylist()})


def _rows(name: str, split: Split) -> Any:
    import pyarrow as pa

    columns: dict[str, Any] = {
        "split": [name] * len(split.score_mask),
        "sequence": np.repeat(np.arange(len(split)), split.lengths),
        "position": np.arange(len(split.score_mask)) - np.repeat(split.starts, split.lengths),
    }
    columns |= _named(split.inputs, "word", "x") | _named(split.targets, "label", "y")
    return pa.table(columns | {"scored": split.score_mask, "phenomena": _joined(split)})


def _joined(split: Split) -> list[str]:
    """Return the names of the phenomena at each position, with a space between."""
    shown: list[list[str]] = [[] for _ in split.score_mask]
    for name, where in split.phenomena.items():
        for position in np.flatnonzero(where):
            shown[position].append(name)
    return [" ".join(names) for names in shown]


def _named(values: Array, symbol: str, number: str) -> dict[str, Array]:
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
