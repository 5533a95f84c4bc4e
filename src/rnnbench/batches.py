"""From a corpus to tensors: encoded splits, and the batches that networks read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.corpus import NOT_ASKED, Array, Split
from rnnbench.encoders import Codebook
from rnnbench.window import around

PADDING = -1
"""Label of a position that wants no answer, or lies behind the end of its sequence. Among numbers that is NaN."""


@dataclass(frozen=True)
class Codes:
    """The codes of V words, laid end to end."""

    dimensions: Tensor
    """(sum of lengths) the dimensions in which the words have a 1; those of a window lie word after word."""
    lengths: Tensor
    """(V,) how many dimensions each word has; 0: the zero vector."""
    rows: int
    """D, how many dimensions there are."""


@dataclass(frozen=True)
class Words:
    """The words of a batch as codes. Only the batch's distinct words are ever projected."""

    rows: Tensor
    """(2, C) codes of the batch's distinct words laid end to end: the run and the dimension of each 1."""
    lengths: Tensor
    """(U,) the length of each distinct word's code."""
    places: Tensor
    """(R, T, B) which distinct word stands where."""

    def look_up(self, weight: Tensor) -> Tensor:
        """Return code x weight for every position, (R, T, B, G), from a weight (R, D, G), without the zeros."""
        return F.embedding(self.places, _LookUp.apply(weight, self.rows, self.lengths))

    def vectors(self, table: Tensor, words: int) -> Tensor:
        """Return the vectors of a window's words side by side, (R, T, B, words E), from a table (R, D, E) for all."""
        (run, dimension), size = self.rows, table.shape[1]
        place = torch.repeat_interleave(words * torch.arange(len(self.lengths), device=run.device), self.lengths)
        lengths = torch.bincount(place + dimension // size, minlength=words * len(self.lengths))
        found = _LookUp.apply(table, torch.stack([run, dimension % size]), lengths)
        return F.embedding(self.places, found.view(len(self.lengths), -1))

    def reversed(self, mirror: Tensor) -> "Words":
        """Return the same words with every sequence reversed within its length; `mirror` is (R, T, B)."""
        return Words(self.rows, self.lengths, self.places.gather(1, mirror))


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


@dataclass(frozen=True)
class Batch:
    """B sequences for each of R runs, padded to the longest, T."""

    inputs: Tensor | Words
    """Numbers (R, T, B, D), or words."""
    targets: Tensor
    """(R, B, T) labels, or (R, B, T, K) numbers; PADDING or NaN where no answer is wanted."""
    mirror: Tensor
    """(R, T, B) for each step the step that a backward reader sees there; padding stays where it is."""

    @property
    def asked(self) -> Tensor:
        """Return (R, B, T), true where an answer is wanted."""
        return asked(self.targets)


@dataclass(frozen=True)
class Encoded:
    """A split as tensors: N sequences laid end to end, S positions in all, so that one long sequence costs no more."""

    lengths: Tensor
    """(N,)"""
    inputs: Tensor
    """(S,) numbers of words in `codes`, or (S, D) numbers."""
    targets: Tensor
    """(S,) labels, or (S, K) numbers; PADDING or NaN where no answer is wanted."""
    scored: Array
    """(S,) true where the answer counts in the scores."""
    codes: Codes | None
    """The split's words; None for numbers."""
    phenomena: Mapping[str, Array] = field(default_factory=dict)
    """Name -> (S,) true where a position shows that phenomenon."""

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def starts(self) -> Tensor:
        """(N,) position at which each sequence begins."""
        return self.lengths.cumsum(0) - self.lengths

    @property
    def asked(self) -> Tensor:
        """Return (S,), true where an answer is wanted."""
        return asked(self.targets)

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """Return the split as arrays of 32-bit numbers; on the CPU alone.

        starts, lengths (N,); words (S,) or numbers (S, D); labels (S,) or values (S, K); code_starts (V + 1,) and
        dimensions, which lie end to end.
        """
        of_words, of_labels = self.codes is not None, not self.targets.is_floating_point()
        found = {
            "starts": self.starts,
            "lengths": self.lengths,
            "words" if of_words else "numbers": self.inputs,
            "labels" if of_labels else "values": self.targets,
        }
        if self.codes is not None:
            found["code_starts"] = F.pad(self.codes.lengths.cumsum(0), (1, 0))
            found["dimensions"] = self.codes.dimensions
        return {name: _plain(values) for name, values in found.items()}

    def targets_of(self, chosen: Tensor) -> Tensor:
        """Return the targets of the sequences with these numbers (...), (..., T) or (..., T, K)."""
        places, inside = self.places(chosen)
        return _cut(self.targets[places], inside)

    def first(self, n: int) -> "Encoded":
        """Return the first n sequences."""
        end = int(self.lengths[:n].sum())
        return replace(
            self,
            lengths=self.lengths[:n],
            inputs=self.inputs[:end],
            targets=self.targets[:end],
            scored=self.scored[:end],
            phenomena={name: where[:end] for name, where in self.phenomena.items()},
        )

    def places(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Return the positions of some sequences (...), (..., T), and where they are inside.

        Behind its end a sequence's last position is repeated, so that padding brings no word of its own.
        """
        lengths = self.lengths[chosen].unsqueeze(-1)
        time = torch.arange(int(lengths.max()), device=chosen.device)
        return self.starts[chosen].unsqueeze(-1) + torch.minimum(time, lengths - 1), time < lengths

    def batch(self, chosen: Tensor) -> Batch:
        """Return the sequences with these numbers, (R, B), each run with its own choice."""
        places, inside = self.places(chosen)
        time = torch.arange(places.shape[-1], device=chosen.device)
        back = self.lengths[chosen].unsqueeze(1) - 1 - time[:, None]
        inputs = self.inputs[places.transpose(1, 2)]
        return Batch(
            inputs=inputs if self.codes is None else _words(self.codes, inputs),
            targets=_cut(self.targets[places], inside),
            mirror=torch.where(back >= 0, back, time[:, None]),
        )


def encode(
    split: Split,
    codebook: Codebook | None,
    labels: Sequence[str],
    *,
    window: int = 0,
    device: torch.device | str = "cpu",
) -> Encoded:
    """Return a split as tensors on a device; `labels` gives the labels' numbers, a codebook the words' codes.

    With a window each position reads as many words (or steps of numbers) on either side, too: a code has a block of
    dimensions for each of them.
    """
    codes, inputs = _encoded_inputs(split, codebook, window)
    number = {label: i for i, label in enumerate(labels)} | {NOT_ASKED: PADDING}
    targets = np.array([number[label] for label in split.targets]) if labels else split.targets
    return Encoded(
        lengths=torch.from_numpy(split.lengths).to(device),
        inputs=torch.from_numpy(inputs).to(device),
        targets=torch.from_numpy(targets).to(device),
        scored=split.scored,
        codes=None if codes is None else Codes(codes.dimensions.to(device), codes.lengths.to(device), codes.rows),
        phenomena=split.phenomena,
    )


def asked(targets: Tensor) -> Tensor:
    """Return where targets want an answer, without the last axis of numbers."""
    return ~targets.isnan().any(-1) if targets.is_floating_point() else targets != PADDING


def _plain(values: Tensor) -> Array:
    return np.ascontiguousarray(values.numpy(), np.float32 if values.is_floating_point() else np.int32)


def _cut(targets: Tensor, inside: Tensor) -> Tensor:
    """Return targets (R, B, T) or (R, B, T, K) that want no answer behind the end."""
    if targets.is_floating_point():
        return targets.masked_fill(~inside.unsqueeze(-1), torch.nan)
    return targets.masked_fill(~inside, PADDING)


def _encoded_inputs(split: Split, codebook: Codebook | None, window: int) -> tuple[Codes | None, Array]:
    if codebook is None:
        return None, around(split.inputs, split.lengths, window, beyond=0).reshape(len(split.inputs), -1)
    number = {word: i for i, word in enumerate(sorted(set(split.inputs)))}
    codes = [codebook.code(word) for word in number]
    flat = [dimension for code in codes for dimension in code]
    lengths = torch.tensor([len(code) for code in codes])
    found = Codes(torch.tensor(flat, dtype=torch.int64), lengths, codebook.codes)
    numbers = np.array([number[word] for word in split.inputs], dtype=np.int64)
    if not window:
        return found, numbers
    # Few windows come twice, so each position has its own.
    windows = torch.from_numpy(around(numbers, split.lengths, window, beyond=-1))
    return _codes_of_windows(found, windows), np.arange(len(numbers))


def _codes_of_windows(codes: Codes, windows: Tensor) -> Codes:
    """Return the codes of windows (S, W) of words, -1 for none: each of the W places has dimensions of its own."""
    there = windows >= 0
    words, shift = windows[there], (torch.arange(windows.shape[1]) * codes.rows).expand_as(windows)[there]
    lengths = torch.zeros_like(windows).masked_scatter(there, codes.lengths[words])
    dimensions = _laid(codes, words) + shift.repeat_interleave(codes.lengths[words])
    return Codes(dimensions, lengths.sum(1), windows.shape[1] * codes.rows)


def _laid(codes: Codes, words: Tensor) -> Tensor:
    """Return the dimensions of the words with these numbers, end to end."""
    lengths = codes.lengths[words]
    offsets = lengths.cumsum(0) - lengths
    starts = (codes.lengths.cumsum(0) - codes.lengths)[words]
    shift = torch.repeat_interleave(starts - offsets, lengths)
    return codes.dimensions[torch.arange(len(shift), device=shift.device) + shift]


def _words(codes: Codes, numbers: Tensor) -> Words:
    """Return the words with these numbers (R, T, B), the code of each distinct one once for each run."""
    runs, vocabulary = len(numbers), len(codes.lengths)
    run = torch.arange(runs, device=numbers.device)[:, None, None]
    distinct, places = torch.unique(numbers + run * vocabulary, return_inverse=True)
    word = distinct % vocabulary
    lengths = codes.lengths[word]
    owners = torch.repeat_interleave(distinct // vocabulary, lengths)
    return Words(torch.stack([owners, _laid(codes, word)]), lengths, places)
