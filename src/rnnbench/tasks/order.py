"""Order: the same symbols in another order want another answer."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from pydantic import Field

from rnnbench.common.randomness import generator
from rnnbench.data.corpus import NO_TARGET, PAIRS, Corpus
from rnnbench.tasks._base import MAX_LENGTH, MAX_SEQUENCES
from rnnbench.tasks._memory import SymbolTask

SWAPPED = {"x": "y", "y": "x"}


class Order(SymbolTask):
    """An x and a y stand among distractors, one in each half; at the end: which of them came first?

    >>> print(Order(length=6).picture("3 y 0 0 x 1 ?"))
    3 y 0 0 x 1 ?
    - - - - - - y

    The lecture says that another order of a sequence gives another output. In the split `pairs` two sequences in a row
    differ in nothing but the order of x and y, and a pair is right only as a whole.
    """

    axis = "length"

    test: int = Field(
        default=1000,
        ge=2,
        le=MAX_SEQUENCES,
        description="sequences scored once, at the end; as many make up the pairs",
    )
    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="symbols before the question")
    distractors: int = Field(default=8, ge=1, le=10_000, description="different distractors, numbers from 0 on")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first of the two to the question."""
        return self.length - self._half + 1

    @property
    def steps(self) -> int:
        """Return the length and the question."""
        return self.length + 1

    @property
    def memoryless_score(self) -> float:
        """Return one half: either may be first."""
        return 1 / 2

    @property
    def n_distinct(self) -> int:
        """Return how many sequences there are."""
        return 2 * self._half * (self.length - self._half) * self.distractors ** (self.length - 2)

    @property
    def _half(self) -> int:
        return self.length // 2

    def generate(self) -> Corpus:
        """Return the splits, the pairs among them: they share no sequence with any other split but the showcase."""
        return Corpus({**super().generate().splits, PAIRS: self.split(self.held_out())})

    def held_out(self) -> list[list[str]]:
        """Return the sequences of the pairs: with x first, then the same with y first."""
        drawn = self.unique_draws(generator(purpose="order pairs", seed=self.seed))
        chosen = islice((words for words in drawn if words.index("x") < words.index("y")), self.test // 2)
        return [each for words in chosen for each in (words, _swapped(words))]

    def examples(self, test: Sequence[list[str]]) -> list[list[str]]:
        """Return the first pair."""
        return self.held_out()[:2]

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return distractors with x and y among them, and the question."""
        words = [*map(str, rng.integers(self.distractors, size=self.length)), "?"]
        first, second = "xy" if rng.integers(2) else "yx"
        words[rng.integers(self._half)] = first
        words[rng.integers(self._half, self.length)] = second
        return words

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the first of the two as the label of the last word."""
        return [*[NO_TARGET] * (len(words) - 1), next(word for word in words if word in SWAPPED)]

    def memoryless_answer(self, word: str) -> str:
        """Return x: y is as good."""
        return "x"


def _swapped(words: Sequence[str]) -> list[str]:
    return [SWAPPED.get(word, word) for word in words]
