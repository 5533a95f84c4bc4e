"""Words as codes: short lists of dimensions, that are looked up in weights without the zeros."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import functional as F


class TokenBatch(ABC):
    """The words of a batch: R runs, T steps, B sequences."""

    @abstractmethod
    def look_up(self, weight: Tensor) -> Tensor:
        """Return code x weight for every position, (R, T, B, G), from a weight (R, D, G), without the zeros."""

    @abstractmethod
    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the vectors of a window's words side by side, (R, T, B, words E), from a table (R, D, E) for all."""

    @abstractmethod
    def reversed(self, mirror: Tensor) -> Self:
        """Return the same words with every sequence reversed within its length; `mirror` is (R, T, B)."""


@dataclass(frozen=True)
class Codes:
    """The codes of V words, laid end to end."""

    dimensions: Tensor
    """(sum of lengths) the dimensions in which the words have a 1; those of a window lie word after word."""
    lengths: Tensor
    """(V,) how many dimensions each word has; 0: the zero vector."""
    rows: int
    """D, how many dimensions there are."""

    @cached_property
    def starts(self) -> Tensor:
        """(V,) where each word's dimensions begin."""
        return self.lengths.cumsum(0) - self.lengths

    def laid(self, words: Tensor) -> Tensor:
        """Return the dimensions of the words with these numbers, end to end."""
        lengths = self.lengths[words]
        offsets = lengths.cumsum(0) - lengths
        shift = torch.repeat_interleave(self.starts[words] - offsets, lengths)
        return self.dimensions[torch.arange(len(shift), device=shift.device) + shift]

    def batch(self, numbers: Tensor) -> "DistinctTokenBatch":
        """Return the words with these numbers (R, T, B), the code of each distinct one once for each run."""
        runs, vocabulary = len(numbers), len(self.lengths)
        run = torch.arange(runs, device=numbers.device)[:, None, None]
        distinct, places = torch.unique(numbers + run * vocabulary, return_inverse=True)
        word = distinct % vocabulary
        lengths = self.lengths[word]
        owners = torch.repeat_interleave(distinct // vocabulary, lengths)
        return DistinctTokenBatch(torch.stack([owners, self.laid(word)]), lengths, places)

    def of_windows(self, windows: Tensor) -> "Codes":
        """Return the codes of windows (S, W) of words, -1 for none: each of the W places has dimensions of its own."""
        there = windows >= 0
        words, shift = windows[there], (torch.arange(windows.shape[1]) * self.rows).expand_as(windows)[there]
        lengths = torch.zeros_like(windows).masked_scatter(there, self.lengths[words])
        dimensions = self.laid(words) + shift.repeat_interleave(self.lengths[words])
        return Codes(dimensions, lengths.sum(1), windows.shape[1] * self.rows)

    def to(self, device: torch.device | str) -> "Codes":
        """Return the codes on a device."""
        return Codes(self.dimensions.to(device), self.lengths.to(device), self.rows)


@dataclass(frozen=True)
class DistinctTokenBatch(TokenBatch):
    """The distinct words of a batch. Only they are ever projected; how many there are differs from batch to batch."""

    rows: Tensor
    """(2, C) codes of the batch's distinct words laid end to end: the run and the dimension of each 1."""
    lengths: Tensor
    """(U,) the length of each distinct word's code."""
    places: Tensor
    """(R, T, B) which distinct word stands where."""

    def look_up(self, weight: Tensor) -> Tensor:
        """Return code x weight for every position, (R, T, B, G)."""
        return F.embedding(self.places, _LookUp.apply(weight, self.rows, self.lengths))

    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the vectors of a window's words side by side, (R, T, B, words E)."""
        (run, dimension), size = self.rows, table.shape[1]
        place = torch.repeat_interleave(words * torch.arange(len(self.lengths), device=run.device), self.lengths)
        lengths = torch.bincount(place + dimension // size, minlength=words * len(self.lengths))
        found = _LookUp.apply(table, torch.stack([run, dimension % size]), lengths)
        return F.embedding(self.places, found.view(len(self.lengths), -1))

    def reversed(self, mirror: Tensor) -> "DistinctTokenBatch":
        """Return the same words with every sequence reversed within its length."""
        return DistinctTokenBatch(self.rows, self.lengths, self.places.gather(1, mirror))


class _LookUp(torch.autograd.Function):
    """Sums of rows of a weight (R, D, G), (U, G). Its gradient is sparse: most words are in no batch."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, rows: Tensor, lengths: Tensor) -> Tensor:
        ctx.save_for_backward(rows, lengths)
        ctx.shape = weight.shape
        flat, offsets = rows[0] * weight.shape[1] + rows[1], lengths.cumsum(0) - lengths
        return F.embedding_bag(flat, weight.flatten(0, 1), offsets, mode="sum")

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        rows, lengths = ctx.saved_tensors
        values = gradients[0].repeat_interleave(lengths, 0)
        return torch.sparse_coo_tensor(rows, values, ctx.shape, check_invariants=False), None, None
