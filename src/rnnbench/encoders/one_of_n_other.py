"""1-of-N encoding with a dimension for "other"."""

from collections.abc import Iterable

from rnnbench.encoders._base import Codebook, Encoder, distinct, itself


class OneOfNOther(Encoder):
    """A dimension for each word seen at least twice in training, and one for "other".

    A word seen once in training uses "other", as every unknown word does: that is how the network
    learns what to do with a word that it does not know.

    >>> codebook = OneOfNOther().fit(["to", "to", "from", "from", "Sauron"])
    >>> codebook.code("to"), codebook.code("Sauron"), codebook.code("Gandalf"), codebook.dimension
    ((1,), (2,), (2,), 3)
    """

    def fit(self, words: Iterable[str]) -> Codebook:
        """Return a codebook whose last dimension is "other"."""
        index = distinct(words, at_least=2)
        return Codebook(len(index) + 1, index, itself, other=len(index))
