"""Counting: not a regular language, because no finite number of states is enough for all lengths."""

import operator
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from pydantic import Field

from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LONGER, SymbolTask


class Count(SymbolTask):
    """After every letter: does a lead so far, or b, or neither (=)?

    >>> print(Count().picture("a b b b a a a"))
    a b b b a a a
    a = b b b = a

    A counter language (Fischer, Meyer & Rosenberg 1968, "Counter machines and counter languages"). An LSTM can count in
    its cell without bound; a GRU and a simple network with tanh cannot (Weiss, Goldberg & Yahav 2018, "On the practical
    computational power of finite precision RNNs"). Both letters are equally likely, so that the counter reaches about
    the square root of the length: in the longest test about three times as far as in training.
    """

    axis = "length"
    longer = LONGER
    literature = "Weiss et al. (2018): an LSTM counts on far beyond the lengths of training, a GRU does not."

    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="letters in a sequence")

    @property
    def memoryless_score(self) -> float:
        """Return the expected accuracy of the answer "the present letter leads".

        It is right when the letter was not behind after the n letters before it, with probability (1 + P(tie)) / 2. A
        tie after an even n has probability n! / (n/2)! / (n/2)! / 2^n, which is (n - 1) / n times that after n - 2.
        """
        ratios = ((n - 1) / n for n in range(2, self.length, 2))
        expected_ties = sum(accumulate(ratios, operator.mul, initial=1.0))
        return 1 / 2 + expected_ties / (2 * self.length)

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        return 2**self.length

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return letters, both equally likely."""
        return ["ab"[i] for i in rng.integers(2, size=self.length)]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return which letter leads after each word."""
        leads = accumulate(1 if word == "a" else -1 for word in words)
        return ["a" if lead > 0 else "b" if lead < 0 else "=" for lead in leads]

    def memoryless_answer(self, word: str) -> str:
        """Return the letter itself."""
        return word
