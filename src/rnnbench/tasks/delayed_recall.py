"""Delayed recall: which symbol came first?"""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.data.corpus import NO_TARGET
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LETTERS, SymbolTask


class DelayedRecall(SymbolTask):
    """A symbol, then `delay` distractors, then a question mark whose target is the symbol.

    >>> print(DelayedRecall(delay=5).picture("c 4 1 7 0 4 ?"))
    c 4 1 7 0 4 ?
    - - - - - - c

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 2c, with more than two symbols and a lag that
    does not vary. Distractors are uniform and independent, from an alphabet of their own.
    """

    axis = "delay"
    literature = (
        "Hochreiter & Schmidhuber (1997): with distractors drawn at random, an LSTM solves lags of 50 to 1,000 after "
        "30,000 to 49,000 sequences, each with an update of its own. There the first symbol is one of two and the lag "
        "varies; here it is one of `symbols`, and the lag is fixed."
    )

    delay: int = Field(default=20, ge=1, le=MAX_LENGTH, description="distractors between the symbol and the question")
    symbols: int = Field(default=8, ge=2, le=26, description="different symbols, letters from a on")
    distractors: int = Field(default=8, ge=1, le=10_000, description="different distractors, numbers from 0 on")

    @property
    def lag(self) -> int:
        """Return the steps from the symbol to the question."""
        return self.delay + 1

    @property
    def steps(self) -> int:
        """Return the total number of the symbol, the distractors and the question."""
        return self.delay + 2

    @property
    def memoryless_score(self) -> float:
        """Return the probability of one symbol: all are equally likely."""
        return 1 / self.symbols

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        return self.symbols * self.distractors**self.delay

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return the symbol, the distractors and the question."""
        symbol = LETTERS[rng.integers(self.symbols)]
        return [symbol, *map(str, rng.integers(self.distractors, size=self.delay)), "?"]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the first word as the label of the last."""
        return [*[NO_TARGET] * (len(words) - 1), words[0]]

    def memoryless_answer(self, word: str) -> str:
        """Return the first letter: all symbols are equally likely."""
        return LETTERS[0]
