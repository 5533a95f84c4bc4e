"""A layer's loop over time by kernels, with its gradient."""

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
"""Tensor cores multiply tiles of at least so many rows and columns."""
BLOCK = 16
"""Sequences that a program reads."""
PRECISION = "bf16x3"
"""Products of numbers that are cut into two parts of 8 bits each: exact to about 1e-5, on tensor cores. tf32, with
which cuDNN runs torch's networks, is exact to about 5e-4; with three products of tf32 half as many weights would fit on
the chip."""
GRADIENT_TILES_MEMORY = 64 * 1024
"""Bytes of a chip's shared memory that tiles of gradients may take beside the weights, on the way back.
`tests/training/engines/cuda/test_compiled.py` holds this to be true."""
H100_SHARED_MEMORY = 227 * 1024
"""Bytes of shared memory that a program may have on an H100 or H200; assumed where no GPU is."""


@dataclass(frozen=True)
class Loop:
    """A layer's loop over time, as the kernels must know it."""

    cell: Cell
    hidden: int
    output_size: int
    output_activation: str
    """How y is made of the readout, for a cell that reads it: softmax or identity; empty for the others."""
    backward: bool

    @property
    def signals(self) -> tuple[str, ...]:
        """Return the names of what the loop puts out: a, and another state where the cell has one."""
        return ("a", *(state for state in self.cell.states if state != "a"))

    @property
    def feedback_indices(self) -> tuple[int, ...]:
        """Return the numbers of the signals that gates read."""
        return tuple(self.signals.index(state) for state in self.cell.feedback)

    @property
    def width(self) -> int:
        """Return the width of the signals that gates read."""
        return self.output_size if self.output_activation else self.hidden

    @property
    def gates(self) -> tuple[int, int, int]:
        """Return the numbers of gates that read both, the input alone, and the memory alone."""
        return len(self.cell.gates), len(self.cell.input_gates), len(self.cell.memory_gates)

    @property
    def tile_shape(self) -> tuple[int, int]:
        """Return the sides of a tile: units, and what gates read."""
        units, width = (max(MIN_HIDDEN, 1 << (size - 1).bit_length()) for size in (self.hidden, self.width))
        return units, width

    @property
    def weight_bytes(self) -> int:
        """Return the bytes of weights that stay on the chip."""
        units, width = self.tile_shape
        both, _, memory = self.gates
        return 4 * units * width * (len(self.feedback_indices) * (both + memory) + bool(self.output_activation))

    @property
    def constants(self) -> dict[str, Any]:
        """Return what the kernels are compiled for, but for the equations."""
        both, inputs, memory = self.gates
        units, width = self.tile_shape
        first, second, *_ = *self.cell.activations, "", ""
        return {
            "FIRST": first,
            "SECOND": second,
            "GATES": both,
            "INPUT_GATES": inputs,
            "MEMORY_GATES": memory,
            "VECTORS": len(self.cell.vectors),
            "SAVED": EQUATIONS[self.cell.kind].saved,
            "READ": self.feedback_indices,
            "OTHER": len(self.signals) > 1,
            "SQUASH": self.output_activation,
            "BACKWARD": self.backward,
            "HP": units,
            "WP": width,
            "BLOCK": BLOCK,
            "PRECISION": "ieee" if is_interpreted() else PRECISION,
        }

    @property
    def warps(self) -> int:
        """Return how many warps a program has."""
        return 8 if self.tile_shape[0] >= 64 else 4


def fits(loop: Loop, room: int) -> bool:
    """Return whether the kernels know the cell, and its weights fit into so many bytes of shared memory."""
    return loop.cell.kind in EQUATIONS and loop.weight_bytes + GRADIENT_TILES_MEMORY <= room


def shared_memory_of(device: torch.device) -> int:
    """Return the bytes of shared memory that a program may have."""
    if device.type != "cuda":
        return H100_SHARED_MEMORY
    return torch.cuda.get_device_properties(device).shared_memory_per_block_optin


