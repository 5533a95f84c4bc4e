"""Labelled sequences, flat in memory and long on disk: a row for every position of every sequence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.files import write_parquet

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Split:
    """N sequences, laid end to end: S = lengths.sum() positions in all."""

    lengths: Array
    """(N,) integers."""
    inputs: Array
    """(S,) words, or (S, D) numbers."""
    targets: Array
    """(S,) labels, or (S, K) numbers."""
    scored: Array
    """(S,) true where the answer counts in the scores; the loss counts every position."""

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def starts(self) -> Array:
        """(N,) position at which each sequence begins."""
        return np.cumsum(self.lengths) - self.lengths

    def padded(self, values: Array, filler: object) -> Array:
        """Return flat values (S, ...) as (N, T, ...), T the longest sequence, with a filler behind each end."""
        longest = int(self.lengths.max(initial=1))
        whole = np.full((len(self), longest, *values.shape[1:]), filler, dtype=values.dtype)
        whole[np.arange(longest) < self.lengths[:, None]] = values
        return whole


@dataclass(frozen=True)
class Corpus:
    """The splits of one task: train, validation, test and showcase (a few sequences to look at), perhaps more."""

    splits: Mapping[str, Split]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return every label of every split: "O" first, then in order of the alphabet; empty for numbers."""
        targets = [split.targets for split in self.splits.values() if split.targets.ndim == 1]
        found = {str(label) for labels in targets for label in np.unique(labels)}
        return tuple(sorted(found, key=lambda label: (label != "O", label)))


def split_of_words(sentences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Split:
    """Return a split made of (words, labels) pairs; every position is scored."""
    pairs = list(sentences)
    words = np.array([word for ws, _ in pairs for word in ws], dtype=object)
    labels = np.array([label for _, ls in pairs for label in ls], dtype=object)
    lengths = np.array([len(ws) for ws, _ in pairs], dtype=np.int64)
    return Split(lengths, words, labels, np.ones(len(words), dtype=bool))


def split_of_numbers(inputs: Array, targets: Array, scored: Array) -> Split:
    """Return a split of N sequences of equal length: inputs (N, T, D), targets (N, T, K), scored (N, T)."""
    n, length, width = inputs.shape
    return Split(
        lengths=np.full(n, length, dtype=np.int64),
        inputs=inputs.reshape(-1, width).astype(np.float32),
        targets=targets.reshape(n * length, -1).astype(np.float32),
        scored=scored.reshape(-1).astype(bool),
    )


def write_corpus(corpus: Corpus, path: Path) -> None:
    """Write a parquet file with the columns split, sequence, position, word or x1..xD, label or y1..yK, scored."""
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
        "split": [name] * len(split.scored),
        "sequence": np.repeat(np.arange(len(split)), split.lengths),
        "position": np.arange(len(split.scored)) - np.repeat(split.starts, split.lengths),
    }
    columns |= _named(split.inputs, "word", "x") | _named(split.targets, "label", "y")
    return pa.table(columns | {"scored": split.scored})


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
        scored=table["scored"].to_numpy(),
    )


def _values(table: Any, symbol: str, number: str) -> Array:
    if symbol in table.column_names:
        return np.array(table[symbol].to_pylist(), dtype=object)
    columns = [name for name in table.column_names if name[0] == number and name[1:].isdigit()]
    return np.stack([table[name].to_numpy() for name in columns], axis=1).astype(np.float32)
