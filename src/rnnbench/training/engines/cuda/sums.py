"""Kernels for sums of a weight's rows, and for their gradient. Both are deterministic: no atomic additions."""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

ROWS = 16
"""Number of sums that a program computes."""
COLUMNS = 256
"""Largest number of columns of a row that a program adds."""
# A GPU starts up to 2^31 programs along the first axis of the grid, but only 65,535 along the others: sums and rows,
# of which there can be more, are along the first.


def sum_rows(weight: Tensor, dimensions: Tensor) -> Tensor:
    """Return sums of rows of a weight (R, D, G), (R, M, G).

    `dimensions` (R, M, C) are the indices of the rows in each sum; D stands for no row.
    """
    return _SumRows.apply(weight.contiguous(), dimensions.int().contiguous())


class _SumRows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, dimensions: Tensor) -> Tensor:
        (runs, rows, width), (_, n_sums, longest) = weight.shape, dimensions.shape
        out, columns = weight.new_empty(runs, n_sums, width), _columns(width)
        grid = (-(-n_sums // ROWS), runs, -(-width // columns))
        sizes: dict[str, Any] = {"ROWS": ROWS, "COLUMNS": columns}
        gather[grid](weight, dimensions, out, rows, width, n_sums, longest, **sizes)
        ctx.save_for_backward(dimensions)
        ctx.shape = weight.shape
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (dimensions,), (runs, rows, width) = ctx.saved_tensors, ctx.shape
        n_sums, longest = dimensions.shape[1:]
        sorted_rows, order = dimensions.flatten(1).sort(dim=1, stable=True)
        row_indices = torch.arange(rows + 1, dtype=torch.int32, device=sorted_rows.device)
        starts = torch.searchsorted(sorted_rows, row_indices.expand(runs, -1).contiguous(), out_int32=True)
        out, columns = gradients[0].new_empty(runs, rows, width), _columns(width)
        grid = (rows, runs, -(-width // columns))
        d_sums = gradients[0].contiguous()
        sizes: dict[str, Any] = {"COLUMNS": columns}
        scatter[grid](d_sums, order, starts, out, rows, width, n_sums, longest, **sizes)
        return out, None


@triton.jit(do_not_specialize=["M"])
def gather(weight, dimensions, out, D, G, M, C, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    """Write sums of rows (R, M, G): a program for each block of sums, run, and block of columns."""
    run, m = tl.program_id(1).to(tl.int64), tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    g = tl.program_id(2) * COLUMNS + tl.arange(0, COLUMNS)
    total = tl.zeros((ROWS, COLUMNS), tl.float32)
    for c in range(C):
        d = tl.load(dimensions + (run * M + m) * C + c, mask=m < M, other=D)
        inside = (d < D)[:, None] & (g < G)[None, :]
        total += tl.load(weight + (run * D + d)[:, None] * G + g[None, :], mask=inside, other=0.0)
    tl.store(out + (run * M + m)[:, None] * G + g[None, :], total, mask=(m < M)[:, None] & (g < G)[None, :])


@triton.jit(do_not_specialize=["M"])
def scatter(d_sums, order, starts, out, D, G, M, C, COLUMNS: tl.constexpr):
    """Write each row's gradient (R, D, G): the sum of the gradients `d_sums` (R, M, G) of the sums that contain it.

    `order` (R, M C) holds the indices of all summands, sorted by row; `starts` (R, D + 1) where each row's begin.
    """
    run, d = tl.program_id(1).to(tl.int64), tl.program_id(0)
    g = tl.program_id(2) * COLUMNS + tl.arange(0, COLUMNS)
    first, last = tl.load(starts + run * (D + 1) + d), tl.load(starts + run * (D + 1) + d + 1)
    total = tl.zeros((COLUMNS,), tl.float32)
    for i in range(first, last):
        m = tl.load(order + run * M * C + i) // C
        total += tl.load(d_sums + (run * M + m) * G + g, mask=g < G, other=0.0)
    tl.store(out + (run * D + d) * G + g, total, mask=g < G)


def _columns(width: int) -> int:
    return min(COLUMNS, 1 << (width - 1).bit_length())
