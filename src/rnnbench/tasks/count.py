"""Counting: not a regular language, since no number of states is enough for every length."""

import operator
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from pydantic import Field

from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LONGER, SymbolTask


class Count(SymbolTask):
    """After every letter: are there more of a, or of b, or as many (=)?

    >>> print(Count().picture("a b b b a a a"))
    a b b b a a a
    a = b b b = a

    A counter language (Fischer, Meyer & Rosenberg 1968, "Counter machines and counter languages"). An LSTM can count in
    its cell, which a GRU and a simple network with tanh cannot without end (Weiss, Goldberg & Yahav 2018, "On the
    practical computational power of finite precision RNNs"). Letters are drawn evenly, so the counter goes about as
    far as the square root of the length: in the longest test three times as far as in training.
    """

    axis = "length"
    longer = LONGER
    literature = "Weiss et al. (2018): an LSTM counts on far beyond the lengths of training, a GRU does not."

    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="letters in a sequence")

    @property
    def memoryless_score(self) -> float:
        """Return the share of right answers when the letter itself is thought to be ahead.

        It is, when it was not behind after the n letters before: with probability (1 + P(as many)) / 2. They are as
        many with the probability n! / (n/2)! / (n/2)! / 2^n: (n - 1) / n times that of two letters fewer.
        """
        ratios = ((n - 1) / n for n in range(2, self.length, 2))
        even = sum(accumulate(ratios, operator.mul, initial=1.0))
        return 1 / 2 + even / (2 * self.length)

    @property
    def n_distinct(self) -> int:
        """Return how many sequences there are."""
        return 2**self.length

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return letters, each as likely as the other."""
        return ["ab"[i] for i in rng.integers(2, size=self.length)]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return which letter is ahead after each."""
        lead = accumulate(1 if word == "a" else -1 for word in words)
        return ["a" if more > 0 else "b" if more < 0 else "=" for more in lead]

    def memoryless_answer(self, word: str) -> str:
        """Return the letter itself."""
        return word
