"""From a corpus to tensors: encoded splits, and the batches that networks read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.common.typing import Array
from rnnbench.data.corpus import NO_TARGET, Split
from rnnbench.data.sparse_codes import Codes, TokenBatch
from rnnbench.encoders import FeatureIndex

IGNORE_INDEX = -1
"""Label of a position that wants no answer, or lies behind the end of its sequence. Among numbers that is NaN."""


@dataclass(frozen=True)
class Batch:
    """B sequences for each of R runs, padded to the longest, T."""

    inputs: Tensor | TokenBatch
    """Numbers (R, T, B, D), or words."""
    targets: Tensor
    """(R, B, T) labels, or (R, B, T, K) numbers; PADDING or NaN where no answer is wanted."""
    lengths: Tensor
    """(R, B)"""

    @cached_property
    def reverse_index(self) -> Tensor:
        """Return (R, T, B), for each step the step that a backward reader sees there; padding stays where it is."""
        time = torch.arange(self.targets.shape[2], device=self.lengths.device)[:, None]
        back = self.lengths.unsqueeze(1) - 1 - time
        return torch.where(back >= 0, back, time)

    @property
    def has_target(self) -> Tensor:
        """Return (R, B, T), true where an answer is wanted."""
        return has_target(self.targets)


@dataclass(frozen=True)
class Encoded:
    """A split as tensors: N sequences laid end to end, S positions in all, so that one long sequence costs no more."""

    lengths: Tensor
    """(N,)"""
    inputs: Tensor
    """(S,) numbers of words in `codes`, or (S, D) numbers."""
    targets: Tensor
    """(S,) labels, or (S, K) numbers; PADDING or NaN where no answer is wanted."""
    score_mask: Array
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
    def has_target(self) -> Tensor:
        """Return (S,), true where an answer is wanted."""
        return has_target(self.targets)

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
            score_mask=self.score_mask[:end],
            phenomena={name: where[:end] for name, where in self.phenomena.items()},
        )

    def to(self, device: torch.device | str) -> "Encoded":
        """Return the split on a device."""
        moved = {name: getattr(self, name).to(device) for name in ("lengths", "inputs", "targets")}
        return replace(self, **moved, codes=None if self.codes is None else self.codes.to(device))

    def places(self, chosen: Tensor, steps: int | None = None) -> tuple[Tensor, Tensor]:
        """Return the positions of some sequences (...), (..., T), and where they are inside.

        T is `steps`, by default the longest of them. Behind its end a sequence's last position is repeated, so that
        padding brings no word of its own.
        """
        lengths = self.lengths[chosen].unsqueeze(-1)
        time = torch.arange(int(lengths.max()) if steps is None else steps, device=chosen.device)
        return self.starts[chosen].unsqueeze(-1) + torch.minimum(time, lengths - 1), time < lengths

    def batch(self, chosen: Tensor, steps: int | None = None) -> Batch:
        """Return the sequences with these numbers, (R, B), each run with its own choice, over so many steps."""
        places, inside = self.places(chosen, steps)
        inputs = self.inputs[places.transpose(1, 2)]
        return Batch(
            inputs=inputs if self.codes is None else self.codes.batch(inputs),
            targets=_cut(self.targets[places], inside),
            lengths=self.lengths[chosen],
        )


def encode(
    split: Split,
    codebook: FeatureIndex | None,
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
    number = {label: i for i, label in enumerate(labels)} | {NO_TARGET: IGNORE_INDEX}
    targets = np.array([number[label] for label in split.targets]) if labels else split.targets
    lengths, inputs, targets = map(torch.from_numpy, (split.lengths, inputs, targets))
    return Encoded(lengths, inputs, targets, split.score_mask, codes, split.phenomena).to(device)


def has_target(targets: Tensor) -> Tensor:
    """Return where targets want an answer, without the last axis of numbers."""
    return ~targets.isnan().any(-1) if targets.is_floating_point() else targets != IGNORE_INDEX


def _plain(values: Tensor) -> Array:
    return np.ascontiguousarray(values.numpy(), np.float32 if values.is_floating_point() else np.int32)


def _cut(targets: Tensor, inside: Tensor) -> Tensor:
    """Return targets (R, B, T) or (R, B, T, K) that want no answer behind the end."""
    if targets.is_floating_point():
        return targets.masked_fill(~inside.unsqueeze(-1), torch.nan)
    return targets.masked_fill(~inside, IGNORE_INDEX)


def _encoded_inputs(split: Split, codebook: FeatureIndex | None, window: int) -> tuple[Codes | None, Array]:
    if codebook is None:
        return None, around(split.inputs, split.lengths, window, beyond=0).reshape(len(split.inputs), -1)
    number = {word: i for i, word in enumerate(sorted(set(split.inputs)))}
    codes = [codebook.encode(word) for word in number]
    flat = [dimension for code in codes for dimension in code]
    lengths = torch.tensor([len(code) for code in codes])
    found = Codes(torch.tensor(flat, dtype=torch.int64), lengths, codebook.size)
    numbers = np.array([number[word] for word in split.inputs], dtype=np.int64)
    if not window:
        return found, numbers
    # Few windows come twice, so each position has its own.
    windows = torch.from_numpy(around(numbers, split.lengths, window, beyond=-1))
    return found.of_windows(windows), np.arange(len(numbers))


def neighbours(lengths: Array, width: int) -> tuple[Array, Array]:
    """Return for S positions of N sequences laid end to end the 2 width + 1 around each, first to last.

    Positions (S, 2 width + 1), and where they lie in the same sequence; the others' positions are their own.

    >>> positions, inside = neighbours(np.array([2, 1]), 1)
    >>> positions.tolist(), inside.tolist()
    ([[0, 0, 1], [0, 1, 1], [2, 2, 2]], [[False, True, True], [True, True, False], [False, True, False]])
    """
    own = np.arange(lengths.sum())[:, None]
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)[:, None]
    around = own + np.arange(-width, width + 1)
    inside = (around >= first) & (around < first + np.repeat(lengths, lengths)[:, None])
    return np.where(inside, around, own), inside


def around(values: Array, lengths: Array, width: int, *, beyond: object) -> Array:
    """Return values (S, ...) with those of their neighbours, (S, 2 width + 1, ...), and `beyond` behind the ends."""
    positions, inside = neighbours(lengths, width)
    found = values[positions]
    found[~inside] = beyond
    return found
