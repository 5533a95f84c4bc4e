"""The recurrent network that stores its output."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class Jordan(Cell):
    """The network's output is stored and read again at the next step.

        a = tanh(W x + U y_before + b)
        y = output(V a + b_y)

    Jordan (1986), "Serial order". y is the distribution over labels (softmax), or the number itself for
    tasks with numbers; it is the network's own answer, in training too. With two directions each reads its
    own y, made by its own half of the readout, since the joint output is not known before both have run.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)
    states: ClassVar[tuple[str, ...]] = ("y",)
    feedback: ClassVar[tuple[str, ...]] = ("y",)

    activation: ActivationName = Field(default="tanh", description="what makes a of z")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a and y."""
        a = activation(self.activation)(s.z)
        return Signals(a=a, y=weights.output(a))
