"""Encoders: each file here is one way to turn a word into a vector, learnt from the training words alone.

A vector is never written out: a word's code is the short list of the dimensions in which it has a 1.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rnnbench import encoders
from rnnbench.common import registry
from rnnbench.common.registry import Registered
from rnnbench.common.typing import Inputs


@dataclass(frozen=True)
class FeatureIndex:
    """What an encoder learnt: which features have a dimension, and what becomes of a word that has none of them."""

    dimension: int
    """Length of the vector, as the lecture counts it; dimensions that no training word uses are included."""
    index: Mapping[str, int]
    """Feature -> number of its dimension, counted over the dimensions in use."""
    features: Callable[[str], Iterable[str]]
    """Word -> its features."""
    other: int | None = None
    """Dimension of a word without any known feature; None: such a word is the zero vector."""

    @property
    def size(self) -> int:
        """Return how many dimensions are in use: the rows of the input matrix that are trained."""
        return len(self.index) + (self.other is not None)

    def encode(self, word: str) -> tuple[int, ...]:
        """Return the dimensions in which the word has a 1, ascending; empty: the zero vector."""
        known = sorted({self.index[feature] for feature in self.features(word) if feature in self.index})
        if known or self.other is None:
            return tuple(known)
        return (self.other,)


class Encoder(Registered, ABC):
    """A way to turn a position's input into a vector. Its fields are its settings."""

    inputs: ClassVar[Inputs] = "words"

    @property
    def embedding(self) -> int | None:
        """Return the width of a trained table of word vectors between code and network, None for no table."""
        return None

    @abstractmethod
    def fit(self, words: Iterable[str]) -> FeatureIndex | None:
        """Learn from the running words of the training split; None: numbers go in as they are."""


def vocabulary(words: Iterable[str], *, at_least: int = 1) -> dict[str, int]:
    """Return the words that occur at least so often, numbered in order of the alphabet.

    >>> distinct(["to", "arrive", "to"], at_least=2)
    {'to': 0}
    """
    counts = Counter(words)
    return {word: i for i, word in enumerate(sorted(word for word, n in counts.items() if n >= at_least))}


def identity_feature(word: str) -> tuple[str, ...]:
    """Return the word as its own and only feature."""
    return (word,)


def from_settings(values: registry.Values) -> Encoder:
    """Return the encoder that {kind, settings} describes."""
    return registry.from_settings(encoders, Encoder, values)
