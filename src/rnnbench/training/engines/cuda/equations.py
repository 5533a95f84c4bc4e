"""The pointwise part of each cell, forward and back, on a tile of units: (sequences of the block, H) for each name.

A function gets the gates before their activation, in the order `gates`, `input_gates`, `memory_gates`; the signals of
the step before (a, then c where there is one); and the cell's vectors. It returns the signals of this step, and what
going back needs besides them. Its partner `..._back` gets the loss's gradient by each signal, what was saved, the
signals of this step and of the one before, and the vectors; it returns the gradients by each gate, by each signal
before (through this part alone), and by each vector.
"""

# pyright: reportIndexIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# Triton's own types: a tuple of tiles is a tuple to its compiler, not to a checker.

from dataclasses import dataclass
from typing import Any

import triton
import triton.language as tl


@triton.jit
def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + tl.exp(-x))


@triton.jit
def tanh(x):
    """Return tanh x; near 0 by its series, since a difference of two numbers near 1 has few digits there."""
    square = x * x
    series = x * (1.0 + square * (-1.0 / 3.0 + square * (2.0 / 15.0 - square * (17.0 / 315.0))))
    return tl.where(square < 0.01, series, 2.0 * sigmoid(2.0 * x) - 1.0)


@triton.jit
def activate(x, name: tl.constexpr):
    """Return the activation of that name."""
    if name == "tanh":
        return tanh(x)
    if name == "sigmoid":
        return sigmoid(x)
    if name == "relu":
        return tl.where(x < 0.0, 0.0, x)
    return x


@triton.jit
def slope(y, name: tl.constexpr):
    """Return an activation's derivative from what it put out."""
    if name == "tanh":
        return 1.0 - y * y
    if name == "sigmoid":
        return y * (1.0 - y)
    if name == "relu":
        return tl.where(y > 0.0, 1.0, 0.0)
    return tl.full(y.shape, 1.0, tl.float32)


@triton.jit
def simple(gates, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """a = tanh(z): Elman's and Jordan's network."""
    return (activate(gates[0], first),), ()


@triton.jit
def simple_back(d, saved, now, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """Go back through `simple`."""
    return (d[0] * slope(now[0], first),), (tl.zeros_like(d[0]),), ()


@triton.jit
def lstm(gates, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """c = g(z) f(z_i) + c_before f(z_f), a = h(c) f(z_o): every LSTM but one."""
    z, z_i, z_f, z_o = gates
    stored, write, keep, read = activate(z, first), sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
    c = stored * write + before[1] * keep
    return (activate(c, second) * read, c), (stored, write, keep, read)


@triton.jit
def lstm_back(d, saved, now, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """Go back through `lstm`."""
    stored, write, keep, read = saved
    told = activate(now[1], second)
    d_c = d[1] + d[0] * read * slope(told, second)
    d_z, d_i, d_f = d_c * write * slope(stored, first), d_c * stored, d_c * before[1]
    d_o = d[0] * told * slope(read, "sigmoid")
    gates = (d_z, d_i * slope(write, "sigmoid"), d_f * slope(keep, "sigmoid"), d_o)
    return gates, (tl.zeros_like(d_c), d_c * keep), ()


@triton.jit
def peephole_lstm(gates, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """As `lstm`, with p_i c_before in z_i, p_f c_before in z_f and p_o c in z_o."""
    z, z_i, z_f, z_o = gates
    p_i, p_f, p_o = vectors
    stored = activate(z, first)
    write, keep = sigmoid(z_i + p_i * before[1]), sigmoid(z_f + p_f * before[1])
    c = stored * write + before[1] * keep
    read = sigmoid(z_o + p_o * c)
    return (activate(c, second) * read, c), (stored, write, keep, read)


@triton.jit
def peephole_lstm_back(d, saved, now, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """Go back through `peephole_lstm`: c is seen by the output gate, c_before by the two others."""
    p_i, p_f, p_o = vectors
    d_o = d[0] * activate(now[1], second) * slope(saved[3], "sigmoid")
    gates, past, _ = lstm_back((d[0], d[1] + p_o * d_o), saved, now, before, (), first, second)
    d_i, d_f = gates[1], gates[2]
    return gates, (past[0], past[1] + p_i * d_i + p_f * d_f), (d_i * before[1], d_f * before[1], d_o * now[1])


@triton.jit
def gru(gates, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """n = tanh(n + r m), a = (1 - u) n + u a_before."""
    r, u, m = sigmoid(gates[0]), sigmoid(gates[1]), gates[3]
    n = tanh(gates[2] + r * m)
    return (n + u * (before[0] - n),), (r, u, n, m)


@triton.jit
def gru_back(d, saved, now, before, vectors, first: tl.constexpr, second: tl.constexpr):
    """Go back through `gru`."""
    r, u, n, m = saved
    d_n = d[0] * (1.0 - u) * slope(n, "tanh")
    d_r, d_u = d_n * m * slope(r, "sigmoid"), d[0] * (before[0] - n) * slope(u, "sigmoid")
    return (d_r, d_u, d_n, d_n * r), (d[0] * u,), ()


@dataclass(frozen=True)
class Equations:
    """The functions of a cell, and how many numbers a unit saves at each step for the way back."""

    forward: Any
    back: Any
    saved: int


EQUATIONS = {
    "elman": Equations(simple, simple_back, 0),
    "jordan": Equations(simple, simple_back, 0),
    "lstm": Equations(lstm, lstm_back, 4),
    "lstm_no_feedback": Equations(lstm, lstm_back, 4),
    "lstm_peephole": Equations(lstm, lstm_back, 4),
    "lstm_peephole_diagonal": Equations(peephole_lstm, peephole_lstm_back, 4),
    "gru": Equations(gru, gru_back, 4),
}
"""Kind of cell -> its equations here; what they read besides the input, and what y is made of, is the loop's affair."""
