"""The lecture's first LSTM network: the gates read the input alone."""

from typing import ClassVar

from rnnbench.cells._base import Signals
from rnnbench.cells._memory_cell import MemoryCell


class LstmNoFeedback(MemoryCell):
    """All four inputs of the memory cell read x and nothing else; only c remembers.

        z, z_i, z_f, z_o  each  W x + b, with weights of its own
        c = g(z) f(z_i) + c_before f(z_f)
        a = h(c) f(z_o)

    The lecture's first LSTM network: no gate reads the output of a cell.
    """

    states: ClassVar[tuple[str, ...]] = ("c",)

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.memory_cell_step(s, memory)
