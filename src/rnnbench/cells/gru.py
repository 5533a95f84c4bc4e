"""The gated recurrent unit."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from rnnbench.cells._activations import activation
from rnnbench.cells._base import Cell, Signals


class Gru(Cell):
    """Two gates: r is how much of the memory the candidate n reads, u how much of the memory stays.

        r = f(W_r x + U_r a_before + b_r)
        u = f(W_u x + U_u a_before + b_u)
        m = U_n a_before + b_m
        n = tanh(W_n x + b_n + r m)
        a = (1 - u) n + u a_before

    Cho et al. (2014), in the variant of torch.nn.GRU and cuDNN: r acts after the product with U_n, not before it. u is
    z elsewhere. torch.nn.GRU has two biases for r and for u; here they have one. All biases start at 0, so that about
    half of the memory stays at each step; a larger initial bias of u keeps more of it (Tallec & Ollivier 2018, "Can
    recurrent neural networks warp time?").
    """

    gates: ClassVar[tuple[str, ...]] = ("r", "u")
    input_gates: ClassVar[tuple[str, ...]] = ("n",)
    memory_gates: ClassVar[tuple[str, ...]] = ("m",)
    states: ClassVar[tuple[str, ...]] = ("a",)
    feedback: ClassVar[tuple[str, ...]] = ("a",)

    start_settings: ClassVar[tuple[str, ...]] = ("update_bias",)

    update_bias: float = Field(
        default=0.0, ge=-100, le=100, description="initial bias of u; above 0, more of the memory stays"
    )

    def initial_bias(self) -> Mapping[str, float]:
        """Return the initial bias of u."""
        return {"u": self.update_bias}

    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return a and both gates."""
        f, tanh = activation("sigmoid"), activation("tanh")
        r, u = f(s.r), f(s.u)
        n = tanh(s.n + r * s.m)
        return Signals(a=n + u * (memory.a - n), r=r, u=u)
