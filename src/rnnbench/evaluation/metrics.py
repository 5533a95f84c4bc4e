"""Metrics, for all runs of a stack at once. Axes: R run, N sequence, T time (then K numbers).

Answers get marks position by position, the marks are counted, and the metrics are ratios of counts. So the same marks
serve the whole split, each phenomenon in it and each sequence, and a split can be scored batch by batch. Marks and
counts are arrays of numpy, or tensors of torch where the answers lie on a GPU.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device, is_torch_array

from rnnbench.common.typing import Array
from rnnbench.data.bio import BEGIN_CODE, INSIDE_CODE, OUTSIDE_CODE, BioLabels

Direction = Literal["higher", "lower"]
"""Which of two scores is the better one."""


class Metric(NamedTuple):
    """What a number says, and in which direction it is better."""

    direction: Direction
    meaning: str


METRIC_TABLE: Mapping[str, Metric] = {
    "token_accuracy": Metric("higher", "share of positions with the right answer"),
    "slot_accuracy": Metric("higher", "share of positions with the right answer, of those whose target is not O"),
    "slot_f1": Metric("higher", "micro F1 of whole slots, as in conlleval"),
    "slot_f1_strict": Metric("higher", "micro F1 of whole slots, of which each begins with a B- label"),
    "naming_accuracy": Metric("higher", "share of slots whose name is right, wherever they begin"),
    "sequence_accuracy": Metric("higher", "share of sequences without a mistake"),
    "pair_accuracy": Metric("higher", "share of pairs of sequences without a mistake in either"),
    "calibrated_score": Metric("higher", "0: the best tagger without memory; 1: always right"),
    "stored_r2": Metric("higher", "share of the variance of what must be kept that is read from the state"),
    "squared_error": Metric("lower", "mean squared error"),
    "loss": Metric("lower", "mean over positions of the loss that training lowers"),
}
"""Every metric with its direction: the one place that knows it."""
METRICS = {
    "token_accuracy": "token accuracy",
    "slot_accuracy": "slot accuracy",
    "slot_f1": "slot F1",
    "sequence_accuracy": "sequence accuracy",
    "pair_accuracy": "pair accuracy",
    "calibrated_score": "calibrated score",
}
"""Metric -> its name in a sentence, in order of display; in all of them higher is better."""
HIGHER_IS_BETTER = tuple(name for name, metric in METRIC_TABLE.items() if metric.direction == "higher")
"""The metrics in which higher is better; the others are errors."""
GAP, GAP_AT_END = "gap", "gap_at_end"
"""In place of a split, the difference of a score between two: train minus test, and train minus validation in the end.
It says how much a network overfits. It is no score, and none of them is the best."""
GAPS = (GAP, GAP_AT_END)
COMPARED = ("slot_f1", "calibrated_score", "token_accuracy")
"""The metrics by which networks may be compared, the preferred one first."""


def direction(metric: str, split: str = "test") -> Direction | None:
    """Return in which direction a metric of a split is better; None for a gap, and for what is no metric.

    >>> direction("slot_f1"), direction("loss"), direction("slot_f1", "gap"), direction("seconds")
    ('higher', 'lower', None, None)
    """
    return None if split in GAPS or metric not in METRIC_TABLE else METRIC_TABLE[metric].direction


Marks = Mapping[str, Array]
"""Name -> (R, N, T), or (1, N, T) where all runs have the same: a truth value or a number for each position."""
Counts = Mapping[str, Array]
"""Name -> sums of marks, (R, N) for each sequence or (R,) over all of them."""


class Ratio(NamedTuple):
    """A metric that is a ratio of counts: factor x numerator / denominator, both summed over sequences."""

    numerator: str
    denominator: tuple[str, ...]
    """The counts whose sum is the denominator."""
    dtype: type
    """The type in which a run's counts are stored."""
    factor: int = 1

    @property
    def counts(self) -> tuple[str, ...]:
        """The names of all its counts."""
        return (self.numerator, *self.denominator)


RATIOS: Mapping[str, Ratio] = {
    "token_accuracy": Ratio("right", ("counted",), np.int32),
    "slot_accuracy": Ratio("slot_right", ("slot_counted",), np.int32),
    "slot_f1": Ratio("same", ("found", "wanted"), np.int32, factor=2),
    "squared_error": Ratio("squared", ("counted",), np.float32),
}
"""Metric -> the counts of which it is a ratio, for the metrics whose counts are stored for every sequence."""
ACCURACIES = ("token_accuracy", "slot_accuracy")
"""The metrics that are a share of positions, by which networks and ceilings are compared sequence by sequence."""
TARGET_COUNTS = ("counted", "slot_counted", "wanted")
"""The counts that depend on the targets alone, and so are the same for all runs."""
STORED_COUNTS: Mapping[str, type] = {
    count: ratio.dtype for ratio in RATIOS.values() for count in ratio.counts if count not in TARGET_COUNTS
}
"""Count -> the type in which the store keeps it for every sequence of a run."""


def compared_by(metrics: Collection[str]) -> str | None:
    """Return the metric by which networks are compared by default: the first of `COMPARED` that is given, or None.

    >>> compared_by(["loss", "token_accuracy", "slot_f1"])
    'slot_f1'
    """
    return next((metric for metric in COMPARED if metric in metrics), None)


