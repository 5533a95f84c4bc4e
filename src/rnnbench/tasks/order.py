"""Order: the same symbols in another order have another answer."""

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
    """An x and a y stand among distractors, one in each half; the target at the end is the one that came first.

    >>> print(Order(length=6).picture("3 y 0 0 x 1 ?"))
    3 y 0 0 x 1 ?
    - - - - - - y

    From the lecture: changing the order of a sequence changes the output. In the split `pairs`, sequences 2i and 2i + 1
    differ in nothing but the order of x and y, and a pair is right only when both answers are.
    """

    axis = "length"

    test: int = Field(
        default=1000,
        ge=2,
        le=MAX_SEQUENCES,
        description="sequences scored once, at the end; the split pairs has the same number",
    )
    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="symbols before the question")
    distractors: int = Field(default=8, ge=1, le=10_000, description="different distractors, numbers from 0 on")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first of x and y to the question."""
        return self.length - self._half + 1

    @property
    def steps(self) -> int:
        """Return the number of symbols, and one for the question."""
        return self.length + 1

    @property
    def memoryless_score(self) -> float:
        """Return one half: either may be first."""
        return 1 / 2

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        return 2 * self._half * (self.length - self._half) * self.distractors ** (self.length - 2)

    @property
    def _half(self) -> int:
        return self.length // 2

    def generate(self) -> Corpus:
        """Return a corpus with the split `pairs`, whose sequences are in no other split except showcase."""
        return Corpus({**super().generate().splits, PAIRS: self.split(self.held_out())})

    def held_out(self) -> list[list[str]]:
        """Return the sequences of the pairs: one with x first, then the same with y first, and so on."""
        draws = self.unique_draws(generator(purpose="order pairs", seed=self.seed))
        x_first = islice((words for words in draws if words.index("x") < words.index("y")), self.test // 2)
        return [sequence for words in x_first for sequence in (words, _swapped(words))]

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
        """Return x or y, whichever came first, as the label of the last word."""
        return [*[NO_TARGET] * (len(words) - 1), next(word for word in words if word in SWAPPED)]

    def memoryless_answer(self, word: str) -> str:
        """Return x: both are equally likely."""
        return "x"


def _swapped(words: Sequence[str]) -> list[str]:
    return [SWAPPED.get(word, word) for word in words]
