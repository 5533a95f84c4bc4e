"""Parity: a regular language, for which one bit of memory is enough at any length."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from pydantic import Field

from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LONGER, SymbolTask


class Parity(SymbolTask):
    """After every bit: is the number of ones up to here odd or even?

    >>> print(Parity().picture("1 0 1 1 0"))
    1   0   1    1   0
    odd odd even odd odd

    As in Delétang et al. (2023), "Neural networks and the Chomsky hierarchy", where only the end has a target. It is a
    regular language: a network that has learnt the rule can follow it at any length, so that there are longer tests.
    """

    axis = "length"
    longer = LONGER
    literature = (
        "Delétang et al. (2023): simple recurrent networks and LSTMs follow the rule on sequences far longer than "
        "in training."
    )

    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="bits in a sequence")

    @property
    def memoryless_score(self) -> float:
        """Return the expected accuracy of the parity of the bit alone: 1 for the first bit, 1/2 for the others."""
        return 1 / 2 + 1 / (2 * self.length)

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        return 2**self.length

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return bits, both values equally likely."""
        return [*map(str, rng.integers(2, size=self.length))]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the parity of the number of ones up to each bit."""
        return [("even", "odd")[ones % 2] for ones in accumulate(map(int, words))]

    def memoryless_answer(self, word: str) -> str:
        """Return the parity of the bit alone."""
        return ("even", "odd")[int(word)]