def judge_labels(answers: Array, targets: Array, score_mask: Array, bio: BioLabels | None) -> Marks:
    """Return the marks of answers (R, N, T) for targets (N, T), both label numbers; `score_mask` (N, T).

    right: the answer is the target. counted: the position is scored. With BIO labels also:

    - slot_right, slot_counted: the same at positions whose target is not O.
    - found: a slot begins in the answers. wanted: a slot begins in the targets. same: one begins in both, with the same
      name and end. As in conlleval, an I- label that continues no slot begins one.
    - found_strict, wanted_strict, same_strict: the same, but only a B- label begins a slot.
    """
    right = (answers == targets) & score_mask
    marks = {"right": right, "counted": score_mask[None]}
    if bio is None:
        return marks
    in_slot = score_mask & (_look_up(bio.prefixes, targets) != OUTSIDE_CODE)
    marks |= {"slot_right": right & in_slot, "slot_counted": in_slot[None]}
    for ending, strict in (("", False), ("_strict", True)):
        predicted = _segments(answers, score_mask, bio, strict=strict)
        expected = _segments(targets, score_mask, bio, strict=strict)
        same_slot = (predicted.slots == expected.slots) & (predicted.ends == expected.ends)
        same = predicted.begins & expected.begins & same_slot
        marks |= {f"found{ending}": predicted.begins, f"wanted{ending}": expected.begins[None], f"same{ending}": same}
    return marks


def judge_numbers(answers: Array, targets: Array, score_mask: Array, *, tolerance: float) -> Marks:
    """Return the marks of answers (R, N, T, K) for targets (N, T, K); `score_mask` (N, T).

    right: all K numbers are closer to the target than `tolerance`. counted: the position is scored. squared: the mean
    squared error over the K numbers.
    """
    xp = array_namespace(answers)
    error = abs(xp.astype(answers, xp.float64) - targets)
    right = (error < tolerance).all(-1) & score_mask
    return {"right": right, "counted": score_mask[None], "squared": xp.where(score_mask, (error**2).mean(-1), 0.0)}


def count_marks(marks: Marks, where: Array | None = None) -> Counts:
    """Return the sums of the marks of each sequence, (R, N), over all positions or over those in `where` (N, T)."""
    return {name: (mark if where is None else mark * where).sum(-1) for name, mark in marks.items()}


def over_sequences(counts: Counts) -> Counts:
    """Return the sums over all sequences, (R,), of counts (R, N)."""
    return {name: values.sum(-1) for name, values in counts.items()}


def ratios(counts: Counts) -> dict[str, Array]:
    """Return metric -> (R,) from counts (R,).

    token_accuracy: share of right positions. slot_accuracy: the same over positions whose target is not O. slot_f1,
    slot_f1_strict: micro F1 of whole slots, 0 where there is none (as in seqeval). squared_error: mean squared error.
    A share of no positions is NaN.
    """
    scores = {"token_accuracy": _ratio(counts["right"], counts["counted"])}
    if "slot_right" in counts:
        scores["slot_accuracy"] = _ratio(counts["slot_right"], counts["slot_counted"])
        for ending in ("", "_strict") if "same_strict" in counts else ("",):
            slots = counts[f"found{ending}"] + counts[f"wanted{ending}"]
            scores[f"slot_f1{ending}"] = 2 * counts[f"same{ending}"] / np.maximum(slots, 1)
    if "squared" in counts:
        scores["squared_error"] = _ratio(counts["squared"], counts["counted"])
    return scores


def scores_of(counts: Counts, *, paired: bool = False) -> dict[str, Array]:
    """Return metric -> (R,) from the counts of a whole split, (R, N).

    Beside the ratios: sequence_accuracy, the share of sequences without a mistake; if `paired`, also pair_accuracy, the
    share of pairs (sequences 2i and 2i + 1) without a mistake in either.
    """
    all_right = counts["right"] == counts["counted"]
    scores = ratios(over_sequences(counts)) | {"sequence_accuracy": all_right.mean(-1)}
    if paired:
        scores["pair_accuracy"] = (all_right[:, ::2] & all_right[:, 1::2]).mean(-1)
    return scores


def _ratio(numerator: Array, denominator: Array) -> Array:
    return np.where(denominator > 0, numerator / np.maximum(denominator, 1), np.nan)


@dataclass(frozen=True)
class _Segments:
    """The slots of label sequences, (..., N, T) each."""

    begins: Array
    """True where a slot begins."""
    ends: Array
    """The last position of the slot that covers a position."""
    slots: Array
    """The number of the slot's name, -1 outside of slots."""


def _segments(labels: Array, score_mask: Array, bio: BioLabels, *, strict: bool) -> _Segments:
    """Return the slots of labels (..., N, T); positions that are not scored count as O."""
    xp: Any = array_namespace(labels)
    prefixes = xp.where(score_mask, _look_up(bio.prefixes, labels), OUTSIDE_CODE)
    slots = xp.where(prefixes == OUTSIDE_CODE, -1, _look_up(bio.slots, labels))
    continues = (prefixes[..., 1:] == INSIDE_CODE) & (slots[..., 1:] == slots[..., :-1])
    edge = xp.zeros((*prefixes.shape[:-1], 1), dtype=xp.bool, device=device(labels))
    begins = (prefixes != OUTSIDE_CODE) & ~xp.concat([edge, continues], axis=-1)
    ends = _next_true(xp, (prefixes != OUTSIDE_CODE) & ~xp.concat([continues, edge], axis=-1))
    return _Segments(begins & (prefixes == BEGIN_CODE) if strict else begins, ends, slots)


def _look_up(table: Array, labels: Array) -> Array:
    """Return the entries of a table at these label numbers, on the device of the labels."""
    return array_namespace(labels).asarray(table, device=device(labels))[labels]


def _next_true(xp: Any, values: Array) -> Any:
    """Return for each position the next one whose value is true, itself included; T where there is none."""
    length = values.shape[-1]
    where = xp.where(values, xp.arange(length, device=device(values)), length)
    if is_torch_array(where):
        return where.flip(-1).cummin(-1).values.flip(-1)
    return np.minimum.accumulate(where[..., ::-1], axis=-1)[..., ::-1]
