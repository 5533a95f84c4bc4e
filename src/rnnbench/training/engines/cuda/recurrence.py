"""A layer's loop over time as kernels with an autograd gradient, and whether a GPU can run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rnnbench.cells import Cell
from rnnbench.training.engines.cuda.availability import is_interpreted
from rnnbench.training.engines.cuda.equations import EQUATIONS
from rnnbench.training.engines.cuda.scan import back, forward

MIN_HIDDEN = 16
"""Smallest side of a tile that tensor cores multiply."""
BLOCK = 16
"""Number of sequences that a program computes."""
PRECISION = "bf16x3"
"""Precision of matrix products: each number is split into two bfloat16, and tensor cores compute three products, with
a relative error of about 1e-5. That of tf32, the precision of cuDNN's networks, is about 5e-4. With three products in
tf32, only half as many weights would fit into shared memory."""
GRADIENT_TILES_MEMORY = 64 * 1024
"""Largest number of bytes of shared memory that the backward pass needs for gradients, besides the weights.
`tests/training/engines/cuda/test_compiled.py` checks it."""
H100_SHARED_MEMORY = 227 * 1024
"""Bytes of shared memory for a program on an H100 or H200; assumed where there is no GPU."""


@dataclass(frozen=True)
class Loop:
    """A layer's loop over time: what the kernels are compiled for."""

    cell: Cell
    hidden: int
    output_size: int
    output_activation: str
    """Activation of the output y, for a cell whose gates read y: softmax or identity; empty for the others."""
    backward: bool
    fed: bool = False
    """Whether steps read answers that are given to them instead of y."""

    @property
    def signals(self) -> tuple[str, ...]:
        """Return the names of the signals that the loop computes: a, and another state where the cell has one."""
        return ("a", *(state for state in self.cell.states if state != "a"))

    @property
    def feedback_indices(self) -> tuple[int, ...]:
        """Return the indices, in `signals`, of the states that the gates read."""
        return tuple(self.signals.index(state) for state in self.cell.feedback)

    @property
    def width(self) -> int:
        """Return the width of the states that the gates read."""
        return self.output_size if self.output_activation else self.hidden

    @property
    def gates(self) -> tuple[int, int, int]:
        """Return the number of gates of input and memory, of the input only, and of the memory only."""
        return len(self.cell.gates), len(self.cell.input_gates), len(self.cell.memory_gates)

    @property
    def tile_shape(self) -> tuple[int, int]:
        """Return the sides of a tile, powers of 2 that hold the units and the state that the gates read."""
        units, width = (max(MIN_HIDDEN, 1 << (size - 1).bit_length()) for size in (self.hidden, self.width))
        return units, width

    @property
    def weight_bytes(self) -> int:
        """Return the bytes of weights that stay in shared memory."""
        units, width = self.tile_shape
        gates, _, memory_gates = self.gates
        return 4 * units * width * (len(self.feedback_indices) * (gates + memory_gates) + bool(self.output_activation))

    @property
    def constants(self) -> dict[str, Any]:
        """Return the kernels' compile-time constants, except for the cell's equations."""
        gates, input_gates, memory_gates = self.gates
        units, width = self.tile_shape
        first, second, *_ = *self.cell.activations, "", ""
        return {
            "FIRST": first,
            "SECOND": second,
            "GATES": gates,
            "INPUT_GATES": input_gates,
            "MEMORY_GATES": memory_gates,
            "VECTORS": len(self.cell.vectors),
            "SAVED": EQUATIONS[self.cell.kind].saved,
            "FEEDBACK": self.feedback_indices,
            "HAS_STATE": len(self.signals) > 1,
            "OUTPUT_ACTIVATION": self.output_activation,
            "BACKWARD": self.backward,
            "FED": self.fed,
            "HP": units,
            "WP": width,
            "BLOCK": BLOCK,
            "PRECISION": "ieee" if is_interpreted() else PRECISION,
        }

    @property
    def warps(self) -> int:
        """Return the number of warps of a program."""
        return 8 if self.tile_shape[0] >= 64 else 4


def fits(loop: Loop, shared_memory: int) -> bool:
    """Return whether there are kernels for the cell, and its weights fit into that many bytes of shared memory."""
    return loop.cell.kind in EQUATIONS and loop.weight_bytes + GRADIENT_TILES_MEMORY <= shared_memory


def shared_memory_of(device: torch.device) -> int:
    """Return the bytes of shared memory that a program can use on the device."""
    if device.type != "cuda":
        return H100_SHARED_MEMORY
    return torch.cuda.get_device_properties(device).shared_memory_per_block_optin


