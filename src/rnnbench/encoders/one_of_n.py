"""1-of-N encoding."""

from collections.abc import Iterable

from rnnbench.encoders._base import Codebook, Encoder, distinct, itself


class OneOfN(Encoder):
    """A dimension for each word of the training lexicon; an unknown word is the zero vector.

    >>> codebook = OneOfN().fit(["apple", "bag", "cat", "dog", "elephant"])
    >>> codebook.code("cat"), codebook.code("Gandalf"), codebook.dimension
    ((2,), (), 5)
    """

    def fit(self, words: Iterable[str]) -> Codebook:
        """Return a codebook with a dimension for each distinct word."""
        index = distinct(words)
        return Codebook(len(index), index, itself)
