"""Words as codes of one length, so that every batch has the same shape: what a GPU can repeat without being asked."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.data.sparse_codes import Codes, TokenBatch
from rnnbench.training.engines.cuda.availability import unavailable_reason


@dataclass(frozen=True)
class PaddedCodes:
    """The codes of V words, each cut into J places with dimensions of their own."""

    dimensions: Tensor
    """(V, J, C) the dimensions within each place's D that are 1; D where there are fewer."""
    rows: int
    """D"""

    def batch(self, numbers: Tensor) -> "PaddedTokenBatch":
        """Return the words with these numbers (R, T, B)."""
        return PaddedTokenBatch(self, numbers)


@dataclass(frozen=True)
class PaddedTokenBatch(TokenBatch):
    """The words of a batch, those that come twice twice."""

    codes: PaddedCodes
    numbers: Tensor
    """(R, T, B)"""

    def look_up(self, weight: Tensor) -> Tensor:
        """Return code x weight for every position, (R, T, B, G); the codes have one place."""
        return self._sums(weight)

    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the vectors of a window's words side by side, (R, T, B, words E); the codes have a place for each."""
        return self._sums(table)

    def reversed(self, mirror: Tensor) -> "PaddedTokenBatch":
        """Return the same words with every sequence reversed within its length."""
        return PaddedTokenBatch(self.codes, self.numbers.gather(1, mirror))

    def _sums(self, weight: Tensor) -> Tensor:
        """Return the sums of a weight's rows, those of a position's places side by side."""
        dimensions = self.codes.dimensions[self.numbers.flatten(1)].flatten(1, 2)
        return sum_rows(weight, dimensions).view(*self.numbers.shape, -1)


def pad_codes(codes: Codes, places: int) -> PaddedCodes:
    """Return codes of one length; `places` is how many words of a window lie in each code, with D dimensions each."""
    rows, vocabulary = codes.rows // places, len(codes.lengths)
    word = torch.repeat_interleave(torch.arange(vocabulary, device=codes.lengths.device), codes.lengths)
    place = word * places + codes.dimensions // rows
    number = torch.bincount(place, minlength=vocabulary * places)
    within = torch.arange(len(place), device=place.device) - (number.cumsum(0) - number)[place]
    most = max(1, int(number.max())) if len(place) else 1
    table = torch.full((vocabulary * places, most), rows, device=place.device)
    table[place, within] = codes.dimensions % rows
    return PaddedCodes(table.view(vocabulary, places, most), rows)


def sum_rows(weight: Tensor, dimensions: Tensor) -> Tensor:
    """Return (R, M, G), the sums of a weight's (R, D, G) rows with these numbers (R, M, C); D stands for no row."""
    if weight.is_cuda and not unavailable_reason():
        from rnnbench.training.engines.cuda import sums as kernel

        return kernel.sum_rows(weight, dimensions)
    runs, rows, _ = weight.shape
    run = torch.arange(runs, device=weight.device)[:, None, None]
    return F.pad(weight, (0, 0, 0, 1)).flatten(0, 1)[dimensions + run * (rows + 1)].sum(2)
