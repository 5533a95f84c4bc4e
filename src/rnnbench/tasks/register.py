"""The lecture's register: add to a memory, reset it, put it out when asked."""

import functools
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from rnnbench.common.typing import Array
from rnnbench.data.corpus import Split
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import LONGER, NumberTask

LECTURE = np.array([[1, 0, 0], [3, 1, 0], [2, 0, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0], [6, 1, 0], [1, 0, 1]])
"""(9, 3) the lecture's example, whose answers are 0 0 0 0 0 7 0 0 6."""

MAX_VALUES = 10_000_000
"""Length x length x largest: the exact score without memory takes two seconds at ten times the length."""
NEVER = 1e-30
"""Values of the memory that are less likely than this, and all larger ones, are left out."""


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


class Register(NumberTask):
    """Add x1 to the memory where x2 = 1, empty it where x2 = -1, put it out where x3 = 1, else put out 0.

        x1   1  3  2  4  2  1  3  6  1
        x2   0  1  0  1  0  0 -1  1  0
        x3   0  0  0  0  0  1  0  0  1
        y    0  0  0  0  0  7  0  0  6

    Only the steps that ask (x3 = 1) count in the scores, though all have a loss; an answer is right when it rounds to
    y. Source: the lecture's LSTM example. A step that adds or empties does so before it puts out.
    """

    axis = "length"
    longer = LONGER
    has_hand_set_network = True
    literature = "The lecture sets the weights of an LSTM by hand and reports no training."

    length: int = Field(default=20, ge=2, le=MAX_LENGTH, description="steps in a sequence")
    largest: int = Field(default=6, ge=1, le=1000, description="x1 is drawn from 1 to this")
    add: float = Field(default=0.25, gt=0, lt=1, description="probability that a step adds")
    reset: float = Field(default=0.15, gt=0, lt=1, description="probability that a step empties the memory")
    ask: float = Field(default=0.25, gt=0, lt=1, description="probability that a step asks for the memory")

    @property
    def memoryless_score(self) -> float:
        """Return the squared error of one who takes the memory for its mean before a step that asks: its variance.

        A step that empties it needs no memory.
        """
        held = self._before_a_question()
        values = np.arange(len(held))
        return float((1 - self.reset) * (held @ values**2 - (held @ values) ** 2))

    @property
    def memoryless_accuracy(self) -> float:
        """Return the share of right answers of one who takes the memory for empty, as it most often is."""
        return float(self.reset + (1 - self.reset) * self._before_a_question()[0])

    @property
    def n_distinct(self) -> int:
        """Return how many sequences there are: x1 and x2 are free, and at least one step asks."""
        return (3 * self.largest) ** self.length * (2**self.length - 1)

    def invalid_reason(self) -> str:
        """Return that no step is left that keeps the memory, or that it can hold too much, where that is so."""
        if self.length**2 * self.largest > MAX_VALUES:
            return f"length x length x largest is {self.length**2 * self.largest:,}; at most {MAX_VALUES:,} will do"
        return "add and reset together must be less than 1" if self.add + self.reset >= 1 else ""

    def draw(self, rng: np.random.Generator) -> Array:
        """Return x1, x2 and x3 of every step, (T, 3)."""
        x1 = rng.integers(1, self.largest + 1, self.length)
        x2 = rng.choice([1, -1, 0], size=self.length, p=[self.add, self.reset, 1 - self.add - self.reset])
        x3 = rng.random(self.length) < self.ask
        x3[-1] |= not x3.any()
        return np.stack([x1, x2, x3], axis=-1).astype(np.int64)

    def examples(self, test: Sequence[Array]) -> list[Array]:
        """Return the lecture's own."""
        return [LECTURE]

    def answers(self, inputs: Array) -> Array:
        """Return the memory where it is asked for, else 0."""
        return answers(inputs)

    def stored(self, split: Split) -> Array:
        """Return what the memory holds after each step."""
        return memory(split.inputs.reshape(len(split), -1, 3)).reshape(-1)

    def has_target(self, inputs: Array) -> Array:
        """Return where x3 = 1."""
        return inputs[..., 2] == 1

    def memoryless_answer(self, inputs: Array) -> Array:
        """Return what is right when the memory holds its most frequent value."""
        frequent = int(np.argmax(self.memory_distribution()))
        x1, x2, x3 = inputs.T
        return np.where(x3 == 1, np.where(x2 == 1, frequent + x1, np.where(x2 == -1, 0, frequent)), 0)

    def memory_distribution(self) -> Array:
        """Return the probability of each value (0, 1, ...) of the memory before a step, all steps taken together."""
        return _before(self.length, self.largest, self.add, self.reset, None)

    def _before_a_question(self) -> Array:
        """Return the probability of each value of the memory before a step that asks.

        The last step asks a little more often than others: where no other step did.
        """
        return _before(self.length, self.largest, self.add, self.reset, self.ask)


@functools.lru_cache(maxsize=128)
def _before(length: int, largest: int, add: float, reset: float, ask: float | None) -> Array:
    """Return the probability of each value of the memory before a step, or before one that asks."""
    weights = np.ones(length) if ask is None else np.full(length, ask)
    weights[-1] += 0 if ask is None else (1 - ask) ** length
    step = np.array([1 - add - reset, *[add / largest] * largest])
    found, now = np.zeros(length * largest + 1), np.ones(1)
    for weight in weights / weights.sum():
        found[: len(now)] += weight * now
        now = np.convolve(now, step)
        now[0] += reset
        now = now[: np.flatnonzero(now > NEVER)[-1] + 1]
    return found
