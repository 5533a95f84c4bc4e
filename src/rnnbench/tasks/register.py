"""The lecture's register: a memory that is added to, reset and read."""

import functools
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.common.typing import Array
from rnnbench.data.corpus import Split
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LONGER, NumberTask

LECTURE = np.array([[1, 0, 0], [3, 1, 0], [2, 0, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0], [6, 1, 0], [1, 0, 1]])
"""The lecture's example (9, 3), whose answers are 0 0 0 0 0 7 0 0 6."""

MAX_WORK = 10_000_000
"""Largest length x length x largest. There the exact score without memory of the longest test takes two seconds."""
MIN_PROBABILITY = 1e-30
"""Smallest probability of a value of the memory that is kept; values above the largest such value are left out."""


def memory(inputs: Array) -> Array:
    """Return the content of the memory after each step of inputs (N, T, 3), (N, T)."""
    content = np.zeros(inputs.shape[0], dtype=inputs.dtype)
    contents = np.empty(inputs.shape[:2], dtype=inputs.dtype)
    for t in range(inputs.shape[1]):
        x1, x2 = inputs[:, t, 0], inputs[:, t, 1]
        content = np.where(x2 == 1, content + x1, np.where(x2 == -1, 0, content))
        contents[:, t] = content
    return contents


def answers(inputs: Array) -> Array:
    """Return the memory of inputs (N, T, 3) where x3 = 1, and 0 elsewhere, (N, T).

    >>> answers(LECTURE[None]).tolist()
    [[0, 0, 0, 0, 0, 7, 0, 0, 6]]
    """
    return memory(inputs) * (inputs[..., 2] == 1)


class Register(NumberTask):
    """x2 = 1 adds x1 to the memory, x2 = -1 resets it to 0; y is the memory where x3 = 1, and 0 elsewhere.

        x1   1  3  2  4  2  1  3  6  1
        x2   0  1  0  1  0  0 -1  1  0
        x3   0  0  0  0  0  1  0  0  1
        y    0  0  0  0  0  7  0  0  6

    Every step has a target and a loss, but only steps with x3 = 1 count in the scores; an answer is right when it
    rounds to y. A step that adds or resets does so before it puts out the memory. Source: the lecture's LSTM example.
    """

    axis = "length"
    longer = LONGER
    has_hand_set_network = True
    literature = "The lecture sets the weights of an LSTM by hand and reports no training."

    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="steps in a sequence")
    largest: int = Field(default=6, ge=1, le=1000, description="largest x1; it is drawn from 1 to this number")
    add: float = Field(default=0.25, gt=0, lt=1, description="probability that a step adds (x2 = 1)")
    reset: float = Field(default=0.15, gt=0, lt=1, description="probability that a step resets the memory (x2 = -1)")
    ask: float = Field(default=0.25, gt=0, lt=1, description="probability that a step puts out the memory (x3 = 1)")

    @property
    def memoryless_score(self) -> float:
        """Return the squared error of the best answer without memory, which takes the memory to be its mean.

        It is the variance of the memory before a step with x3 = 1, times the probability that the step does not reset.
        """
        probabilities = self._distribution_before_question()
        values = np.arange(len(probabilities))
        return float((1 - self.reset) * (probabilities @ values**2 - (probabilities @ values) ** 2))

    @property
    def memoryless_accuracy(self) -> float:
        """Return the accuracy of the answer that takes the memory to be 0, its most frequent value, before the step."""
        return float(self.reset + (1 - self.reset) * self._distribution_before_question()[0])

    @property
    def n_distinct(self) -> int:
        """Return the number of distinct sequences: x1 and x2 are free, and x3 is 1 at least once."""
        return (3 * self.largest) ** self.length * (2**self.length - 1)

    def invalid_reason(self) -> str:
        """Return a message where the memory can hold too large a value, or no step keeps it."""
        work = self.length**2 * self.largest
        if work > MAX_WORK:
            return f"length x length x largest is {work:,}; at most {MAX_WORK:,} will do"
        return "add and reset together must be less than 1" if self.add + self.reset >= 1 else ""

    def draw(self, rng: np.random.Generator) -> Array:
        """Return x1, x2 and x3 of every step, (T, 3)."""
        x1 = rng.integers(1, self.largest + 1, self.length)
        x2 = rng.choice([1, -1, 0], size=self.length, p=[self.add, self.reset, 1 - self.add - self.reset])
        x3 = rng.random(self.length) < self.ask
        x3[-1] |= not x3.any()
        return np.stack([x1, x2, x3], axis=-1).astype(np.int64)

    def examples(self, test: Sequence[Array]) -> list[Array]:
        """Return the lecture's example."""
        return [LECTURE]

    def answers(self, inputs: Array) -> Array:
        """Return the memory where x3 = 1, else 0."""
        return answers(inputs)

    def stored(self, split: Split) -> Array:
        """Return the content of the memory after each step, (S,)."""
        return memory(split.inputs.reshape(len(split), -1, 3)).reshape(-1)

    def has_target(self, inputs: Array) -> Array:
        """Return where x3 = 1: only these steps count in the scores."""
        return inputs[..., 2] == 1

    def memoryless_answer(self, inputs: Array) -> Array:
        """Return the answer that is right when the memory had its most frequent value before the step."""
        frequent = int(np.argmax(self.memory_distribution()))
        x1, x2, x3 = inputs.T
        return np.where(x3 == 1, np.where(x2 == 1, frequent + x1, np.where(x2 == -1, 0, frequent)), 0)

    def memory_distribution(self) -> Array:
        """Return the probability of each value (0, 1, ...) of the memory before a step, averaged over all steps."""
        return _distribution_before(self.length, self.largest, self.add, self.reset, None)

    def _distribution_before_question(self) -> Array:
        """Return the probability of each value of the memory before a step with x3 = 1.

        The last step has x3 = 1 a little more often than others: also where no other step has.
        """
        return _distribution_before(self.length, self.largest, self.add, self.reset, self.ask)


@functools.lru_cache(maxsize=128)
def _distribution_before(length: int, largest: int, add: float, reset: float, ask: float | None) -> Array:
    """Return the probability of each value of the memory before a step, or, given `ask`, before one with x3 = 1."""
    weights = np.ones(length) if ask is None else np.full(length, ask)
    weights[-1] += 0 if ask is None else (1 - ask) ** length
    step = np.array([1 - add - reset, *[add / largest] * largest])
    average, present = np.zeros(length * largest + 1), np.ones(1)
    for weight in weights / weights.sum():
        average[: len(present)] += weight * present
        present = np.convolve(present, step)
        present[0] += reset
        present = present[: np.flatnonzero(present > MIN_PROBABILITY)[-1] + 1]
    return average
