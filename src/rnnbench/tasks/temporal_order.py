"""Temporal order: which two symbols occurred, and in which order?"""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.data.corpus import NO_TARGET
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import SymbolTask

BEGIN, END, DISTRACTORS = "E", "B", "abcd"
CLASSES = {("X", "X"): "Q", ("X", "Y"): "R", ("Y", "X"): "S", ("Y", "Y"): "U"}


class TemporalOrder(SymbolTask):
    """Two symbols, each X or Y, stand among distractors; the target at the end is the class of the ordered pair.

    >>> print(TemporalOrder(length=10).picture("E X d b c Y a a c B"))
    E X d b c Y a a c B
    - - - - - - - - - R

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 6a. The first symbol stands from one tenth to
    one fifth of the length, the second from a half to three fifths, as in the paper, whose lengths vary by a tenth.
    """

    axis = "length"
    literature = "Hochreiter & Schmidhuber (1997): an LSTM solves it at 100 to 110 steps, after about 31,000 sequences."

    length: int = Field(default=50, ge=10, le=MAX_LENGTH, description="steps in a sequence, begin and end included")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first symbol to the end."""
        return self.length - 1 - self._symbol_ranges[0][-1]

    @property
    def memoryless_score(self) -> float:
        """Return the probability of one class: all are equally likely."""
        return 1 / len(CLASSES)

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        first, second = map(len, self._symbol_ranges)
        return len(CLASSES) * first * second * len(DISTRACTORS) ** (self.length - 4)

    @property
    def _symbol_ranges(self) -> tuple[range, range]:
        """Return the steps at which the first and the second symbol may stand."""
        tenths = [i * self.length // 10 for i in range(10)]
        return range(tenths[1], tenths[2] + 1), range(tenths[5], tenths[6] + 1)

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return the begin symbol, distractors with X or Y at two places among them, and the end symbol."""
        words = [BEGIN, *(DISTRACTORS[i] for i in rng.integers(len(DISTRACTORS), size=self.length - 2)), END]
        for steps in self._symbol_ranges:
            words[rng.integers(steps.start, steps.stop)] = "XY"[rng.integers(2)]
        return words

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the class as the label of the last word."""
        first, second = (word for word in words if word in ("X", "Y"))
        return [*[NO_TARGET] * (len(words) - 1), CLASSES[first, second]]

    def memoryless_answer(self, word: str) -> str:
        """Return the first class: all are equally likely."""
        return "Q"
