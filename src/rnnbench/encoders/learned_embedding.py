"""A trained embedding of words."""

from collections.abc import Iterable

from pydantic import Field

from rnnbench.encoders._base import Encoder, FeatureIndex
from rnnbench.encoders.one_of_n_other import OneOfNOther

MAX_SIZE = 4096
"""Largest length of a word's vector."""


class LearnedEmbedding(Encoder):
    """A dense vector for each word, trained with the network.

    The words are those of `one_of_n_other`, with its "other", which training learns in the same way. The embedding
    table stands between that code and the network.
    """

    size: int = Field(default=32, ge=1, le=MAX_SIZE, description="length of a word's vector")
    dropout: float = Field(
        default=0.25, gt=0, le=1000, description="how often in an epoch training reads each distinct word as other"
    )

    @property
    def embedding(self) -> int:
        """Return the length of a word's vector."""
        return self.size

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return the feature index of `one_of_n_other`."""
        return OneOfNOther(dropout=self.dropout).fit(words)
