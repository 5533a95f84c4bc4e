"""The adding problem: the sum of two marked numbers among many."""

import math

import numpy as np
from pydantic import Field

from rnnbench.common.typing import Array
from rnnbench.tasks._base import MAX_LENGTH
from rnnbench.tasks._memory import NumberTask


class Adding(NumberTask):
    """Each step has a number from 0 to 1 and a mark; the target at the end is the sum of the two marked numbers.

        number   0.5   0.1   0.9   0.3   0.2   0.7
        mark      0     1     0     0     1     0
        y         -     -     -     -     -    0.3

    >>> numbers, marks = [0.5, 0.1, 0.9, 0.3, 0.2, 0.7], [0, 1, 0, 0, 1, 0]
    >>> Adding(length=6).answers(np.stack([numbers, marks], axis=-1)[None]).round(6)
    array([[nan, nan, nan, nan, nan, 0.3]])

    Hochreiter & Schmidhuber (1997), "Long short-term memory", experiment 4, in the coding of Le et al. (2015) and
    Arjovsky et al. (2016): numbers from 0 to 1 in place of -1 to 1, the sum in place of 0.5 + sum / 4, one mark in each
    half. An answer is right when it is closer than 0.16, four times the 0.04 of 1997. The constant answer 1 has a mean
    squared error of 1/6.
    """

    tolerance = 0.16
    axis = "length"
    literature = (
        "Hochreiter & Schmidhuber (1997): an LSTM solves sequences of about 100 steps after 74,000 of them; Le et "
        "al. (2015): at 150 steps a network that starts at the identity and an LSTM solve it, one with tanh does not. "
        "In 1997 the numbers lie between -1 and 1, and sequences are about 100 steps long, not all the same."
    )

    length: int = Field(default=50, ge=2, le=MAX_LENGTH, description="steps in a sequence")

    @property
    def lag(self) -> int:
        """Return the fewest steps from the first marked number to the end."""
        return self.length - self._half

    @property
    def memoryless_score(self) -> float:
        """Return the smallest squared error without memory: the variance of the unknown numbers, 1/12 for each."""
        return (1 - self._last_is_marked) / 6 + self._last_is_marked / 12

    @property
    def memoryless_accuracy(self) -> float:
        """Return the expected accuracy of `memoryless_answer`.

        The sum of two uniform numbers is closer than d to 1 with probability 1 - (1 - d)^2. When one of them is known,
        the sum is closer than d to its mean with probability 2 d. The last number is marked as often as the others of
        its half.
        """
        marked = self._last_is_marked
        return (1 - marked) * (1 - (1 - self.tolerance) ** 2) + marked * 2 * self.tolerance

    @property
    def paper_score(self) -> tuple[str, float]:
        """Return the mean squared error of the constant answer 1: the variance of the sum."""
        return "squared_error", 1 / 6

    @property
    def n_distinct(self) -> float:
        """Infinite: inputs are real numbers."""
        return math.inf

    @property
    def _last_is_marked(self) -> float:
        """Return the probability that the last number is marked."""
        return 1 / (self.length - self._half)

    @property
    def _half(self) -> int:
        return self.length // 2

    def draw(self, rng: np.random.Generator) -> Array:
        """Return a number and a mark for each step, (T, 2)."""
        marks = np.zeros(self.length)
        marks[[rng.integers(self._half), rng.integers(self._half, self.length)]] = 1
        return np.stack([rng.random(self.length), marks], axis=-1).astype(np.float32)

    def answers(self, inputs: Array) -> Array:
        """Return the sum at the last step."""
        targets = np.full(inputs.shape[:2], np.nan)
        targets[:, -1] = (inputs[..., 0] * inputs[..., 1]).sum(1)
        return targets

    def memoryless_answer(self, inputs: Array) -> Array:
        """Return 1, or the number plus 0.5 where it is marked: the expected sum at the last step."""
        number, mark = inputs.T
        return np.where(mark == 1, number + 0.5, 1.0)
