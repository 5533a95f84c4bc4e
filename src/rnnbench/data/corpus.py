"""Labelled sequences: in memory laid end to end, in files a table with a row for every position of every sequence."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from rnnbench.common.files import replacing
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

    def first(self, n: int) -> "Split":
        """Return the first n sequences, all of them where there are fewer."""
        size = int(self.lengths[:n].sum())
        phenomena = {name: where[:size] for name, where in self.phenomena.items()}
        return Split(self.lengths[:n], self.inputs[:size], self.targets[:size], self.score_mask[:size], phenomena)

    def with_padding(self, values: Array, filler: object) -> Array:
        """Return values (S, ...) as (N, T, ...), T the length of the longest, with a filler beyond each end."""
        longest = int(self.lengths.max(initial=1))
        padded = np.full((len(self), longest, *values.shape[1:]), filler, dtype=values.dtype)
        padded[np.arange(longest) < self.lengths[:, None]] = values
        return padded


WATCHED = ("train", "validation")
"""The splits that are scored while a network is trained, too; the others are scored once, and by phenomenon."""
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

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the training split; only for words."""
        return frozenset(self.splits["train"].inputs)

    @cached_property
    def training_texts(self) -> frozenset[tuple[str, ...]]:
        """The distinct sequences of the training split; only for words."""
        return frozenset(map(tuple, self.splits["train"].sequences))

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

    Every position with a target is scored. Equal texts become one object, so that a large corpus stays small.
    """
    sentences, one = list(sentences), dict[str, str]().setdefault
    words, labels = (
        np.array([one(text, text) for sentence in sentences for text in sentence[i]], dtype=object) for i in (0, 1)
    )
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


_PHENOMENON = "phenomenon: "
"""What the name of a column begins with that says where a phenomenon shows."""
_SEEDS = b"seeds"
"""The key of a file's metadata under which stands, as JSON, seed -> the number of the row group of its corpus."""


def write_corpora(corpora: Mapping[int, Corpus], path: Path) -> None:
    """Write the corpus of each seed to one parquet file; seeds whose corpus is the same object share its rows.

    There is a row group for each corpus and a row for each position. Columns: split, sequence, position, word or
    x1..xD, label or y1..yK, scored, and a truth value for each phenomenon.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    distinct = list({id(corpus): corpus for corpus in corpora.values()}.values())
    group = {id(corpus): i for i, corpus in enumerate(distinct)}
    phenomena = sorted({name for corpus in distinct for split in corpus.splits.values() for name in split.phenomena})
    tables = [pa.concat_tables(_rows(corpus, phenomena)).unify_dictionaries() for corpus in distinct]
    seeds = json.dumps({seed: group[id(corpus)] for seed, corpus in corpora.items()})
    schema = tables[0].schema.with_metadata({_SEEDS: seeds})
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.replace_schema_metadata(schema.metadata), row_group_size=len(table))


def read_corpus(path: Path, seed: int) -> Corpus:
    """Return the corpus of a seed from a file that `write_corpora` wrote; nothing is read of other corpora.

    Equal words are one object, also in the corpora of different seeds.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        groups = json.loads(file.schema_arrow.metadata[_SEEDS])
        names = [name for name in file.schema_arrow.names if name != "position"]
        table = file.read_row_group(groups[str(seed)], columns=names)
    columns = {name: _decoded(table[name]) for name in names}
    splits = columns.pop("split")
    edges = [0, *(np.flatnonzero(splits[1:] != splits[:-1]) + 1), len(splits)]
    return Corpus({str(splits[start]): _split(columns, slice(start, end)) for start, end in pairwise(edges)})


def _rows(corpus: Corpus, phenomena: Sequence[str]) -> list[Any]:
    """Return a pyarrow table for each split, all with the same columns."""
    import pyarrow as pa

    tables: list[Any] = []
    for name, split in corpus.splits.items():
        size = len(split.score_mask)
        columns: dict[str, Any] = {
            "split": pa.DictionaryArray.from_arrays(np.zeros(size, dtype=np.int32), pa.array([name])),
            "sequence": np.repeat(np.arange(len(split)), split.lengths),
            "position": np.arange(size) - np.repeat(split.starts, split.lengths),
        }
        columns |= _columns(split.inputs, "word", "x") | _columns(split.targets, "label", "y")
        absent = np.zeros(size, dtype=bool)
        shown = {_PHENOMENON + phenomenon: split.phenomena.get(phenomenon, absent) for phenomenon in phenomena}
        tables.append(pa.table(columns | {"scored": split.score_mask} | shown))
    return tables


def _columns(values: Array, symbol: str, number: str) -> dict[str, Any]:
    import pyarrow as pa

    if values.ndim == 1:
        return {symbol: pa.array(values, type=pa.string()).dictionary_encode()}
    return {f"{number}{i + 1}": values[:, i] for i in range(values.shape[1])}


def _decoded(column: Any) -> Array:
    """Return a column of a pyarrow table as an array; texts come from its dictionary, and none is copied."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return column.to_numpy()
    column = column.unify_dictionaries().combine_chunks()
    texts = np.array([sys.intern(text) for text in column.dictionary.to_pylist()], dtype=object)
    return texts[column.indices.to_numpy()]


def _split(columns: Mapping[str, Array], rows: slice) -> Split:
    """Return the split that stands in some rows of a corpus."""
    here = {name: values[rows] for name, values in columns.items()}
    shown = {name: here.pop(name) for name in columns if name.startswith(_PHENOMENON)}
    return Split(
        lengths=np.bincount(here["sequence"]).astype(np.int64),
        inputs=_values(here, "word", "x"),
        targets=_values(here, "label", "y"),
        score_mask=here["scored"],
        phenomena={name.removeprefix(_PHENOMENON): where for name, where in shown.items() if where.any()},
    )


def _values(columns: Mapping[str, Array], symbol: str, number: str) -> Array:
    if symbol in columns:
        return columns[symbol]
    names = [name for name in columns if name[0] == number and name[1:].isdigit()]
    return np.stack([columns[name] for name in names], axis=1).astype(np.float32)
