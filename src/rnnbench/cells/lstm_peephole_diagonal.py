"""The peephole LSTM of the literature: each gate reads the memory cell of its own unit."""

from typing import ClassVar

from rnnbench.cells._activations import activation
from rnnbench.cells._base import Signals
from rnnbench.cells._memory_cell import MemoryCell


class LstmPeepholeDiagonal(MemoryCell):
    """The LSTM whose input and forget gates read c of the step before, and whose output gate reads c of this step.

        z, z_i, z_f, z_o  each  W x + U a_before + b, with weights of its own
        c = g(z) f(z_i + p_i c_before) + c_before f(z_f + p_f c_before)
        a = h(c) f(z_o + p_o c)

    Gers & Schmidhuber (2000), "Recurrent nets that time and count". p_i, p_f, p_o hold one number for each unit.
    """

    states: ClassVar[tuple[str, ...]] = ("a", "c")
    feedback: ClassVar[tuple[str, ...]] = ("a",)
    vectors: ClassVar[tuple[str, ...]] = ("p_i", "p_f", "p_o")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        f, g, h = activation("sigmoid"), activation(self.g), activation(self.h)
        write = f(s.z_i + weights.p_i * memory.c)
        keep = f(s.z_f + weights.p_f * memory.c)
        c_next = g(s.z) * write + memory.c * keep
        read = f(s.z_o + weights.p_o * c_next)
        return Signals(a=h(c_next) * read, c=c_next, write=write, keep=keep, read=read)
