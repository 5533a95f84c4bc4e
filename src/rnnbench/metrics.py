"""Scores of answers, for all runs of a stack at once. Axes: R run, N sequence, T time (then K numbers)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbench.corpus import Array

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
HIGHER_IS_BETTER = (
    "token_accuracy",
    "slot_accuracy",
    "slot_f1",
    "slot_f1_strict",
    "sequence_accuracy",
)


@dataclass(frozen=True)
class Slots:
    """How labels spell slots in BIO: for each label its mark (O, B or I) and the number of its slot."""

    marks: Array
    types: Array


def bio(labels: Sequence[str]) -> Slots | None:
    """Return how the labels spell slots, or None when they are not BIO.

    >>> bio(["O", "B-city", "I-city", "B-time"])
    Slots(marks=array([0, 1, 2, 1]), types=array([-1,  0,  0,  1]))
    """
    if not labels or any(label != "O" and label[:2] not in ("B-", "I-") for label in labels):
        return None
    kinds = sorted({label[2:] for label in labels if label != "O"})
    marks = np.array(["OBI".index(label[0]) for label in labels])
    types = np.array([-1 if label == "O" else kinds.index(label[2:]) for label in labels])
    return Slots(marks, types)


def score_labels(answers: Array, targets: Array, scored: Array, slots: Slots | None) -> Mapping[str, Array]:
    """Return metric -> (R,) for answers (R, N, T) against targets (N, T); `scored` (N, T) says where they count.

    token_accuracy: share of right labels. sequence_accuracy: share of sequences without a mistake. With slots too:
    slot_accuracy: share of right labels over the words whose label is not O. slot_f1: micro F1 of whole slots, with
    labels read as conlleval does (an I without a B begins a slot); slot_f1_strict: only a B begins a slot.
    """
    right = answers == targets
    scores = {
        "token_accuracy": _share(right, scored),
        "sequence_accuracy": (right | ~scored).all(-1).mean(-1),
    }
    if slots is None:
        return scores
    return scores | {
        "slot_accuracy": _share(right, scored & (slots.marks[targets] != OUTSIDE)),
        "slot_f1": _slot_f1(answers, targets, scored, slots, strict=False),
        "slot_f1_strict": _slot_f1(answers, targets, scored, slots, strict=True),
    }


def score_numbers(answers: Array, targets: Array, scored: Array, *, tolerance: float) -> Mapping[str, Array]:
    """Return metric -> (R,) for answers (R, N, T, K) against targets (N, T, K); `scored` (N, T) where they count.

    An answer is right when all its numbers are closer than `tolerance`. token_accuracy: share of right answers;
    sequence_accuracy: share of sequences without a wrong one; squared_error: mean over answers.
    """
    error = np.abs(answers.astype(np.float64) - targets)
    right = (error < tolerance).all(-1)
    return {
        "token_accuracy": _share(right, scored),
        "sequence_accuracy": (right | ~scored).all(-1).mean(-1),
        "squared_error": (error**2).mean(-1)[..., scored].mean(-1),
    }


def _share(right: Any, counted: Array) -> Array:
    n = counted.sum()
    return (right & counted).sum((-2, -1)) / n if n else np.full(right.shape[0], np.nan)


def _slot_f1(answers: Array, targets: Array, scored: Array, slots: Slots, *, strict: bool) -> Array:
    found = _segments(answers, scored, slots, strict=strict)
    wanted = _segments(targets, scored, slots, strict=strict)
    same = found.begins & wanted.begins & (found.types == wanted.types) & (found.ends == wanted.ends)
    total = found.begins.sum((-2, -1)) + wanted.begins.sum((-2, -1))
    return 2 * same.sum((-2, -1)) / np.maximum(total, 1)


@dataclass(frozen=True)
class _Segments:
    begins: Array
    """True where a slot begins."""
    ends: Array
    """Where the slot that covers the position ends."""
    types: Array


def _segments(labels: Array, scored: Array, slots: Slots, *, strict: bool) -> _Segments:
    """Return the slots of labels (..., N, T); positions that are not scored count as O."""
    marks = np.where(scored, slots.marks[labels], OUTSIDE)
    types = np.where(marks == OUTSIDE, -1, slots.types[labels])
    goes_on = (marks[..., 1:] == INSIDE) & (types[..., 1:] == types[..., :-1])
    edge = np.zeros((*marks.shape[:-1], 1), dtype=bool)
    begins = (marks != OUTSIDE) & ~np.concatenate([edge, goes_on], -1)
    last = (marks != OUTSIDE) & ~np.concatenate([goes_on, edge], -1)
    length = marks.shape[-1]
    where = np.where(last, np.arange(length), length)
    ends = np.minimum.accumulate(where[..., ::-1], axis=-1)[..., ::-1]
    return _Segments(begins & (marks == BEGIN) if strict else begins, ends, types)
