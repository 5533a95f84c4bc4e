"""Gated recurrent unit."""

from typing import ClassVar

from rnnbench.activation import activation
from rnnbench.cells import Cell, Signals


class Gru(Cell):
    """Two gates: r says how much memory the candidate n reads, u how much of the memory stays.

        r = f(W_r x + U_r a_before + b_r)
        u = f(W_u x + U_u a_before + b_u)
        n = tanh(W_n x + b_n + r (U_n a_before + b_m))
        a = (1 - u) n + u a_before

    Cho et al. (2014), in the variant of torch.nn.GRU and cuDNN: r acts after the product with U_n, not
    before it. u is elsewhere called z. torch.nn.GRU has two biases for r and for u, here they have one.
    """

    gates: ClassVar[tuple[str, ...]] = ("r", "u")
    input_gates: ClassVar[tuple[str, ...]] = ("n",)
    memory_gates: ClassVar[tuple[str, ...]] = ("m",)
    states: ClassVar[tuple[str, ...]] = ("a",)
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a and both gates."""
        f, tanh = activation("sigmoid"), activation("tanh")
        r, u = f(s.r), f(s.u)
        n = tanh(s.n + r * s.m)
        return Signals(a=n + u * (memory.a - n), r=r, u=u)
