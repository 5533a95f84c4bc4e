"""1-of-N (one-hot) encoding of words."""

from collections.abc import Iterable

from rnnbench.encoders._base import Encoder, FeatureIndex, identity_feature, vocabulary


class OneOfN(Encoder):
    """A dimension for each word of the training vocabulary; an unknown word is the zero vector.

    >>> features = OneOfN().fit(["apple", "bag", "cat", "dog", "elephant"])
    >>> features.encode("cat"), features.encode("Gandalf"), features.dimension
    ((2,), (), 5)
    """

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return an index with a dimension for each distinct word."""
        index = vocabulary(words)
        return FeatureIndex(len(index), index, identity_feature)
