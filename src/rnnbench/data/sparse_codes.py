"""Sparse codes of words: the dimensions in which a word has a 1, looked up in weights without the zeros.

Axes: R run, T time, B sequence, D input dimension, G columns of a weight, E size of an embedding.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import functional as F


class TokenBatch(ABC):
    """The words of a batch, (R, T, B), as sparse codes."""

    @abstractmethod
    def look_up(self, weight: Tensor) -> Tensor:
        """Return the product of each position's code with a weight (R, D, G), (R, T, B, G)."""

    @abstractmethod
    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the embeddings of a window's words side by side, (R, T, B, words E), from one table (R, D, E)."""

    @abstractmethod
    def reversed(self, reverse_index: Tensor) -> Self:
        """Return the same words with every sequence reversed within its length; `reverse_index` is (R, T, B)."""


@dataclass(frozen=True)
class Codes:
    """The codes of V words, laid end to end."""

    dimensions: Tensor
    """(sum of lengths,) the dimensions in which the words have a 1; those of a window lie word after word."""
    lengths: Tensor
    """(V,) number of dimensions in which each word has a 1; 0 for the zero vector."""
    size: int
    """D, the number of dimensions."""

    @cached_property
    def starts(self) -> Tensor:
        """(V,) where each word's code begins."""
        return self.lengths.cumsum(0) - self.lengths

    def concatenated(self, words: Tensor) -> Tensor:
        """Return the codes of the words with these indices, end to end."""
        lengths = self.lengths[words]
        offsets = lengths.cumsum(0) - lengths
        shift = torch.repeat_interleave(self.starts[words] - offsets, lengths)
        return self.dimensions[torch.arange(len(shift), device=shift.device) + shift]

    def batch(self, words: Tensor) -> "DistinctTokenBatch":
        """Return the batch of the words with these indices (R, T, B)."""
        vocabulary = len(self.lengths)
        run = torch.arange(len(words), device=words.device)[:, None, None]
        distinct, inverse = torch.unique(words + run * vocabulary, return_inverse=True)
        word = distinct % vocabulary
        lengths = self.lengths[word]
        runs = torch.repeat_interleave(distinct // vocabulary, lengths)
        return DistinctTokenBatch(torch.stack([runs, self.concatenated(word)]), lengths, inverse)

    def for_windows(self, windows: Tensor) -> "Codes":
        """Return the codes of windows (S, W) of words, -1 for no word; each of the W places has D dimensions."""
        is_word = windows >= 0
        words, shift = windows[is_word], (torch.arange(windows.shape[1]) * self.size).expand_as(windows)[is_word]
        lengths = torch.zeros_like(windows).masked_scatter(is_word, self.lengths[words])
        dimensions = self.concatenated(words) + shift.repeat_interleave(self.lengths[words])
        return Codes(dimensions, lengths.sum(1), windows.shape[1] * self.size)

    def to(self, device: torch.device | str) -> "Codes":
        """Return the codes on a device."""
        return Codes(self.dimensions.to(device), self.lengths.to(device), self.size)


@dataclass(frozen=True)
class DistinctTokenBatch(TokenBatch):
    """A batch that holds the code of each distinct word of a run once: only these are multiplied with a weight.

    Their number U differs from batch to batch.
    """

    coordinates: Tensor
    """(2, C) the run and the dimension of each 1 in the codes of the distinct words, end to end."""
    lengths: Tensor
    """(U,) length of each distinct word's code."""
    inverse: Tensor
    """(R, T, B) index of the distinct word at each position."""

    def look_up(self, weight: Tensor) -> Tensor:
        """Return the product of each position's code with a weight, (R, T, B, G)."""
        return F.embedding(self.inverse, _LookUp.apply(weight, self.coordinates, self.lengths))

    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the embeddings of a window's words side by side, (R, T, B, words E)."""
        (run, dimension), size = self.coordinates, table.shape[1]
        place = torch.repeat_interleave(words * torch.arange(len(self.lengths), device=run.device), self.lengths)
        lengths = torch.bincount(place + dimension // size, minlength=words * len(self.lengths))
        vectors = _LookUp.apply(table, torch.stack([run, dimension % size]), lengths)
        return F.embedding(self.inverse, vectors.view(len(self.lengths), -1))

    def reversed(self, reverse_index: Tensor) -> "DistinctTokenBatch":
        """Return the same words with every sequence reversed within its length."""
        return DistinctTokenBatch(self.coordinates, self.lengths, self.inverse.gather(1, reverse_index))


class _LookUp(torch.autograd.Function):
    """Sums of rows of a weight (R, D, G), as (U, G). The gradient is sparse, since most words are not in a batch."""

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
