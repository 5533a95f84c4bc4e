"""Long short-term memory."""

from typing import ClassVar

from rnnbench.cells._base import Signals
from rnnbench.cells._memory_cell import MemoryCell


class Lstm(MemoryCell):
    """The usual LSTM: all four inputs of the memory cell read x and the output a of the step before.

        z, z_i, z_f, z_o  each  W x + U a_before + b, with weights of its own
        c = g(z) f(z_i) + c_before f(z_f)
        a = h(c) f(z_o)

    Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000). The same as torch.nn.LSTM,
    with one bias instead of two.
    """

    states: ClassVar[tuple[str, ...]] = ("a", "c")
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.memory_cell_step(s, memory)
