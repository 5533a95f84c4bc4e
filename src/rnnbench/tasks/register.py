"""The lecture's register: add to a memory, reset it, put it out when asked."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from rnnbench.corpus import Array, Corpus, Split, split_of_numbers
from rnnbench.errors import UserError
from rnnbench.registry import Inputs
from rnnbench.seeds import generator
from rnnbench.tasks import Drawn, Information, Outputs

LECTURE = np.array([[1, 0, 0], [3, 1, 0], [2, 0, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0], [6, 1, 0], [1, 0, 1]])
"""(9, 3) the lecture's example, whose answers are 0 0 0 0 0 7 0 0 6."""


AT_ONCE = 1000
"""Sequences are drawn in blocks of this size, so that the first ones do not depend on how many are wanted."""


def memory(inputs: Array) -> Array:
    """Return (N, T), what the memory holds after each step of inputs (N, T, 3)."""
    held = np.zeros(inputs.shape[0], dtype=inputs.dtype)
    after = np.empty(inputs.shape[:2], dtype=inputs.dtype)
    for t in range(inputs.shape[1]):
        x1, x2 = inputs[:, t, 0], inputs[:, t, 1]
        held = np.where(x2 == 1, held + x1, np.where(x2 == -1, 0, held))
        after[:, t] = held
    return after


def answers(inputs: Array) -> Array:
    """Return (N, T), the memory where x3 = 1 and 0 elsewhere.

    >>> answers(LECTURE[None]).tolist()
    [[0, 0, 0, 0, 0, 7, 0, 0, 6]]
    """
    return memory(inputs) * (inputs[..., 2] == 1)


class Register(Drawn):
    """Add x1 to the memory where x2 = 1, empty it where x2 = -1, put it out where x3 = 1, else put out 0.

        x1   1  3  2  4  2  1  3  6  1
        x2   0  1  0  1  0  0 -1  1  0
        x3   0  0  0  0  0  1  0  0  1
        y    0  0  0  0  0  7  0  0  6

    Only the steps that ask (x3 = 1) count in the scores; an answer is right when it rounds to y.
    Source: the lecture's LSTM example. A step that adds or empties does so before it puts out.
    """

    inputs: ClassVar[Inputs] = "numbers"
    outputs: ClassVar[Outputs] = "numbers"
    chosen_by: ClassVar[str] = "loss"

    length: int = Field(default=20, ge=2, description="steps in a sequence")
    largest: int = Field(default=6, ge=1, description="x1 is drawn from 1 to this")
    add: float = Field(default=0.25, gt=0, lt=1, description="probability that a step adds")
    reset: float = Field(default=0.15, gt=0, lt=1, description="probability that a step empties the memory")
    ask: float = Field(default=0.25, gt=0, lt=1, description="probability that a step asks for the memory")

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.add + self.reset >= 1:
            raise ValueError("add and reset together must be less than 1")
        wanted, different = self.train + self.validation + self.test, self._different()
        if 2 * wanted > different:
            raise ValueError(f"{wanted} sequences are more than half of the {different} of length {self.length}")
        return self

    def _different(self) -> int:
        """Return how many sequences there are: x1 and x2 are free, and at least one step asks."""
        return (3 * self.largest) ** self.length * (2**self.length - 1)

    def generate(self) -> Corpus:
        """Return distinct sequences, dealt to the splits; the showcase is the lecture's own.

        They are drawn for test first, then for validation, then for training: more training sequences leave the
        others as they are.
        """
        drawn = self._distinct(self.train + self.validation + self.test)
        test, validation, train = np.split(drawn, [self.test, self.test + self.validation])
        splits = {"train": train, "validation": validation, "test": test, "showcase": LECTURE[None]}
        return Corpus({name: _split(inputs) for name, inputs in splits.items()})

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the exact answers; who sees one step alone can only name the memory's most frequent value."""
        inputs = split.inputs.reshape(len(split), -1, 3)
        exact = answers(inputs).reshape(-1, 1)
        return {"word": self._without_memory(split.inputs)[:, None], "prefix": exact, "sentence": exact}

    def memory_distribution(self) -> Array:
        """Return the probability of each value (0, 1, ...) of the memory before a step, all steps taken together."""
        probability = np.zeros(self.length * self.largest + 1)
        probability[0] = 1.0
        total = probability.copy()
        for _ in range(self.length - 1):
            probability = self._after_a_step(probability)
            total += probability
        return total / self.length

    def _after_a_step(self, before: Array) -> Array:
        after = (1 - self.add - self.reset) * before
        after[0] += self.reset
        for x1 in range(1, self.largest + 1):
            after[x1:] += self.add / self.largest * before[:-x1]
        return after

    def _without_memory(self, inputs: Array) -> Array:
        frequent = int(np.argmax(self.memory_distribution()))
        x1, x2, x3 = inputs.T
        return np.where(x3 == 1, np.where(x2 == 1, frequent + x1, np.where(x2 == -1, 0, frequent)), 0)

    def _distinct(self, n: int) -> Array:
        rng = generator(purpose="register", seed=self.seed)
        found: dict[bytes, Array] = {}
        for _ in range(10 + 20 * n // AT_ONCE):
            for sequence in self._draw(rng, AT_ONCE):
                found.setdefault(sequence.tobytes(), sequence)
            if len(found) >= n:
                return np.stack(list(found.values())[:n])
        raise UserError(f"register: only {len(found)} of {n} sequences are different; ask for fewer or longer ones")

    def _draw(self, rng: np.random.Generator, n: int) -> Array:
        shape = (n, self.length)
        x1 = rng.integers(1, self.largest + 1, shape)
        x2 = rng.choice([1, -1, 0], size=shape, p=[self.add, self.reset, 1 - self.add - self.reset])
        x3 = rng.random(shape) < self.ask
        x3[:, -1] |= ~x3.any(axis=1)
        return np.stack([x1, x2, x3], axis=-1).astype(np.int64)


def _split(inputs: Array) -> Split:
    return split_of_numbers(inputs, answers(inputs), inputs[..., 2] == 1)
