"""The lecture's memory cell, which every LSTM is built around."""

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class MemoryCell(Cell, ABC):
    """A cell with four inputs (z to be stored; z_i, z_f, z_o for the gates) and one output a; it holds c.

    Variants differ in what the four inputs read. The forget gate starts open (bias 1, Jozefowicz et al.
    2015), all other biases at 0; g and h are tanh.
    """

    gates: ClassVar[tuple[str, ...]] = ("z", "z_i", "z_f", "z_o")

    start_settings: ClassVar[tuple[str, ...]] = ("forget_bias",)

    g: ActivationName = Field(default="tanh", description="activation of what is to be stored")
    h: ActivationName = Field(default="tanh", description="activation of what is put out")
    forget_bias: float = Field(default=1.0, ge=-100, le=100, description="the forget gate's bias at the start")

    def initial_bias(self) -> Mapping[str, float]:
        """Return the forget gate's bias."""
        return {"z_f": self.forget_bias}

    def remember(self, s: Signals, memory: Signals) -> Signals:
        """Return c_next = g(z) f(z_i) + c f(z_f) and a = h(c_next) f(z_o), with the three gates.

        An open forget gate, f(z_f) = 1, remembers.
        """
        f, g, h = activation("sigmoid"), activation(self.g), activation(self.h)
        write, keep, read = f(s.z_i), f(s.z_f), f(s.z_o)
        c_next = g(s.z) * write + memory.c * keep
        return Signals(a=h(c_next) * read, c=c_next, write=write, keep=keep, read=read)
