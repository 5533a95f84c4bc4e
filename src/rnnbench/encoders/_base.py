"""What an encoder is.

A file in this folder holds one way to turn a word into a vector, as a subclass of `Encoder`: its settings as pydantic
fields, and `fit`, which learns a `FeatureIndex` from the words of the training split alone. Its docstring shows codes
of a few words.

Vectors are sparse, with entries 0 and 1: the code of a word is the list of the dimensions in which its vector has a 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rnnbench import encoders
from rnnbench.common import registry
from rnnbench.common.registry import Registered
from rnnbench.common.typing import Inputs


@dataclass(frozen=True)
class FeatureIndex:
    """The features of words that have a dimension of the vector, learnt from the training words."""

    dimension: int
    """Length of the vector as the lecture counts it, with the dimensions that no training word uses."""
    index: Mapping[str, int]
    """Feature -> its dimension, counted over the dimensions in use."""
    features: Callable[[str], Iterable[str]]
    """Function from a word to its features."""
    other: int | None = None
    """Dimension of a word none of whose features is in the index; None: such a word is the zero vector."""
    dropout: Callable[[str], float] | None = None
    """Function from a training word, whose code has one dimension, to the probability that training reads it as
    "other"; None: it never does."""

    @property
    def size(self) -> int:
        """Return the number of dimensions in use, which is the number of rows of the input matrix."""
        return len(self.index) + (self.other is not None)

    def encode(self, word: str) -> tuple[int, ...]:
        """Return the code of a word: the dimensions in which it has a 1, ascending. The zero vector's code is empty."""
        code = sorted({self.index[feature] for feature in self.features(word) if feature in self.index})
        if code or self.other is None:
            return tuple(code)
        return (self.other,)


class Encoder(Registered, ABC):
    """A way to turn the input at a position into a vector. Its fields are its settings."""

    inputs: ClassVar[Inputs] = "words"
    """The kind of inputs that it encodes."""

    @property
    def embedding(self) -> int | None:
        """Return the width of a trained embedding table between the code and the network, None where there is none."""
        return None

    @abstractmethod
    def fit(self, words: Iterable[str]) -> FeatureIndex | None:
        """Return the feature index of the training split's running words, None where inputs are numbers."""


def vocabulary(words: Iterable[str]) -> dict[str, int]:
    """Return the distinct words, numbered in alphabetical order.

    >>> vocabulary(["to", "arrive", "to"])
    {'arrive': 0, 'to': 1}
    """
    return {word: i for i, word in enumerate(sorted(set(words)))}


def identity_feature(word: str) -> tuple[str, ...]:
    """Return the word itself as its only feature."""
    return (word,)


def from_settings(values: registry.Values) -> Encoder:
    """Return the encoder that {kind, settings} describes."""
    return registry.from_settings(encoders, Encoder, values)
