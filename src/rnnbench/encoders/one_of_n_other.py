"""1-of-N encoding with a dimension for "other"."""

from collections.abc import Iterable

from rnnbench.encoders._base import Encoder, FeatureIndex, identity_feature, vocabulary


class OneOfNOther(Encoder):
    """A dimension for each word seen at least twice in training, and one for "other".

    A word seen once in training uses "other", as every unknown word does: that is how the network
    learns what to do with a word that it does not know.

    >>> codebook = OneOfNOther().fit(["to", "to", "from", "from", "Sauron"])
    >>> codebook.code("to"), codebook.code("Sauron"), codebook.code("Gandalf"), codebook.dimension
    ((1,), (2,), (2,), 3)
    """

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return a codebook whose last dimension is "other"."""
        index = vocabulary(words, at_least=2)
        return FeatureIndex(len(index) + 1, index, identity_feature, other=len(index))
