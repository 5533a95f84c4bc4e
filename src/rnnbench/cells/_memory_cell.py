"""The lecture's memory cell, which every LSTM is built on."""

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import ActivationName, activation
from rnnbench.cells._base import Cell, Signals


class MemoryCell(Cell, ABC):
    """A cell with four inputs (z to be stored; z_i, z_f, z_o for the gates), a content c and an output a.

        c = g(z) f(z_i) + c_before f(z_f)
        a = h(c) f(z_o)

    Variants differ in what the four inputs read. By default g and h are tanh, and the forget gate starts open: its bias
    is 1 (Jozefowicz et al. 2015), all other biases are 0.
    """

    gates: ClassVar[tuple[str, ...]] = ("z", "z_i", "z_f", "z_o")

    start_settings: ClassVar[tuple[str, ...]] = ("forget_bias",)

    g: ActivationName = Field(default="tanh", description="activation of the input z")
    h: ActivationName = Field(default="tanh", description="activation of the content c before it is put out")
    forget_bias: float = Field(default=1.0, ge=-100, le=100, description="initial bias of the forget gate")

    def initial_bias(self) -> Mapping[str, float]:
        """Return the initial bias of the forget gate."""
        return {"z_f": self.forget_bias}

    def memory_cell_step(self, s: Signals, memory: Signals) -> Signals:
        """Return a, c and the three gates after one step: write = f(z_i), keep = f(z_f) and read = f(z_o).

        An open forget gate, f(z_f) = 1, keeps c.
        """
        f, g, h = activation("sigmoid"), activation(self.g), activation(self.h)
        write, keep, read = f(s.z_i), f(s.z_f), f(s.z_o)
        c_next = g(s.z) * write + memory.c * keep
        return Signals(a=h(c_next) * read, c=c_next, write=write, keep=keep, read=read)
