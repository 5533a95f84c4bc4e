"""The copy task: repeat some symbols after a long delay."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LETTERS, SymbolTask

BLANK, START = "_", ">"


class Copy(SymbolTask):
    """Symbols, blanks and a start sign; the targets after the sign are the symbols in their order, all others blank.

    >>> print(Copy(delay=4).picture("b a g g h c a b e d _ _ _ > _ _ _ _ _ _ _ _ _ _"))
    b a g g h c a b e d _ _ _ > _ _ _ _ _ _ _ _ _ _
    _ _ _ _ _ _ _ _ _ _ _ _ _ _ b a g g h c a b e d

    Arjovsky, Shah & Bengio (2016), "Unitary evolution recurrent neural networks", section 4.1: T = `delay`, T - 1
    blanks before the sign, T + 20 steps in all. As there, every step has a target. The paper's network without memory
    answers blank as long as that is right and then guesses, at a mean cross-entropy of 10 ln 8 / (T + 20). A tagger
    that sees the present step alone does not even know when to start guessing.
    """

    axis = "delay"
    literature = (
        "Arjovsky et al. (2016): with delays above 100, an LSTM and a simple recurrent network stay near "
        "the cross-entropy of a network without memory."
    )

    delay: int = Field(default=20, ge=1, le=MAX_LENGTH, description="steps from the last symbol to the start sign")
    length: int = Field(default=10, ge=1, le=MAX_LENGTH, description="symbols to repeat")
    symbols: int = Field(default=8, ge=2, le=26, description="different symbols, letters from a on")

    @property
    def lag(self) -> int:
        """Return the steps from a symbol to its repetition."""
        return self.delay + self.length

    @property
    def steps(self) -> int:
        """Return the total number of symbols, blanks and the sign."""
        return self.delay + 2 * self.length

    @property
    def memoryless_score(self) -> float:
        """Return the accuracy of the answer blank everywhere, or of a symbol to a blank where that is more often right.

        Symbols and the sign have the target blank. Of the blanks, `delay - 1` have it, and each symbol is the target of
        `length / symbols` on average.
        """
        right = self.length + 1 + max(self._blanks_before_sign, self.length / self.symbols)
        return right / (self.delay + 2 * self.length)

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the mean cross-entropy, in nats, of blank where it is right and of uniform guesses elsewhere."""
        return "loss", self.length * math.log(self.symbols) / (self.delay + 2 * self.length)

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        return self.symbols**self.length

    @property
    def _blanks_before_sign(self) -> int:
        return self.delay - 1

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return symbols, blanks, the sign, and a blank for each symbol to repeat."""
        symbols = [LETTERS[i] for i in rng.integers(self.symbols, size=self.length)]
        return [*symbols, *[BLANK] * self._blanks_before_sign, START, *[BLANK] * self.length]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return blanks, then the symbols."""
        return [*[BLANK] * (len(words) - self.length), *words[: self.length]]

    def memoryless_answer(self, word: str) -> str:
        """Return blank, or a symbol to a blank where that is more often right."""
        symbol_is_likelier = self._blanks_before_sign < self.length / self.symbols
        return LETTERS[0] if word == BLANK and symbol_is_likelier else BLANK
