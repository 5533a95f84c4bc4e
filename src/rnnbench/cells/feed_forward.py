"""The hidden layer of a feed-forward network."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class FeedForward(Cell):
    """No memory: the same input always gives the same output.

        a = tanh(W x + b)

    The lecture begins with this network.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)

    activation: ActivationName = Field(default="tanh", description="activation of z")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a."""
        return Signals(a=activation(self.activation)(s.z))
