"""1-of-N encoding."""

from collections.abc import Iterable

from rnnbench.encoders._base import Encoder, FeatureIndex, identity_feature, vocabulary


class OneOfN(Encoder):
    """A dimension for each word of the training lexicon; an unknown word is the zero vector.

    >>> codebook = OneOfN().fit(["apple", "bag", "cat", "dog", "elephant"])
    >>> codebook.code("cat"), codebook.code("Gandalf"), codebook.dimension
    ((2,), (), 5)
    """

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return a codebook with a dimension for each distinct word."""
        index = vocabulary(words)
        return FeatureIndex(len(index), index, identity_feature)
