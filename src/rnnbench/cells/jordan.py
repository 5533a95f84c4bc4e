"""The recurrent network whose hidden layer reads the network's last output."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class Jordan(Cell):
    """The hidden layer reads the network's output of the step before.

        a = tanh(W x + U y_before + b)
        y = output(V a + b_y)

    Jordan (1986), "Serial order". For labels, output is the softmax and y their distribution; for numbers, y is the
    number itself. y is the network's own answer in training too, never the target. With two directions each reads a y
    of its own, computed by its own half of the readout, because the joint output needs both directions.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)
    states: ClassVar[tuple[str, ...]] = ("y",)
    feedback: ClassVar[tuple[str, ...]] = ("y",)

    activation: ActivationName = Field(default="tanh", description="activation of z")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a and y."""
        a = activation(self.activation)(s.z)
        return Signals(a=a, y=weights.output(a))
