"""Long short-term memory."""

from typing import ClassVar

from rnnbench.cells import Signals
from rnnbench.memory_cell import MemoryCell


class Lstm(MemoryCell):
    """The usual LSTM: all four inputs of the memory cell read x and the output of the step before.

    Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000). The same as torch.nn.LSTM,
    with one bias instead of two.
    """

    states: ClassVar[tuple[str, ...]] = ("a", "c")
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a, c and the three gates."""
        return self.remember(s, memory)
