"""The pointwise part of each cell, forward and backward, on tiles of shape (sequences of the block, H).

A forward function takes the gates before their activation, in the order `gates`, `input_gates`, `memory_gates`; the
signals of the previous step (a, then c for a memory cell); and the cell's vectors. It returns the signals of this step,
and the values that its backward function needs besides them. The function `..._back` takes the gradient d of the loss
with respect to each signal, the saved values, the signals of this step and of the previous one, and the vectors. It
returns the gradients with respect to each gate, each previous signal (through the pointwise part only) and each vector.

`first` and `second` name the cell's activations.
"""

# pyright: reportIndexIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# Triton's compiler supports tuples of tiles, but its type annotations do not.

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
    """Return tanh x; near 0 by its Taylor series, since 2 sigmoid(2 x) - 1 loses digits to cancellation there."""
    square = x * x
    series = x * (1.0 + square * (-1.0 / 3.0 + square * (2.0 / 15.0 - square * (17.0 / 315.0))))
    return tl.where(square < 0.01, series, 2.0 * sigmoid(2.0 * x) - 1.0)


@triton.jit
def activate(x, name: tl.constexpr):
    """Return the activation function of that name at x."""
    if name == "tanh":
        return tanh(x)
    if name == "sigmoid":
        return sigmoid(x)
    if name == "relu":
        return tl.where(x < 0.0, 0.0, x)
    return x


@triton.jit
def derivative(y, name: tl.constexpr):
    """Return the derivative of the activation of that name, from its value y."""
    if name == "tanh":
        return 1.0 - y * y
    if name == "sigmoid":
        return y * (1.0 - y)
    if name == "relu":
        return tl.where(y > 0.0, 1.0, 0.0)
    return tl.full(y.shape, 1.0, tl.float32)


@triton.jit
def simple_rnn(gates, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """a = g(z): Elman's and Jordan's network."""
    return (activate(gates[0], first),), ()


@triton.jit
def simple_rnn_back(d, saved, current, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """Backward pass of `simple_rnn`."""
    return (d[0] * derivative(current[0], first),), (tl.zeros_like(d[0]),), ()


@triton.jit
def lstm(gates, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """c = g(z) f(z_i) + c_previous f(z_f), a = h(c) f(z_o): every LSTM but the one with diagonal peepholes."""
    z, z_i, z_f, z_o = gates
    candidate, input_gate, forget_gate, output_gate = activate(z, first), sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
    c = candidate * input_gate + previous[1] * forget_gate
    return (activate(c, second) * output_gate, c), (candidate, input_gate, forget_gate, output_gate)


@triton.jit
def lstm_back(d, saved, current, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """Backward pass of `lstm`."""
    candidate, input_gate, forget_gate, output_gate = saved
    h_c = activate(current[1], second)
    d_c = d[1] + d[0] * output_gate * derivative(h_c, second)
    d_z, d_i, d_f = d_c * input_gate * derivative(candidate, first), d_c * candidate, d_c * previous[1]
    d_o = d[0] * h_c * derivative(output_gate, "sigmoid")
    d_gates = (d_z, d_i * derivative(input_gate, "sigmoid"), d_f * derivative(forget_gate, "sigmoid"), d_o)
    return d_gates, (tl.zeros_like(d_c), d_c * forget_gate), ()


@triton.jit
def peephole_lstm(gates, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """`lstm` with peepholes: p_i c_previous is added to z_i, p_f c_previous to z_f, and p_o c to z_o."""
    z, z_i, z_f, z_o = gates
    p_i, p_f, p_o = vectors
    candidate = activate(z, first)
    input_gate, forget_gate = sigmoid(z_i + p_i * previous[1]), sigmoid(z_f + p_f * previous[1])
    c = candidate * input_gate + previous[1] * forget_gate
    output_gate = sigmoid(z_o + p_o * c)
    return (activate(c, second) * output_gate, c), (candidate, input_gate, forget_gate, output_gate)


@triton.jit
def peephole_lstm_back(d, saved, current, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """Backward pass of `peephole_lstm`: the output gate reads c, the input and the forget gate c_previous."""
    p_i, p_f, p_o = vectors
    d_o = d[0] * activate(current[1], second) * derivative(saved[3], "sigmoid")
    d_gates, d_previous, _ = lstm_back((d[0], d[1] + p_o * d_o), saved, current, previous, (), first, second)
    d_i, d_f = d_gates[1], d_gates[2]
    return (
        d_gates,
        (d_previous[0], d_previous[1] + p_i * d_i + p_f * d_f),
        (d_i * previous[1], d_f * previous[1], d_o * current[1]),
    )


@triton.jit
def gru(gates, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """n = tanh(z_n + r m), a = (1 - u) n + u a_previous."""
    r, u, m = sigmoid(gates[0]), sigmoid(gates[1]), gates[3]
    n = tanh(gates[2] + r * m)
    return (n + u * (previous[0] - n),), (r, u, n, m)


@triton.jit
def gru_back(d, saved, current, previous, vectors, first: tl.constexpr, second: tl.constexpr):
    """Backward pass of `gru`."""
    r, u, n, m = saved
    d_n = d[0] * (1.0 - u) * derivative(n, "tanh")
    d_r, d_u = d_n * m * derivative(r, "sigmoid"), d[0] * (previous[0] - n) * derivative(u, "sigmoid")
    return (d_r, d_u, d_n, d_n * r), (d[0] * u,), ()


@dataclass(frozen=True)
class Equations:
    """The functions of a cell, and the number of values that each unit saves per step for the backward pass."""

    forward: Any
    back: Any
    saved: int


EQUATIONS = {
    "elman": Equations(simple_rnn, simple_rnn_back, 0),
    "jordan": Equations(simple_rnn, simple_rnn_back, 0),
    "lstm": Equations(lstm, lstm_back, 4),
    "lstm_no_feedback": Equations(lstm, lstm_back, 4),
    "lstm_peephole": Equations(lstm, lstm_back, 4),
    "lstm_peephole_diagonal": Equations(peephole_lstm, peephole_lstm_back, 4),
    "gru": Equations(gru, gru_back, 4),
}
"""Kind of cell -> its equations. Which signals the gates read, and the output y, are part of the loop."""
