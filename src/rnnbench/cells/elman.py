"""The simple recurrent network."""

from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals
from rnnbench.cells._initializers import Initializer


class Elman(Cell):
    """The hidden layer's output is stored and read again at the next step.

        a = tanh(W x + U a_before + b)

    Elman (1990), "Finding structure in time". The same as torch.nn.RNN, with one bias instead of two. With activation
    relu and start identity it is the IRNN of Le, Jaitly & Hinton (2015), whose W starts smaller.
    """

    gates: ClassVar[tuple[str, ...]] = ("z",)
    states: ClassVar[tuple[str, ...]] = ("a",)
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    start_settings: ClassVar[tuple[str, ...]] = ("start",)

    activation: ActivationName = Field(default="tanh", description="what makes a of z")
    start: Initializer = Field(
        default="uniform", description="how U starts: uniform in ±1/sqrt(H), orthogonal, or identity"
    )

    def recurrent_initializer(self) -> Initializer:
        """Return how U starts."""
        return self.start

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a."""
        return Signals(a=activation(self.activation)(s.z))
