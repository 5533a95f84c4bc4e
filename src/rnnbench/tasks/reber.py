"""The embedded Reber grammar: the end of a string repeats its beginning, whatever stands between."""

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
"""State -> symbol and next state of each arc. All arcs of a state are equally likely; a string ends in state 7."""


@functools.cache
def continuation_probabilities(steps: int) -> list[dict[int, float]]:
    """Return, for n = 0, 1, ..., `steps`: state -> the probability that at least n symbols follow it in a string."""
    probabilities = [dict.fromkeys(REBER, 1.0)]
    for _ in range(steps):
        shorter = probabilities[-1]
        probabilities.append(
            {state: sum(shorter[target] for _, target in arcs) / max(len(arcs), 1) for state, arcs in REBER.items()}
        )
    return probabilities


class Reber(SymbolTask):
    """B, then T or P, then a string of the Reber grammar; the target at its end is the second symbol, T or P.

    >>> print(Reber().picture("B T B P T T V V E"))
    B T B P T T V V E
    - - - - - - - - T

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 1, after Reber (1967). There every next symbol
    is predicted; here only the last but one, which needs the memory. It is left out of the input, because a network
    that reads backward would see it. The string is drawn from the grammar, given that it has at least `shortest`
    symbols. All sequences are distinct, and there are few short ones: with a small `shortest`, those of training, which
    are drawn last, are longer.
    """

    axis = "shortest"
    literature = (
        "Hochreiter & Schmidhuber (1997): an LSTM solves it in 97 to 100 % of trials, after some 10,000 sequences; an "
        "Elman network in none. There more than half of the strings have at most 7 symbols; here none has fewer than "
        "`shortest`, and every string has one target, not one for each symbol."
    )

    train: int = Field(default=2000, ge=1, le=MAX_SEQUENCES, description="sequences to train on")
    shortest: int = Field(default=20, ge=5, le=1000, description="fewest symbols of the string")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the second symbol to the question."""
        return self.shortest

    @property
    def steps(self) -> int:
        """Return the fewest symbols of the string and the two symbols before it."""
        return self.shortest + 2

    @property
    def memoryless_score(self) -> float:
        """Return one half: T and P are equally likely."""
        return 1 / 2

    @property
    def n_distinct(self) -> float:
        """Infinite: the grammar has strings of any length."""
        return math.inf

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return B, then T or P, then a string of the grammar."""
        words, state = ["B", "TP"[rng.integers(2)]], 0
        while REBER[state]:
            symbol, state = self._arc(rng, state, self.shortest - len(words) + 1)
            words.append(symbol)
        return words

    def _arc(self, rng: np.random.Generator, state: int, steps: int) -> tuple[str, int]:
        """Return an arc of the state, drawn given that the string has at least `steps` symbols from here on."""
        arcs = REBER[state]
        continues = continuation_probabilities(self.shortest)[max(steps, 0)]
        cumulative = np.cumsum([continues[target] for _, target in arcs])
        return arcs[int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the second word as the label of the last."""
        return [*[NO_TARGET] * (len(words) - 1), words[1]]

    def memoryless_answer(self, word: str) -> str:
        """Return T: both are equally likely."""
        return "T"
