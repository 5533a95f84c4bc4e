"""1-of-N (one-hot) encoding with a dimension for "other"."""

from collections.abc import Iterable

from rnnbench.encoders._base import Encoder, FeatureIndex, identity_feature, vocabulary


class OneOfNOther(Encoder):
    """A dimension for each word that occurs at least twice in training, and one for "other".

    A word that occurs once in training is encoded as "other", like every unknown word: so the network learns what to do
    with a word that it does not know.

    >>> features = OneOfNOther().fit(["to", "to", "from", "from", "Sauron"])
    >>> features.encode("to"), features.encode("Sauron"), features.encode("Gandalf"), features.dimension
    ((1,), (2,), (2,), 3)
    """

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return an index whose last dimension is "other"."""
        index = vocabulary(words, min_count=2)
        return FeatureIndex(len(index) + 1, index, identity_feature, other=len(index))
