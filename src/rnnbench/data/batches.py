"""Splits as tensors, and the batches that networks are trained and scored on."""

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
from rnnbench.data.window import values_around
from rnnbench.encoders import FeatureIndex

IGNORE_INDEX = -1
"""The target of a position that has no target or lies beyond the end of its sequence. Among numbers it is NaN."""


@dataclass(frozen=True)
class Batch:
    """B sequences for each of R runs, padded to T steps."""

    inputs: Tensor | TokenBatch
    """Numbers (R, T, B, D), or words as sparse codes."""
    targets: Tensor
    """(R, B, T) labels or (R, B, T, K) numbers; IGNORE_INDEX or NaN where a position has no target."""
    lengths: Tensor
    """(R, B) number of steps of each sequence."""

    @cached_property
    def reverse_index(self) -> Tensor:
        """Return (R, T, B): the step at each place of the reversed sequences; padding stays where it is."""
        time = torch.arange(self.targets.shape[2], device=self.lengths.device)[:, None]
        reverse = self.lengths.unsqueeze(1) - 1 - time
        return torch.where(reverse >= 0, reverse, time)

    @property
    def has_target(self) -> Tensor:
        """Return (R, B, T), true where a position has a target."""
        return has_target(self.targets)


@dataclass(frozen=True)
class Encoded:
    """A split as tensors: N sequences laid end to end, S positions in all.

    There is no padding, so one long sequence does not enlarge the others.
    """

    lengths: Tensor
    """(N,) number of steps of each sequence."""
    inputs: Tensor
    """(S,) indices of words in `codes`, or (S, D) numbers."""
    targets: Tensor
    """(S,) labels or (S, K) numbers; IGNORE_INDEX or NaN where a position has no target."""
    score_mask: Array
    """(S,) true where the answer is scored."""
    codes: Codes | None
    """The codes of the split's distinct words or windows; None for numbers."""
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
        """Return (S,), true where a position has a target."""
        return has_target(self.targets)

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """Return the split as arrays of 32-bit numbers; only for a split on the CPU.

        starts, lengths (N,); words (S,) or numbers (S, D); labels (S,) or values (S, K). For words also code_starts
        (V + 1,), where the code of each word begins in dimensions, and dimensions, all codes end to end.
        """
        tensors = {
            "starts": self.starts,
            "lengths": self.lengths,
            "numbers" if self.codes is None else "words": self.inputs,
            "values" if self.targets.is_floating_point() else "labels": self.targets,
        }
        if self.codes is not None:
            tensors["code_starts"] = F.pad(self.codes.lengths.cumsum(0), (1, 0))
            tensors["dimensions"] = self.codes.dimensions
        return {name: _as_32_bit(values) for name, values in tensors.items()}

    def targets_of(self, indices: Tensor) -> Tensor:
        """Return the targets of the sequences with these indices (...): (..., T) labels or (..., T, K) numbers."""
        positions, inside = self.positions(indices)
        return _ignored_outside(self.targets[positions], inside)

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

    def positions(self, indices: Tensor, steps: int | None = None) -> tuple[Tensor, Tensor]:
        """Return the positions of the sequences with these indices (...), and a mask of those inside; both (..., T).

        T is `steps`, by default the length of the longest of them. Beyond its end a sequence's last position is
        repeated, so that padding adds no other word.
        """
        lengths = self.lengths[indices].unsqueeze(-1)
        time = torch.arange(int(lengths.max()) if steps is None else steps, device=indices.device)
        return self.starts[indices].unsqueeze(-1) + torch.minimum(time, lengths - 1), time < lengths

    def batch(self, indices: Tensor, steps: int | None = None) -> Batch:
        """Return the sequences with these indices (R, B), a row for each run, padded to `steps` or to the longest."""
        positions, inside = self.positions(indices, steps)
        inputs = self.inputs[positions.transpose(1, 2)]
        return Batch(
            inputs=inputs if self.codes is None else self.codes.batch(inputs),
            targets=_ignored_outside(self.targets[positions], inside),
            lengths=self.lengths[indices],
        )


