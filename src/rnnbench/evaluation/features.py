"""Sparse features of the words of a split, and logistic regression on them."""

import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.data.corpus import Split
from rnnbench.data.window import values_around

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNKNOWN, EDGE = -1, 0
"""The codes of a value that training does not have, and of a place beyond the ends of a sentence."""

MAX_WEIGHTS = 2**21
"""Largest number of weights of a regression, features x labels: L-BFGS keeps some 25 numbers for each of them, half a
gigabyte in all."""

MAX_CODES = 2**31
"""Every code is below this, so that two of them fit into one 64-bit integer."""


@dataclass(frozen=True)
class Features:
    """The features of S words as E pairs: word rows[e] has feature keys[e]. A negative key is no feature."""

    n_words: int
    """S."""
    rows: Array
    """(E,) integers below S."""
    keys: Array
    """(E,) integers."""


def vocabulary_of(values: Iterable[Hashable]) -> dict[Hashable, int]:
    """Return the code of each distinct value, from 1 on, in order of first appearance."""
    return {value: code for code, value in enumerate(dict.fromkeys(values), start=EDGE + 1)}


def encode(values: Iterable[Hashable], vocabulary: Mapping[Hashable, int]) -> Array:
    """Return the codes of S values, (S,); UNKNOWN for a value that the vocabulary does not have."""
    return np.fromiter((vocabulary.get(value, UNKNOWN) for value in values), dtype=np.int64)


def positions(split: Split) -> Array:
    """Return the number of words before each of the S words in its sentence."""
    return np.arange(split.lengths.sum()) - np.repeat(split.starts, split.lengths)


def positions_from_end(split: Split) -> Array:
    """Return the number of words after each of the S words in its sentence."""
    return np.repeat(split.lengths, split.lengths) - 1 - positions(split)


def sentence_pairs(split: Split, selected: Array) -> tuple[Array, Array]:
    """Return all pairs of a selected word and a word of its sentence, itself included, as two arrays (P,).

    `selected` (A,) holds positions in the split. The first array holds indices into it, the second one positions.
    """
    first, length = (np.repeat(values, split.lengths)[selected] for values in (split.starts, split.lengths))
    rows = np.repeat(np.arange(len(selected)), length)
    return rows, np.arange(len(rows)) + np.repeat(first - (np.cumsum(length) - length), length)


def features_of_table(table: Array) -> Features:
    """Return C features for each of S words from codes (S, C); the same code in two columns is two features."""
    n_words, width = table.shape
    keys = np.where(table < 0, UNKNOWN, table * width + np.arange(width))
    return Features(n_words, np.repeat(np.arange(n_words), width), keys.reshape(-1))


def most_frequent_keys(features: Features, max_keys: int) -> Array:
    """Return the keys of the features that occur, ascending, (F,).

    When there are more than `max_keys`, only the most frequent ones are kept, of equally frequent ones those with the
    lower keys. Keys that occur once are then left out, too, unless all do.
    """
    keys, counts = np.unique(features.keys[features.keys >= 0], return_counts=True)
    if len(keys) <= max_keys:
        return keys
    order = np.argsort(-counts, kind="stable")[:max_keys]
    return np.sort(keys[order[counts[order] >= min(2, counts.max())]])


def matrix(features: Features, keys: Array) -> "csr_matrix":
    """Return an (S, F) matrix in single precision: how often each word has each of the features with these keys (F,).

    The keys are in ascending order.
    """
    from scipy.sparse import csr_matrix

    columns = np.searchsorted(keys, features.keys)
    has_column = (features.keys >= 0) & (np.append(keys, UNKNOWN)[columns] == features.keys)
    entries = (np.ones(has_column.sum(), dtype=np.float32), (features.rows[has_column], columns[has_column]))
    return csr_matrix(entries, shape=(features.n_words, len(keys)))


def fit_logistic(features: Features, labels: Array, *, max_weights: int = MAX_WEIGHTS) -> Callable[[Features], Array]:
    """Fit multinomial logistic regression of labels (S,) on features; return the function that predicts labels.

    It has at most `max_weights` weights, those of the most frequent features, and its penalty is a twentieth of the sum
    of their squares. Sums run on one thread, so that they round alike on every machine.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if len(set(labels)) == 1:  # scikit-learn needs two
        return lambda others: np.full(others.n_words, labels[0], dtype=object)
    names, numbers = np.unique(labels, return_inverse=True)
    keys = most_frequent_keys(features, max_weights // len(names))
    model = LogisticRegression(C=10, max_iter=100)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # answers settle long before the last digit of weights
        model.fit(matrix(features, keys), numbers)
    return lambda others: names[model.predict(matrix(others, keys))]


FeatureExtractor = Callable[[Split, Array, Array], Features]
"""A function that returns the features of A selected words of a split, from the codes (S,) of all its words and the
positions (A,) of the selected ones."""


def words_at(*offsets: int) -> FeatureExtractor:
    """Return the extractor of the words at these offsets from a word; offset 0 is the word itself."""
    return lambda split, codes, selected: features_of_table(
        values_around(codes, split.lengths, offsets, beyond=EDGE)[selected]
    )


def clipped_positions(*functions: Callable[[Split], Array], maximum: int = 32) -> FeatureExtractor:
    """Return the extractor of positions in the sentence, as these functions count them, each clipped to the maximum."""
    return lambda split, _, selected: features_of_table(
        np.column_stack([np.minimum(function(split), maximum)[selected] for function in functions])
    )


def bag(split: Split, codes: Array, selected: Array) -> Features:
    """Extract all words of the sentence as a bag of words, whichever of them is selected."""
    rows, others = sentence_pairs(split, selected)
    return Features(len(selected), rows, codes[others])


def bag_with_word(split: Split, codes: Array, selected: Array) -> Features:
    """Extract the pairs of the selected word and each word of its sentence as a bag; paired with itself it is alone."""
    rows, others = sentence_pairs(split, selected)
    word, other = codes[selected][rows], codes[others]
    keys = np.where((word < 0) | (other < 0), UNKNOWN, word * MAX_CODES + other)
    return Features(len(selected), rows, keys)
