"""The adding problem: the sum of two marked numbers among many."""

import math

import numpy as np
from pydantic import Field

from rnnbench.common.typing import Array
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import NumberTask


class Adding(NumberTask):
    """Each step shows a number from 0 to 1 and a mark; at the end the sum of the two marked numbers is asked for.

        number   0.5   0.1   0.9   0.3   0.2   0.7
        mark      0     1     0     0     1     0
        y         -     -     -     -     -    0.3

    >>> numbers, marks = [0.5, 0.1, 0.9, 0.3, 0.2, 0.7], [0, 1, 0, 0, 1, 0]
    >>> Adding(length=6).answers(np.stack([numbers, marks], axis=-1)[None]).round(6)
    array([[nan, nan, nan, nan, nan, 0.3]])

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 4, in the coding of Le et al. (2015) and
    Arjovsky et al. (2016): numbers from 0 to 1 in place of -1 to 1, the sum in place of 0.5 + sum / 4, one mark in each
    half. An answer is right when it is closer than 0.16, four times the 0.04 of 1997. Who always says 1 has a mean
    squared error of 1/6.
    """

    tolerance = 0.16
    axis = "length"
    literature = (
        "Hochreiter & Schmidhuber (1997): an LSTM solves sequences of about 100 steps after 74,000 of them; Le et "
        "al. (2015): at 150 steps a network with an identity start and an LSTM solve it, one with tanh does not."
    )

    length: int = Field(default=50, ge=2, le=MAX_LENGTH, description="steps in a sequence")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first marked number to the end."""
        return self.length - self._half

    @property
    def memoryless_score(self) -> float:
        """Return the squared error of the same answers: the variance of what is not known, 1/12 for each number."""
        return (1 - self._last_is_marked) / 6 + self._last_is_marked / 12

    @property
    def memoryless_accuracy(self) -> float:
        """Return the share of right answers of one who says 1, or half a step more than a last number that is marked.

        The sum of two even numbers is closer to 1 than d with probability 1 - (1 - d)^2; of one that is known and one
        that is not, it is closer than d to their mean with probability 2 d. The last number is marked as often as any
        other of its half.
        """
        marked = self._last_is_marked
        return (1 - marked) * (1 - (1 - self.tolerance) ** 2) + marked * 2 * self.tolerance

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the mean squared error of the constant answer 1: the variance of the sum."""
        return "squared_error", 1 / 6

    @property
    def n_distinct(self) -> float:
        """Return that sequences of real numbers have no end."""
        return math.inf

    @property
    def _last_is_marked(self) -> float:
        """Return the probability of that."""
        return 1 / (self.length - self._half)

    @property
    def _half(self) -> int:
        return self.length // 2

    def draw(self, rng: np.random.Generator) -> Array:
        """Return numbers and marks, (T, 2)."""
        marks = np.zeros(self.length)
        marks[[rng.integers(self._half), rng.integers(self._half, self.length)]] = 1
        return np.stack([rng.random(self.length), marks], axis=-1).astype(np.float32)

    def answers(self, inputs: Array) -> Array:
        """Return the sum at the last step."""
        targets = np.full(inputs.shape[:2], np.nan)
        targets[:, -1] = (inputs[..., 0] * inputs[..., 1]).sum(1)
        return targets

    def memoryless_answer(self, inputs: Array) -> Array:
        """Return 1, or the number plus 0.5 where it is marked."""
        number, mark = inputs.T
        return np.where(mark == 1, number + 0.5, 1.0)
