"""The copy task: repeat, after a long silence, what was said."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LETTERS, SymbolTask

BLANK, START = "_", ">"


class Copy(SymbolTask):
    """Some symbols, a long blank, a sign to start; then they are to be put out in their order, and all else is blank.

    >>> print(Copy(delay=4).picture("b a g g h c a b e d _ _ _ > _ _ _ _ _ _ _ _ _ _"))
    b a g g h c a b e d _ _ _ > _ _ _ _ _ _ _ _ _ _
    _ _ _ _ _ _ _ _ _ _ _ _ _ _ b a g g h c a b e d

    Arjovsky, Shah & Bengio (2016), "Unitary evolution recurrent neural networks", section 4.1: T = `delay`, T - 1
    blanks before the sign, T + 20 steps in all. There every step has a loss, and counts: without memory one says blank
    as long as that is right, and then guesses, at a mean cross-entropy of 10 ln 8 / (T + 20). One who sees the
    present step alone does not even know when to stop saying blank.
    """

    axis = "delay"
    literature = (
        "Arjovsky et al. (2016): with delays above 100, an LSTM and a simple recurrent network stay near "
        "the cross-entropy of a network without memory."
    )

    delay: int = Field(default=20, ge=1, le=MAX_LENGTH, description="steps from the last symbol to the sign to start")
    length: int = Field(default=10, ge=1, le=MAX_LENGTH, description="symbols to repeat")
    symbols: int = Field(default=8, ge=2, le=26, description="different symbols, letters from a on")

    @property
    def lag(self) -> int:
        """Return the steps from hearing a symbol to repeating it."""
        return self.delay + self.length

    @property
    def steps(self) -> int:
        """Return symbols, blanks and the sign, all together."""
        return self.delay + 2 * self.length

    @property
    def memoryless_score(self) -> float:
        """Return the share of right answers when blank is said everywhere, or a symbol where blanks are few."""
        right = self.length + 1 + max(self._silence, self.length / self.symbols)
        return right / (self.delay + 2 * self.length)

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the mean cross-entropy, in nats, of blanks at the right steps and then even guesses."""
        return "loss", self.length * math.log(self.symbols) / (self.delay + 2 * self.length)

    @property
    def n_distinct(self) -> int:
        """Return how many sequences there are."""
        return self.symbols**self.length

    @property
    def _silence(self) -> int:
        """Return the blanks between the last symbol and the sign."""
        return self.delay - 1

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return symbols, blanks, the sign, blanks."""
        symbols = [LETTERS[i] for i in rng.integers(self.symbols, size=self.length)]
        return [*symbols, *[BLANK] * self._silence, START, *[BLANK] * self.length]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return blanks, then the symbols."""
        return [*[BLANK] * (len(words) - self.length), *words[: self.length]]

    def memoryless_answer(self, word: str) -> str:
        """Return blank, but a symbol to a blank that is more often the time of an answer."""
        rare = self._silence < self.length / self.symbols
        return LETTERS[0] if word == BLANK and rare else BLANK
