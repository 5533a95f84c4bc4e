"""Word hashing by the letter trigrams of a word."""

import functools
import unicodedata
from collections.abc import Iterable

from pydantic import Field

from rnnbench.encoders._base import Encoder, FeatureIndex

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
BOUNDARY = "#"


def trigrams(word: str, *, boundary: bool) -> list[str]:
    """Return the letter trigrams of a word without case and accents; with `boundary`, of the word between two marks.

    >>> trigrams("apple", boundary=False)
    ['app', 'ppl', 'ple']
    >>> trigrams("to", boundary=False), trigrams("to", boundary=True)
    ([], ['#to', 'to#'])
    """
    decomposed = unicodedata.normalize("NFKD", word).lower()
    letters = "".join(character for character in decomposed if character in LETTERS)
    text = f"{BOUNDARY}{letters}{BOUNDARY}" if boundary and letters else letters
    return [text[i : i + 3] for i in range(len(text) - 2)]


class LetterTrigram(Encoder):
    """The lecture's word hashing: 26 x 26 x 26 dimensions, 1 for each letter trigram that the word contains.

    With boundary marks (the default) a word is read as #word#, in 27 x 27 x 27 dimensions. Without them a word of one
    or two letters, such as "to", has no trigram, and its vector is zero.
    Only letters count: "2nd" is read as "nd". A trigram that no training word has is ignored.

    >>> features = LetterTrigram(boundary=False).fit(["apple"])
    >>> sorted(features.index), features.encode("apple"), features.dimension
    (['app', 'ple', 'ppl'], (0, 1, 2), 17576)
    """

    boundary: bool = Field(default=True, description="mark where a word begins and ends")

    def fit(self, words: Iterable[str]) -> FeatureIndex:
        """Return an index of the trigrams that occur in training."""
        trigrams_of = functools.partial(trigrams, boundary=self.boundary)
        vocabulary = sorted({trigram for word in set(words) for trigram in trigrams_of(word)})
        symbols = len(LETTERS) + self.boundary
        return FeatureIndex(symbols**3, {trigram: i for i, trigram in enumerate(vocabulary)}, trigrams_of)
