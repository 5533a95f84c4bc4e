"""The lecture's peephole LSTM: the gates see the memory cell too."""

from typing import ClassVar

from rnnbench.cells import Signals
from rnnbench.memory_cell import MemoryCell


class LstmPeephole(MemoryCell):
    """All four inputs of the memory cell read x, a and c of the step before, joined, through full matrices.

    As the lecture draws it. `lstm_peephole_diagonal` is the one of the literature.
    """

    states: ClassVar[tuple[str, ...]] = ("a", "c")
    feedback: ClassVar[tuple[str, ...]] = ("a", "c")

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.remember(s, memory)