def encode(
    split: Split,
    feature_index: FeatureIndex | None,
    labels: Sequence[str],
    *,
    window: int = 0,
    device: torch.device | str = "cpu",
) -> Encoded:
    """Return a split as tensors on a device.

    A label becomes its index in `labels`, and a word its code in the feature index, which is None for numbers. With a
    window w the input of a position also holds those of the w positions on either side: codes have a block of
    dimensions for each of the 2 w + 1 positions. Where words can become "other", its code is the last.
    """
    codes, inputs = _encoded_inputs(split, feature_index, window)
    number = {label: i for i, label in enumerate(labels)} | {NO_TARGET: IGNORE_INDEX}
    targets = np.array([number[label] for label in split.targets]) if labels else split.targets
    lengths, inputs, targets = map(torch.from_numpy, (split.lengths, inputs, targets))
    encoded = Encoded(lengths, inputs, targets, split.score_mask, codes, split.phenomena)
    return (encoded if feature_index is None else with_windows(encoded, window)).to(device)


def with_windows(encoded: Encoded, window: int) -> Encoded:
    """Return a split of words with the words around each position as its input."""
    if not window:
        return encoded
    assert encoded.codes is not None
    # Few windows occur twice, so each position has its own.
    numbers, lengths = encoded.inputs.cpu().numpy(), encoded.lengths.cpu().numpy()
    windows = torch.from_numpy(values_around(numbers, lengths, range(-window, window + 1), beyond=-1))
    codes, device = encoded.codes.to("cpu").for_windows(windows), encoded.inputs.device
    return replace(encoded, codes=codes.to(device), inputs=torch.arange(len(numbers), device=device))


def side_by_side(splits: Sequence[Encoded]) -> Encoded:
    """Return splits of the same kind as one: their sequences one after the other, each with the codes of its own words.

    The numbers of dimensions and of labels are the same in all of them.
    """
    if len(splits) == 1:
        return splits[0]
    codes, inputs = None, [split.inputs for split in splits]
    if all_codes := [split.codes for split in splits if split.codes is not None]:
        first = np.cumsum([0, *(len(codes.lengths) for codes in all_codes)])
        inputs = [values + int(offset) for values, offset in zip(inputs, first, strict=False)]
        dimensions, code_lengths = (
            torch.cat([getattr(codes, name) for codes in all_codes]) for name in ("dimensions", "lengths")
        )
        codes = Codes(dimensions, code_lengths, all_codes[0].size)
    return Encoded(
        lengths=torch.cat([split.lengths for split in splits]),
        inputs=torch.cat(inputs),
        targets=torch.cat([split.targets for split in splits]),
        score_mask=np.concatenate([split.score_mask for split in splits]),
        codes=codes,
    )


def has_target(targets: Tensor) -> Tensor:
    """Return where there is a target; the last axis of numbers is dropped."""
    return ~targets.isnan().any(-1) if targets.is_floating_point() else targets != IGNORE_INDEX


def _as_32_bit(values: Tensor) -> Array:
    return np.ascontiguousarray(values.numpy(), np.float32 if values.is_floating_point() else np.int32)


def _ignored_outside(targets: Tensor, inside: Tensor) -> Tensor:
    """Return targets (..., T) or (..., T, K) without those beyond the end of a sequence."""
    if targets.is_floating_point():
        return targets.masked_fill(~inside.unsqueeze(-1), torch.nan)
    return targets.masked_fill(~inside, IGNORE_INDEX)


def _encoded_inputs(split: Split, feature_index: FeatureIndex | None, window: int) -> tuple[Codes | None, Array]:
    """Return the codes of the distinct words and each position's index into them, or None and the numbers."""
    if feature_index is None:
        offsets = range(-window, window + 1)
        return None, values_around(split.inputs, split.lengths, offsets, beyond=0).reshape(len(split.inputs), -1)
    number = {word: i for i, word in enumerate(sorted(set(split.inputs)))}
    dimensions = [feature_index.encode(word) for word in number]
    if feature_index.dropout is not None and feature_index.other is not None:
        dimensions.append((feature_index.other,))
    codes = Codes(
        torch.tensor([dimension for code in dimensions for dimension in code], dtype=torch.int64),
        torch.tensor([len(code) for code in dimensions]),
        feature_index.size,
    )
    return codes, np.array([number[word] for word in split.inputs], dtype=np.int64)