def scan(
    loop: Loop, x: Tensor, lengths: Tensor, weights: Mapping[str, Tensor], fed: Tensor | None = None
) -> dict[str, Tensor]:
    """Return the layer's signals (R, T, B, ...), in the order of the sequence; only `a` is differentiable.

    `x` (R, T, B, G) are the projected inputs, `lengths` is (R, B). `weights` are those of the cell, `readout` (R, H, K)
    and `readout.bias` (R, K). Where `fed` (R, T, B, K) is a number, the next step reads it instead of y. Behind the end
    of a sequence signals are 0.
    """
    empty = x.new_zeros(len(x), 0)
    vectors = [weights[name] for name in loop.cell.vectors]
    signals = _Scan.apply(
        loop,
        x.contiguous(),
        lengths.int().contiguous(),
        weights.get("recurrent", empty).contiguous(),
        weights.get("memory_bias", empty).contiguous(),
        torch.stack(vectors, 1) if vectors else empty,
        weights["readout"].contiguous() if loop.output_activation else empty,
        weights["readout.bias"].contiguous() if loop.output_activation else empty,
        empty if fed is None else fed.contiguous(),
    )
    return dict(zip(loop.signals, signals, strict=False))


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        loop: Loop,
        x: Tensor,
        lengths: Tensor,
        recurrent: Tensor,
        memory_bias: Tensor,
        vectors: Tensor,
        readout: Tensor,
        readout_bias: Tensor,
        fed: Tensor,
    ) -> tuple[Tensor, Tensor]:
        runs, steps, sequences, _ = x.shape
        a = x.new_empty(runs, steps, sequences, loop.hidden)
        state = x.new_empty(runs, steps, sequences, loop.width if len(loop.signals) > 1 else 0)
        saved = x.new_empty(runs, steps, sequences, EQUATIONS[loop.cell.kind].saved * loop.hidden)
        weights = (recurrent, memory_bias, vectors, readout, readout_bias)
        _launch(forward, EQUATIONS[loop.cell.kind].forward, loop, x.shape, (x, *weights, lengths, fed, a, state, saved))
        ctx.loop = loop
        ctx.save_for_backward(lengths, recurrent, vectors, readout, fed, a, state, saved)
        ctx.mark_non_differentiable(state)
        return a, state

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        loop, (lengths, recurrent, vectors, readout, fed, a, state, saved) = ctx.loop, ctx.saved_tensors
        runs, steps, sequences, hidden = a.shape
        gates, input_gates, memory_gates = (number * hidden for number in loop.gates)
        d_gates = a.new_empty(runs, steps, sequences, gates + input_gates + memory_gates)
        d_output = a.new_empty(runs, steps, sequences, loop.output_size if loop.output_activation else 0)
        d_vectors = a.new_empty(runs, _blocks(sequences), len(loop.cell.vectors), hidden)
        inputs = (gradients[0].contiguous(), a, state, saved, recurrent, vectors, readout, lengths, fed)
        _launch(back, EQUATIONS[loop.cell.kind].back, loop, a.shape, (*inputs, d_gates, d_output, d_vectors))
        read = torch.where(fed.isnan(), state, fed) if loop.fed else state
        states = [(a, read)[index] for index in loop.feedback_indices]
        d_recurrent = [d_gates[..., :gates], d_gates[..., gates + input_gates :]] if memory_gates else [d_gates]
        return (
            None,
            d_gates[..., : gates + input_gates],
            None,
            _recurrent_gradient(states, d_recurrent, backward=loop.backward) if states else None,
            d_gates[..., gates + input_gates :].sum((1, 2)) if memory_gates else None,
            d_vectors.sum(1) if loop.cell.vectors else None,
            a.flatten(1, 2).transpose(1, 2) @ d_output.flatten(1, 2) if loop.output_activation else None,
            d_output.sum((1, 2)) if loop.output_activation else None,
            None,
        )


def _recurrent_gradient(states: list[Tensor], d_gates: list[Tensor], *, backward: bool) -> Tensor:
    """Return the gradient with respect to the recurrent matrix: sums over steps of previous state x gate gradient."""
    current, previous = (slice(None, -1), slice(1, None)) if backward else (slice(1, None), slice(None, -1))
    rows = []
    for state in states:
        memory = state[:, previous].flatten(1, 2).transpose(1, 2)
        rows.append(torch.cat([memory @ d_gate[:, current].flatten(1, 2) for d_gate in d_gates], -1))
    return torch.cat(rows, 1)


def _blocks(sequences: int) -> int:
    return -(-sequences // BLOCK)


def _launch(kernel: Any, equations: Any, loop: Loop, shape: torch.Size, tensors: tuple[Tensor, ...]) -> None:
    runs, steps, sequences, _ = shape
    sizes = (steps, sequences, loop.hidden, loop.width)
    kernel[runs, _blocks(sequences)](*tensors, *sizes, CELL=equations, **loop.constants, num_warps=loop.warps)
