"""The embedded Reber grammar: the end of a string is like its beginning, whatever lies between."""

import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import Field

from rnnbench.data.corpus import NO_TARGET
from rnnbench.tasks._base import MAX_SEQUENCES
from rnnbench.tasks._memory import SymbolTask

REBER: Mapping[int, tuple[tuple[str, int], ...]] = {
    0: (("B", 1),),
    1: (("T", 2), ("P", 3)),
    2: (("S", 2), ("X", 4)),
    3: (("T", 3), ("V", 5)),
    4: (("X", 3), ("S", 6)),
    5: (("P", 4), ("V", 6)),
    6: (("E", 7),),
    7: (),
}
"""State -> symbol and next state of each arc, all arcs of a state being equally likely; a string ends in state 7."""


@functools.cache
def goes_on(steps: int) -> list[dict[int, float]]:
    """Return for 0, 1, ... `steps` the probability that at least so many symbols follow each state of the grammar."""
    found = [dict.fromkeys(REBER, 1.0)]
    for _ in range(steps):
        before = found[-1]
        found.append(
            {state: sum(before[after] for _, after in arcs) / max(len(arcs), 1) for state, arcs in REBER.items()}
        )
    return found


class Reber(SymbolTask):
    """B, then T or P, then a whole string of the Reber grammar: what comes next? T or P, the same as at first.

    >>> print(Reber().picture("B T B P T T V V E"))
    B T B P T T V V E
    - - - - - - - - T

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 1, after Reber (1967). There every next symbol
    is predicted; here the last but one alone, which needs the memory, and it is not shown: one who reads backward
    would see it. Strings between are as the grammar draws them, but at least `shortest` long. No two sequences are
    alike, and there are few short ones: with a small `shortest` those of training, drawn last, are the longer ones.
    """

    axis = "shortest"
    literature = (
        "Hochreiter & Schmidhuber (1997): an LSTM solves it in 97 to 100 % of trials, after some 10,000 "
        "sequences; an Elman network in none."
    )

    train: int = Field(default=2000, ge=1, le=MAX_SEQUENCES, description="sequences to train on")
    shortest: int = Field(default=20, ge=5, le=1000, description="symbols of the string between, at least")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the second symbol to the question."""
        return self.shortest

    @property
    def steps(self) -> int:
        """Return the string between and the two symbols before it; most strings are longer."""
        return self.shortest + 2

    @property
    def memoryless_score(self) -> float:
        """Return one half: T is as likely as P."""
        return 1 / 2

    @property
    def n_distinct(self) -> float:
        """Return that there is no end to the strings of the grammar."""
        return math.inf

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return B, T or P, and a string of the grammar."""
        words, state = ["B", "TP"[rng.integers(2)]], 0
        while REBER[state]:
            symbol, state = self._arc(rng, state, self.shortest - len(words) + 1)
            words.append(symbol)
        return words

    def _arc(self, rng: np.random.Generator, state: int, steps: int) -> tuple[str, int]:
        """Return an arc, drawn among those after which enough symbols can follow, as often as they do."""
        arcs = REBER[state]
        likely = goes_on(self.shortest)[max(steps, 0)]
        weights = np.cumsum([likely[after] for _, after in arcs])
        return arcs[int(np.searchsorted(weights, rng.random() * weights[-1], side="right"))]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the second word as the label of the last."""
        return [*[NO_TARGET] * (len(words) - 1), words[1]]

    def memoryless_answer(self, word: str) -> str:
        """Return T: P is as good."""
        return "T"
