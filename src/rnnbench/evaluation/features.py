"""What is true of each word of a split, as sparse features, and logistic regression on them."""

import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import Split

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNKNOWN, EDGE = -1, 0
"""Codes of what training does not have, and of what lies beyond the ends of a sentence."""

MAX_WEIGHTS = 2**21
"""L-BFGS keeps some 25 numbers for each weight of a regression, a feature and a label: half a gigabyte."""

MAX_CODES = 2**31
"""Codes are lower, so that two of them make one 64-bit integer."""


@dataclass(frozen=True)
class Features:
    """Feature keys[e] holds of word rows[e], for E facts about S words; a negative key stands for no feature."""

    words: int
    """S."""
    rows: Array
    """(E,) integers below S."""
    keys: Array
    """(E,) integers."""


def lexicon(values: Iterable[Hashable]) -> dict[Hashable, int]:
    """Return the code of each value, from 1 on, in the order in which they first appear."""
    return {value: code for code, value in enumerate(dict.fromkeys(values), start=EDGE + 1)}


def codes(values: Iterable[Hashable], known: Mapping[Hashable, int]) -> Array:
    """Return the (S,) codes of values, UNKNOWN where there is none."""
    return np.fromiter((known.get(value, UNKNOWN) for value in values), dtype=np.int64)


def positions(split: Split) -> Array:
    """Return how many words stand before each of the S words in its sentence."""
    return np.arange(split.lengths.sum()) - np.repeat(split.starts, split.lengths)


def positions_from_end(split: Split) -> Array:
    """Return how many words follow each of the S words in its sentence."""
    return np.repeat(split.lengths, split.lengths) - 1 - positions(split)


def shifted(values: Array, split: Split, offset: int) -> Array:
    """Return the codes (S,) that stand `offset` words further right, EDGE beyond the ends of a sentence."""
    before, behind = positions(split), positions_from_end(split)
    return np.where((offset <= behind) & (-offset <= before), np.roll(values, -offset), EDGE)


def window(values: Array, split: Split, offsets: Iterable[int]) -> list[Array]:
    """Return a column (S,) of codes for each offset."""
    return [shifted(values, split, offset) for offset in offsets]


def together(split: Split, asked: Array) -> tuple[Array, Array]:
    """Return every pair of a word that is asked for and a word of its sentence, itself too, as two arrays (P,).

    The first holds indices into `asked` (A,), which holds positions in the split; the second holds positions.
    """
    first, length = (np.repeat(values, split.lengths)[asked] for values in (split.starts, split.lengths))
    rows = np.repeat(np.arange(len(asked)), length)
    return rows, np.arange(len(rows)) + np.repeat(first - (np.cumsum(length) - length), length)


def in_columns(columns: Sequence[Array]) -> Features:
    """Return a fact for each of S words and C columns (S,): the code in that column, told apart from other columns'."""
    table = np.stack(columns, axis=1)
    words, width = table.shape
    keys = np.where(table < 0, UNKNOWN, table * width + np.arange(width))
    return Features(words, np.repeat(np.arange(words), width), keys.reshape(-1))


def frequent(facts: Features, most: int) -> Array:
    """Return the (F,) features that hold of any word, in ascending order.

    When there are more than `most`, they are the most frequent ones, of two words at least if there are such; of
    equally frequent ones the lower numbers stay.
    """
    keys, counts = np.unique(facts.keys[facts.keys >= 0], return_counts=True)
    if len(keys) <= most:
        return keys
    order = np.argsort(-counts, kind="stable")[:most]
    return np.sort(keys[order[counts[order] >= min(2, counts.max())]])


def matrix(facts: Features, features: Array) -> "csr_matrix":
    """Return an (S, F) matrix in single precision: how often each of some features (F,) holds of each word."""
    from scipy.sparse import csr_matrix

    columns = np.searchsorted(features, facts.keys)
    known = (facts.keys >= 0) & (np.append(features, UNKNOWN)[columns] == facts.keys)
    entries = (np.ones(known.sum(), dtype=np.float32), (facts.rows[known], columns[known]))
    return csr_matrix(entries, shape=(facts.words, len(features)))


def logistic(facts: Features, labels: Array, *, weights: int = MAX_WEIGHTS) -> Callable[[Features], Array]:
    """Return what tells the labels (S,) of words from facts about them: multinomial logistic regression.

    It has no more than so many weights, and its penalty is a twentieth of the sum of their squares. Sums run on one
    thread, so that they round alike everywhere.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if len(set(labels)) == 1:  # scikit-learn asks for two
        return lambda others: np.full(others.words, labels[0], dtype=object)
    names, numbers = np.unique(labels, return_inverse=True)
    features = frequent(facts, weights // len(names))
    model = LogisticRegression(C=10, max_iter=100)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # answers settle long before the last digit of weights
        model.fit(matrix(facts, features), numbers)
    return lambda others: names[model.predict(matrix(others, features))]


FeatureReader = Callable[[Split, Array, Array], Features]
"""Returns facts about A words of a split, from the codes (S,) of all its words and the positions (A,) asked for."""


def words_at(*offsets: int) -> FeatureReader:
    """Return what reads the words that stand at these offsets from a word, 0 being itself."""
    return lambda split, words, asked: in_columns([column[asked] for column in window(words, split, offsets)])


def places(*counts: Callable[[Split], Array], most: int = 32) -> FeatureReader:
    """Return what reads a word's place alone, as numbers of words; from `most` on they are one."""
    return lambda split, _, asked: in_columns([np.minimum(count(split), most)[asked] for count in counts])


def bag(split: Split, words: Array, asked: Array) -> Features:
    """Read all words of the sentence, in no order; nothing says which of them is asked for."""
    rows, read = together(split, asked)
    return Features(len(asked), rows, words[read])


def bag_with_word(split: Split, words: Array, asked: Array) -> Features:
    """Read pairs of the word and each word of its sentence, in no order; with itself it is the word alone."""
    rows, read = together(split, asked)
    own, other = words[asked][rows], words[read]
    keys = np.where((own < 0) | (other < 0), UNKNOWN, own * MAX_CODES + other)
    return Features(len(asked), rows, keys)
