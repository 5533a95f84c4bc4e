"""Codes of words, padded to one length, so that every batch has the same shape and can be part of a CUDA graph."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.data.sparse_codes import Codes, TokenBatch
from rnnbench.training.engines.cuda.availability import unavailable_reason


@dataclass(frozen=True)
class PaddedCodes:
    """The codes of V words, or of windows of J words; the words of a window are J slots with D dimensions each."""

    dimensions: Tensor
    """(V, J, C) the dimensions within each slot that are 1, padded with D."""
    rows: int
    """D"""

    def batch(self, numbers: Tensor) -> "PaddedTokenBatch":
        """Return the words with these numbers (R, T, B)."""
        return PaddedTokenBatch(self, numbers)


@dataclass(frozen=True)
class PaddedTokenBatch(TokenBatch):
    """The words of a batch. Unlike in `DistinctTokenBatch`, a word is looked up each time it occurs."""

    codes: PaddedCodes
    numbers: Tensor
    """(R, T, B)"""

    def look_up(self, weight: Tensor) -> Tensor:
        """Return code x weight for every position, (R, T, B, G), from codes of one slot and a weight (R, D, G)."""
        return self._sum_rows(weight)

    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the vectors of a window's words side by side, (R, T, B, words E), from codes of that many slots."""
        return self._sum_rows(table)

    def reversed(self, reverse_index: Tensor) -> "PaddedTokenBatch":
        """Return the same words with every sequence reversed within its length."""
        return PaddedTokenBatch(self.codes, self.numbers.gather(1, reverse_index))

    def _sum_rows(self, weight: Tensor) -> Tensor:
        """Return for each slot the sum of the weight's rows in its code, those of a position side by side."""
        dimensions = self.codes.dimensions[self.numbers.flatten(1)].flatten(1, 2)
        return sum_rows(weight, dimensions).view(*self.numbers.shape, -1)


def pad_codes(codes: Codes, slots: int) -> PaddedCodes:
    """Return the codes padded to one length; `slots` is the number of words in a window, with D dimensions each."""
    rows, vocabulary = codes.size // slots, len(codes.lengths)
    word = torch.repeat_interleave(torch.arange(vocabulary, device=codes.lengths.device), codes.lengths)
    slot = word * slots + codes.dimensions // rows
    lengths = torch.bincount(slot, minlength=vocabulary * slots)
    within_slot = torch.arange(len(slot), device=slot.device) - (lengths.cumsum(0) - lengths)[slot]
    longest = max(1, int(lengths.max())) if len(slot) else 1
    dimensions = torch.full((vocabulary * slots, longest), rows, device=slot.device)
    dimensions[slot, within_slot] = codes.dimensions % rows
    return PaddedCodes(dimensions.view(vocabulary, slots, longest), rows)


def sum_rows(weight: Tensor, dimensions: Tensor) -> Tensor:
    """Return sums of rows of a weight (R, D, G), (R, M, G).

    `dimensions` (R, M, C) are the indices of the rows in each sum; D stands for no row.
    """
    if weight.is_cuda and not unavailable_reason():
        from rnnbench.training.engines.cuda import sums as kernel

        return kernel.sum_rows(weight, dimensions)
    runs, rows, _ = weight.shape
    run = torch.arange(runs, device=weight.device)[:, None, None]
    return F.pad(weight, (0, 0, 0, 1)).flatten(0, 1)[dimensions + run * (rows + 1)].sum(2)
