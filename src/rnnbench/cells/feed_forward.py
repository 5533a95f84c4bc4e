"""The feed-forward network's hidden layer."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class FeedForward(Cell):
    """No memory: the same input always gives the same output.

        a = tanh(W x + b)

    What the lecture begins with.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)

    activation: ActivationName = Field(default="tanh", description="what makes a of z")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a."""
        return Signals(a=activation(self.activation)(s.z))
