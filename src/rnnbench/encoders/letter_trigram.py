"""Word hashing by letter trigrams."""

import functools
import unicodedata
from collections.abc import Iterable

from pydantic import Field

from rnnbench.encoders._base import Encoder, FeatureIndex

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
MARK = "#"


def trigrams(word: str, *, boundary: bool) -> list[str]:
    """Return the letter trigrams of a word, case and accents left out; with `boundary`, of the marked word.

    >>> trigrams("apple", boundary=False)
    ['app', 'ppl', 'ple']
    >>> trigrams("to", boundary=False), trigrams("to", boundary=True)
    ([], ['#to', 'to#'])
    """
    plain = unicodedata.normalize("NFKD", word).lower()
    letters = "".join(letter for letter in plain if letter in LETTERS)
    text = f"{MARK}{letters}{MARK}" if boundary and letters else letters
    return [text[i : i + 3] for i in range(len(text) - 2)]


class LetterTrigram(Encoder):
    """The lecture's word hashing: 26 x 26 x 26 dimensions, 1 for each letter trigram that the word contains.

    With boundary marks (the default) a word is read as #word#, in 27 x 27 x 27 dimensions: without
    them a word of one or two letters, such as "to", has no trigram and so no code at all.
    Only letters count: "2nd" is read as "nd". A trigram that no training word has adds nothing.

    >>> codebook = LetterTrigram(boundary=False).fit(["apple"])
    >>> sorted(codebook.index), codebook.code("apple"), codebook.dimension
    (['app', 'ple', 'ppl'], (0, 1, 2), 17576)
    """

    boundary: bool = Field(default=True, description="mark where a word begins and ends")

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return a codebook of the trigrams that occur in training."""
        features = functools.partial(trigrams, boundary=self.boundary)
        seen = sorted({feature for word in set(words) for feature in features(word)})
        letters = len(LETTERS) + self.boundary
        return FeatureIndex(letters**3, {feature: i for i, feature in enumerate(seen)}, features)
