"""The lecture's first LSTM network: the gates see the input alone."""

from typing import ClassVar

from rnnbench.cells import Signals
from rnnbench.memory_cell import MemoryCell


class LstmNoFeedback(MemoryCell):
    """All four inputs of the memory cell read x and nothing else; only c remembers."""

    states: ClassVar[tuple[str, ...]] = ("c",)

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.remember(s, memory)
