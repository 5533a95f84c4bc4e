"""Associative recall: which value belongs to which key?"""

from collections.abc import Sequence
from math import perm

import numpy as np
from pydantic import Field

from rnnbench.data.corpus import NO_TARGET
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LETTERS, SymbolTask

FILLERS = ".,:;"


class AssociativeRecall(SymbolTask):
    """Keys, each followed by its value, then fillers, then the keys again in another order: what is the value of each?

    >>> print(AssociativeRecall(pairs=3, gap=2).picture("k 3 b 0 x 3 . ; b x k"))
    k 3 b 0 x 3 . ; b x k
    - - - - - - - - 0 3 3

    Ba et al. (2016), "Using fast weights to attend to the recent past", but with a question for every key, as in Arora
    et al. (2024), "Zoology". Keys, values and fillers are three alphabets; the keys of a sequence differ, values need
    not. Here are 8 values, where Ba et al. have 10: a guess is right more often.
    """

    axis = "pairs"
    literature = (
        "Ba et al. (2016): with one question for four pairs and 100,000 sequences, an LSTM of 20 units errs on 61 "
        "%, one of 50 units on 2 %, one of 100 units on none. Here there are 8 values, not 10, a question for every "
        "key, and fillers between."
    )

    pairs: int = Field(default=4, ge=1, description="keys to remember, each with its value")
    gap: int = Field(default=8, ge=0, le=MAX_LENGTH, description="fillers between the last pair and the first question")
    keys: int = Field(default=26, ge=1, le=26, description="different keys, letters from a on")
    values: int = Field(default=8, ge=2, le=1000, description="different values, numbers from 0 on")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first value to its question."""
        return 2 * self.pairs + self.gap - 1

    @property
    def steps(self) -> int:
        """Return the total number of keys and values, fillers and questions."""
        return 3 * self.pairs + self.gap

    @property
    def memoryless_score(self) -> float:
        """Return the probability of one value: all are equally likely."""
        return 1 / self.values

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences."""
        question_orders = perm(self.pairs, self.pairs)
        return perm(self.keys, self.pairs) * self.values**self.pairs * len(FILLERS) ** self.gap * question_orders

    def invalid_reason(self) -> str:
        """Return a message where there are fewer keys than pairs."""
        return f"{self.pairs} pairs need {self.pairs} keys, but there are {self.keys}" if self.pairs > self.keys else ""

    def draw(self, rng: np.random.Generator) -> list[str]:
        """Return keys with their values, then fillers, then questions."""
        keys = [LETTERS[i] for i in rng.permutation(self.keys)[: self.pairs]]
        values = map(str, rng.integers(self.values, size=self.pairs))
        pairs = [word for pair in zip(keys, values, strict=True) for word in pair]
        fillers = [FILLERS[i] for i in rng.integers(len(FILLERS), size=self.gap)]
        return [*pairs, *fillers, *(keys[i] for i in rng.permutation(self.pairs))]

    def answers(self, words: Sequence[str]) -> list[str]:
        """Return the value of each key among the questions."""
        pairs = words[: 2 * self.pairs]
        value_of = dict(zip(pairs[::2], pairs[1::2], strict=True))
        questions = words[len(words) - self.pairs :]
        return [*[NO_TARGET] * (len(words) - self.pairs), *(value_of[key] for key in questions)]

    def memoryless_answer(self, word: str) -> str:
        """Return the first value: all are equally likely."""
        return "0"
