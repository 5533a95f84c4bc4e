"""A trained table of word vectors."""

from collections.abc import Iterable

from pydantic import Field

from rnnbench.encoders._base import Encoder, FeatureIndex
from rnnbench.encoders.one_of_n_other import OneOfNOther

MAX_SIZE = 4096
"""Length of a word's vector, at most."""


class LearnedEmbedding(Encoder):
    """A short vector for each word, trained with the network.

    The words are those of `one_of_n_other`, the trained "other" included; the table stands between
    that code and the network.
    """

    size: int = Field(default=32, ge=1, le=MAX_SIZE, description="length of a word's vector")

    @property
    def embedding(self) -> int:
        """Return the length of a word's vector."""
        return self.size

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return the codebook of `one_of_n_other`."""
        return OneOfNOther().fit(words)
