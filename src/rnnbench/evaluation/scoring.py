"""What trained networks answer, and how good that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.evaluation.metrics import (
    HIGHER_IS_BETTER,
    Counts,
    Marks,
    Slots,
    count_marks,
    judge_labels,
    judge_numbers,
    over_sequences,
    scores_of,
)
from rnnbench.models.engine import Predictor
from rnnbench.models.losses import losses
from rnnbench.models.network import Network

SEQUENCES_AT_ONCE = 128
STEPS_AT_ONCE = 1_000_000
"""Steps of all runs together that a GPU answers at once, at least 128 sequences: more of them keep it at work."""


@dataclass(frozen=True)
class Scorer:
    """How the answers of one task are scored."""

    slots: Slots | None
    """How labels spell slots; None for numbers and for labels that are not BIO."""
    tolerance: float
    """A number is right when it is closer than this."""
    metric: str
    """By which the best epoch and learning rate are chosen."""


@dataclass(frozen=True)
class SplitScores:
    """What R networks did on a split of N sequences."""

    loss: Array
    """(R,) mean over all positions that want an answer."""
    counts: Counts
    """Name -> (R, N)."""
    phenomena: Mapping[str, Counts]
    """Phenomenon -> name -> (R,), the counts where it shows."""


def predict(reader: Predictor, encoded: Encoded) -> Array:
    """Return the answers of every run to every sequence, (R, N, T, K): probabilities of labels, or numbers."""
    network = reader.network
    shape = (reader.runs, len(encoded), int(encoded.lengths.max()), network.output_size)
    found = np.zeros(shape, dtype=np.float32)
    for chosen in _in_parts(encoded, reader.runs):
        raw = reader.outputs(encoded, chosen)
        told = raw.softmax(-1) if network.output_kind == "labels" else raw
        found[:, chosen.cpu().numpy(), : raw.shape[2]] = told.cpu().numpy()
    return found


def score_split(reader: Predictor, encoded: Encoded, scorer: Scorer) -> SplitScores:
    """Return what every run did on a split; no more than a batch of answers is held at a time."""
    runs = reader.runs
    loss, rows = np.zeros(runs), _Rows(runs, len(encoded))
    for chosen in _in_parts(encoded, reader.runs):
        raw, targets = reader.outputs(encoded, chosen), encoded.targets_of(chosen)
        lost = losses(reader.network, raw, targets.expand(runs, *targets.shape))
        loss += _totals(lost)
        places, inside = encoded.places(chosen)
        scored = _array(_at(places, encoded.score_mask) & inside)
        marks = _judged(reader.network, raw, targets, scored, scorer)
        shown = {name: _array(_at(places, where)) for name, where in encoded.phenomena.items()}
        rows.add(marks, chosen.cpu().numpy(), shown)
    return SplitScores(loss / int(encoded.has_target.sum()), rows.counts, rows.phenomena)


def _in_parts(encoded: Encoded, runs: int) -> tuple[Tensor, ...]:
    """Return the numbers of all sequences, a few of like length at a time."""
    size = SEQUENCES_AT_ONCE
    if encoded.lengths.is_cuda:
        size = max(size, STEPS_AT_ONCE // (runs * max(1, int(encoded.lengths.max()))))
    return encoded.lengths.argsort(stable=True).split(size)


def _totals(lost: Tensor) -> Array:
    """Return the sum of each run's losses (R, B, T), (R,)."""
    if lost.is_cuda:
        return lost.sum((1, 2), dtype=torch.float64).cpu().numpy()
    # One by one: a sum over all axes but the first is taken in another order for another number of runs.
    return np.array([float(own.sum(dtype=torch.float64)) for own in lost])


def _at(places: Tensor, values: Array) -> Tensor:
    """Return what a split's positions have (S,), at some of them."""
    return torch.from_numpy(values).to(places.device)[places]


def _array(values: Tensor) -> Any:
    """Return values to judge and count with: numpy is quicker on a CPU, and a GPU keeps its own."""
    return values if values.is_cuda else values.numpy()


def _judged(network: Network, raw: Tensor, targets: Tensor, scored: Array, scorer: Scorer) -> Marks:
    """Return the marks of a batch's sequences, which are the same for every run; `scored` (B, T)."""
    if network.output_kind == "labels":
        return judge_labels(_array(raw.argmax(-1)), _array(targets), scored, scorer.slots)
    return judge_numbers(_array(raw), _array(targets), scored, tolerance=scorer.tolerance)


class _Rows:
    """Counts of a split that are filled in a few sequences at a time."""

    def __init__(self, runs: int, sequences: int) -> None:
        self.shape = (runs, sequences)
        self.counts: dict[str, Array] = {}
        self.phenomena: dict[str, dict[str, Array]] = {}

    def add(self, marks: Marks, chosen: Array, phenomena: Mapping[str, Array]) -> None:
        """Add the marks of the chosen sequences; `phenomena`: name -> (B, T) where it shows."""
        for name, values in _counted(marks).items():
            self.counts.setdefault(name, np.zeros(self.shape, values.dtype))[:, chosen] = values
        for phenomenon, where in phenomena.items():
            sums = self.phenomena.setdefault(phenomenon, {})
            for name, values in over_sequences(_counted(marks, where)).items():
                sums[name] = sums.get(name, 0) + values


def _counted(marks: Marks, where: Any = None) -> Counts:
    return {name: np.asarray(torch.as_tensor(values).cpu()) for name, values in count_marks(marks, where).items()}


def score(told: SplitScores, *, paired: bool = False) -> dict[str, Array]:
    """Return metric -> (R,), the loss among them; `paired`: the score of pairs too."""
    return {"loss": told.loss, **scores_of(told.counts, paired=paired)}


def selection_score(scores: Mapping[str, Array], metric: str) -> Array:
    """Return (R, 2) what runs are chosen by, higher is better: the metric, then the loss; -inf for a loss like NaN."""
    sign = 1 if metric in HIGHER_IS_BETTER else -1
    both = np.stack([sign * scores[metric], -scores["loss"]], -1)
    return np.where(np.isfinite(scores["loss"])[:, None], both, -np.inf)


def is_better(new: Array, old: Array) -> Array:
    """Return (R,) where one merit (R, 2) beats another; a tie of the metric goes to the lower loss."""
    return (new[:, 0] > old[:, 0]) | ((new[:, 0] == old[:, 0]) & (new[:, 1] > old[:, 1]))
