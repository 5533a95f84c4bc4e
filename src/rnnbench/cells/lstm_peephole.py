"""The lecture's peephole LSTM: the gates read the memory cells too."""

from typing import ClassVar

from rnnbench.cells._base import Signals
from rnnbench.cells._memory_cell import MemoryCell


class LstmPeephole(MemoryCell):
    """All four inputs of the memory cell read x, a and c of the step before, joined, through full matrices.

        z, z_i, z_f, z_o  each  W x + U a_before + P c_before + b, with weights of its own
        c = g(z) f(z_i) + c_before f(z_f)
        a = h(c) f(z_o)

    As the lecture draws it. `lstm_peephole_diagonal` is the variant of the literature.
    """

    states: ClassVar[tuple[str, ...]] = ("a", "c")
    feedback: ClassVar[tuple[str, ...]] = ("a", "c")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.memory_cell_step(s, memory)