def scan(loop: Loop, x: Tensor, lengths: Tensor, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the layer's signals (R, T, B, ...) in the sequences' order; only the gradient by `a` goes back.

    x (R, T, B, G) projected inputs, lengths (R, B); weights: those of the cell, and `readout` (R, H, K) and
    `readout.bias` (R, K). Behind the end of a sequence signals are 0.
    """
    nothing = x.new_zeros(len(x), 0)
    vectors = [weights[name] for name in loop.cell.vectors]
    found = _Scan.apply(
        loop,
        x.contiguous(),
        lengths.int().contiguous(),
        weights.get("recurrent", nothing).contiguous(),
        weights.get("memory_bias", nothing).contiguous(),
        torch.stack(vectors, 1) if vectors else nothing,
        weights["readout"].contiguous() if loop.output_activation else nothing,
        weights["readout.bias"].contiguous() if loop.output_activation else nothing,
    )
    return dict(zip(loop.signals, found, strict=False))


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
    ) -> tuple[Tensor, Tensor]:
        runs, steps, sequences, _ = x.shape
        a = x.new_empty(runs, steps, sequences, loop.hidden)
        other = x.new_empty(runs, steps, sequences, loop.width if len(loop.signals) > 1 else 0)
        saved = x.new_empty(runs, steps, sequences, EQUATIONS[loop.cell.kind].saved * loop.hidden)
        weights = (recurrent, memory_bias, vectors, readout, readout_bias)
        _launch(forward, EQUATIONS[loop.cell.kind].forward, loop, x.shape, (x, *weights, lengths, a, other, saved))
        ctx.loop = loop
        ctx.save_for_backward(lengths, recurrent, vectors, readout, a, other, saved)
        ctx.mark_non_differentiable(other)
        return a, other

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        loop, (lengths, recurrent, vectors, readout, a, other, saved) = ctx.loop, ctx.saved_tensors
        runs, steps, sequences, hidden = a.shape
        both, inputs, memory = (number * hidden for number in loop.gates)
        d_gates = a.new_empty(runs, steps, sequences, both + inputs + memory)
        d_output = a.new_empty(runs, steps, sequences, loop.output_size if loop.output_activation else 0)
        d_vectors = a.new_empty(runs, _blocks(sequences), len(loop.cell.vectors), hidden)
        needed = (gradients[0].contiguous(), a, other, saved, recurrent, vectors, readout, lengths)
        _launch(back, EQUATIONS[loop.cell.kind].back, loop, a.shape, (*needed, d_gates, d_output, d_vectors))
        states = [(a, other)[number] for number in loop.read]
        gates = [d_gates[..., :both], d_gates[..., both + inputs :]] if memory else [d_gates]
        return (
            None,
            d_gates[..., : both + inputs],
            None,
            _recurrent_gradient(states, gates, backward=loop.backward) if states else None,
            d_gates[..., both + inputs :].sum((1, 2)) if memory else None,
            d_vectors.sum(1) if loop.cell.vectors else None,
            a.flatten(1, 2).transpose(1, 2) @ d_output.flatten(1, 2) if loop.output_activation else None,
            d_output.sum((1, 2)) if loop.output_activation else None,
        )


def _recurrent_gradient(states: list[Tensor], gates: list[Tensor], *, backward: bool) -> Tensor:
    """Return the gradient by the matrix that reads the memory: what stood there a step before, times that by a gate."""
    now, before = (slice(None, -1), slice(1, None)) if backward else (slice(1, None), slice(None, -1))
    rows = [
        torch.cat([state[:, before].flatten(1, 2).transpose(1, 2) @ gate[:, now].flatten(1, 2) for gate in gates], -1)
        for state in states
    ]
    return torch.cat(rows, 1)


def _blocks(sequences: int) -> int:
    return -(-sequences // BLOCK)


def _launch(kernel: Any, equations: Any, loop: Loop, shape: torch.Size, tensors: tuple[Tensor, ...]) -> None:
    runs, steps, sequences, _ = shape
    sizes = (steps, sequences, loop.hidden, loop.width)
    kernel[runs, _blocks(sequences)](*tensors, *sizes, CELL=equations, **loop.constants, num_warps=loop.warps)
