"""1-of-N (one-hot) encoding with a dimension for "other"."""

from collections import Counter
from collections.abc import Iterable

from pydantic import Field

from rnnbench.encoders._base import Encoder, FeatureIndex, identity_feature, vocabulary


class OneOfNOther(Encoder):
    """A dimension for each word of the training vocabulary, and one for "other": all words that training does not have.

    So that the network learns what to do with a word that it does not know, training now and then reads a word as
    "other": one that occurs n times with probability dropout / (dropout + n), anew in each epoch (Kiperwasser &
    Goldberg 2016, "Simple and accurate dependency parsing using bidirectional LSTM feature representations", TACL 4,
    with 0.25). A rare word becomes "other" often, and each distinct word does so about `dropout` times in an epoch.

    >>> features = OneOfNOther().fit(["to", "to", "from", "from", "Sauron"])
    >>> features.encode("to"), features.encode("Sauron"), features.encode("Gandalf"), features.dimension
    ((2,), (0,), (3,), 4)
    >>> features.dropout("Sauron")
    0.2
    """

    dropout: float = Field(
        default=0.25, gt=0, le=1000, description="how often in an epoch training reads each distinct word as other"
    )

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return an index whose last dimension is "other"."""
        counts = Counter(words)
        index, rate = vocabulary(counts), self.dropout
        return FeatureIndex(
            len(index) + 1,
            index,
            identity_feature,
            other=len(index),
            dropout=lambda word: rate / (rate + counts[word]),
        )
