"""The simple recurrent network, whose hidden layer reads its own last output."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals
from rnnbench.cells._initializers import Initializer


class Elman(Cell):
    """The hidden layer reads its own output of the step before.

        a = tanh(W x + U a_before + b)

    Elman (1990), "Finding structure in time". The same as torch.nn.RNN, with one bias instead of two. With the
    activation relu and the start identity it is the IRNN of Le, Jaitly & Hinton (2015), except that their initial W is
    smaller.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)
    states: ClassVar[tuple[str, ...]] = ("a",)
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    start_settings: ClassVar[tuple[str, ...]] = ("start",)

    activation: ActivationName = Field(default="tanh", description="activation of z")
    start: Initializer = Field(
        default="uniform", description="initializer of U: uniform in ±1/sqrt(H), orthogonal, or identity"
    )

    def recurrent_initializer(self) -> Initializer:
        """Return the initializer of U."""
        return self.start

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a."""
        return Signals(a=activation(self.activation)(s.z))
