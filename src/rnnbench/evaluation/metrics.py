"""Scores of answers, for all runs of a stack at once. Axes: R run, N sequence, T time (then K numbers).

Answers are judged position by position, the marks are counted, and the scores are ratios of counts. So one judgement
serves the whole split, each phenomenon in it, and each sequence, and parts of a split can be judged one by one. Judging
and counting take arrays of numpy, or tensors of torch where answers lie on a GPU.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, is_torch_array

from rnnbench.common.typing import Array

METRICS = {
    "token_accuracy": "token accuracy",
    "slot_accuracy": "slot accuracy",
    "slot_f1": "slot F1",
    "sequence_accuracy": "sequence accuracy",
    "pair_accuracy": "pair accuracy",
    "calibrated_score": "calibrated score",
}
"""The metrics in which more is better, in the order shown, and how they are called in a sentence."""

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
HIGHER_IS_BETTER = (
    "token_accuracy",
    "slot_accuracy",
    "slot_f1",
    "slot_f1_strict",
    "sequence_accuracy",
    "pair_accuracy",
)
COMPARED = ("slot_f1", "calibrated_score", "token_accuracy")
Marks = Mapping[str, Array]
"""Name -> (R, N, T), or (1, N, T) where all runs have the same: what is so at a position; true or a number."""
Counts = Mapping[str, Array]
"""Name -> sums of marks, (R, N) for each sequence or (R,) over all of them."""


def compared_by(known: Collection[str]) -> str | None:
    """Return the metric by which networks on a task are compared unless one says otherwise: the first that it has.

    >>> compared_by(["loss", "token_accuracy", "slot_f1"])
    'slot_f1'
    """
    return next((metric for metric in COMPARED if metric in known), None)


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
    number = {kind: i for i, kind in enumerate(kinds)}
    marks = np.array(["OBI".index(label[0]) for label in labels])
    types = np.array([-1 if label == "O" else number[label[2:]] for label in labels])
    return Slots(marks, types)


def judge_labels(answers: Array, targets: Array, scored: Array, slots: Slots | None) -> Marks:
    """Return the marks of answers (R, N, T) against targets (N, T); `scored` (N, T) says where they count.

    right, counted: positions. With slots too: slot_right, slot_counted: positions whose label is not O; found,
    wanted, same: where a slot begins in the answers, in the targets, in both with the same name and end. They are
    read as conlleval does (an I without a B begins a slot); in `_strict` only a B begins a slot.
    """
    right = (answers == targets) & scored
    marks = {"right": right, "counted": scored[None]}
    if slots is None:
        return marks
    inside = scored & (_look_up(slots.marks, targets) != OUTSIDE)
    marks |= {"slot_right": right & inside, "slot_counted": inside[None]}
    for ending, strict in (("", False), ("_strict", True)):
        found = _segments(answers, scored, slots, strict=strict)
        wanted = _segments(targets, scored, slots, strict=strict)
        same = found.begins & wanted.begins & (found.types == wanted.types) & (found.ends == wanted.ends)
        marks |= {f"found{ending}": found.begins, f"wanted{ending}": wanted.begins[None], f"same{ending}": same}
    return marks


def judge_numbers(answers: Array, targets: Array, scored: Array, *, tolerance: float) -> Marks:
    """Return the marks of answers (R, N, T, K) against targets (N, T, K); `scored` (N, T) says where they count.

    right, counted: positions; all K numbers of a right answer are closer than `tolerance`. squared: mean squared
    error over the K numbers.
    """
    xp = array_namespace(answers)
    error = abs(xp.astype(answers, xp.float64) - targets)
    right = (error < tolerance).all(-1) & scored
    return {"right": right, "counted": scored[None], "squared": xp.where(scored, (error**2).mean(-1), 0.0)}


def count_marks(marks: Marks, where: Array | None = None) -> Counts:
    """Return the marks of each sequence, (R, N), or those where `where` (N, T) is true."""
    return {name: (mark if where is None else mark * where).sum(-1) for name, mark in marks.items()}


def over_sequences(counts: Counts) -> Counts:
    """Return counts of sequences (R, N) as counts of all of them, (R,)."""
    return {name: values.sum(-1) for name, values in counts.items()}


def ratios(counts: Counts) -> dict[str, Array]:
    """Return metric -> (R,) from counts (R,).

    token_accuracy: share of right positions. slot_accuracy: the same over positions whose label is not O. slot_f1,
    slot_f1_strict: micro F1 of whole slots, 0 where there is none (as in seqeval). squared_error: mean. A share of
    nothing is NaN.
    """
    scores = {"token_accuracy": _ratio(counts["right"], counts["counted"])}
    if "slot_right" in counts:
        scores["slot_accuracy"] = _ratio(counts["slot_right"], counts["slot_counted"])
        for ending in ("", "_strict") if "same_strict" in counts else ("",):
            both = counts[f"found{ending}"] + counts[f"wanted{ending}"]
            scores[f"slot_f1{ending}"] = 2 * counts[f"same{ending}"] / np.maximum(both, 1)
    if "squared" in counts:
        scores["squared_error"] = _ratio(counts["squared"], counts["counted"])
    return scores


def scores_of(counts: Counts, *, paired: bool = False) -> dict[str, Array]:
    """Return metric -> (R,) from the counts of a whole split, (R, N).

    Besides the ratios: sequence_accuracy, share of sequences without a mistake; `paired`: pair_accuracy, share of
    pairs (sequences 2i and 2i + 1) without a mistake in either.
    """
    whole = counts["right"] == counts["counted"]
    scores = ratios(over_sequences(counts)) | {"sequence_accuracy": whole.mean(-1)}
    if paired:
        scores["pair_accuracy"] = (whole[:, ::2] & whole[:, 1::2]).mean(-1)
    return scores


def _ratio(part: Array, whole: Array) -> Array:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


@dataclass(frozen=True)
class _Segments:
    begins: Array
    """True where a slot begins."""
    ends: Array
    """Where the slot that covers the position ends."""
    types: Array


def _segments(labels: Array, scored: Array, slots: Slots, *, strict: bool) -> _Segments:
    """Return the slots of labels (..., N, T); positions that are not scored count as O."""
    xp: Any = array_namespace(labels)
    marks = xp.where(scored, _look_up(slots.marks, labels), OUTSIDE)
    types = xp.where(marks == OUTSIDE, -1, _look_up(slots.types, labels))
    goes_on = (marks[..., 1:] == INSIDE) & (types[..., 1:] == types[..., :-1])
    edge = xp.zeros((*marks.shape[:-1], 1), dtype=xp.bool, device=device(labels))
    begins = (marks != OUTSIDE) & ~xp.concat([edge, goes_on], axis=-1)
    ends = _next(xp, (marks != OUTSIDE) & ~xp.concat([goes_on, edge], axis=-1))
    return _Segments(begins & (marks == BEGIN) if strict else begins, ends, types)


def _look_up(table: Array, labels: Array) -> Array:
    """Return an entry of a table for each label, where the labels lie."""
    return array_namespace(labels).asarray(table, device=device(labels))[labels]


def _next(xp: Any, true: Array) -> Any:
    """Return for each position the next one that is true, itself included; the length where there is none."""
    length = true.shape[-1]
    where = xp.where(true, xp.arange(length, device=device(true)), length)
    if is_torch_array(where):
        return where.flip(-1).cummin(-1).values.flip(-1)
    return np.minimum.accumulate(where[..., ::-1], axis=-1)[..., ::-1]
