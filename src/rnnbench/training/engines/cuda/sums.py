"""Sums of a weight's rows, and their gradient, which is the same to the bit each time: nothing is added in a race."""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

ROWS = 16
"""Sums that a program makes."""
COLUMNS = 256
"""Numbers of a row that a program adds, at most."""
# A GPU starts up to 2^31 programs along the first axis, but 65,535 along the others: there may be more rows than that.


def sum_rows(weight: Tensor, dimensions: Tensor) -> Tensor:
    """Return (R, M, G), the sums of a weight's (R, D, G) rows with these numbers (R, M, C); D stands for no row."""
    return _Sums.apply(weight.contiguous(), dimensions.int().contiguous())


class _Sums(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, dimensions: Tensor) -> Tensor:
        (runs, rows, width), (_, places, most) = weight.shape, dimensions.shape
        out, columns = weight.new_empty(runs, places, width), _columns(width)
        grid = (-(-places // ROWS), runs, -(-width // columns))
        sizes: dict[str, Any] = {"ROWS": ROWS, "COLUMNS": columns}
        gather[grid](weight, dimensions, out, rows, width, places, most, **sizes)
        ctx.save_for_backward(dimensions)
        ctx.shape = weight.shape
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (dimensions,), (runs, rows, width) = ctx.saved_tensors, ctx.shape
        places, most = dimensions.shape[1:]
        found, order = dimensions.flatten(1).sort(dim=1, stable=True)
        numbers = torch.arange(rows + 1, dtype=torch.int32, device=found.device)
        ends = torch.searchsorted(found, numbers.expand(runs, -1).contiguous(), out_int32=True)
        out, columns = gradients[0].new_empty(runs, rows, width), _columns(width)
        grid = (rows, runs, -(-width // columns))
        given = gradients[0].contiguous()
        sizes: dict[str, Any] = {"COLUMNS": columns}
        scatter[grid](given, order, ends, out, rows, width, places, most, **sizes)
        return out, None


@triton.jit(do_not_specialize=["M"])
def gather(weight, dimensions, out, D, G, M, C, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    """Write sums of rows (R, M, G): a program for each run, some sums and some columns."""
    run, m = tl.program_id(1).to(tl.int64), tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    g = tl.program_id(2) * COLUMNS + tl.arange(0, COLUMNS)
    found = tl.zeros((ROWS, COLUMNS), tl.float32)
    for c in range(C):
        d = tl.load(dimensions + (run * M + m) * C + c, mask=m < M, other=D)
        inside = (d < D)[:, None] & (g < G)[None, :]
        found += tl.load(weight + (run * D + d)[:, None] * G + g[None, :], mask=inside, other=0.0)
    tl.store(out + (run * M + m)[:, None] * G + g[None, :], found, mask=(m < M)[:, None] & (g < G)[None, :])


@triton.jit(do_not_specialize=["M"])
def scatter(given, order, ends, out, D, G, M, C, COLUMNS: tl.constexpr):
    """Write each row's gradient (R, D, G): the sum, in their order, of the gradients by the sums that it is part of.

    `order` (R, M C) has the parts of all sums, those of the first row first; `ends` (R, D + 1) where each row's begin.
    """
    run, d = tl.program_id(1).to(tl.int64), tl.program_id(0)
    g = tl.program_id(2) * COLUMNS + tl.arange(0, COLUMNS)
    first, last = tl.load(ends + run * (D + 1) + d), tl.load(ends + run * (D + 1) + d + 1)
    found = tl.zeros((COLUMNS,), tl.float32)
    for i in range(first, last):
        m = tl.load(order + run * M * C + i) // C
        found += tl.load(given + (run * M + m) * G + g, mask=g < G, other=0.0)
    tl.store(out + (run * D + d) * G + g, found, mask=g < G)


def _columns(width: int) -> int:
    return min(COLUMNS, 1 << (width - 1).bit_length())
