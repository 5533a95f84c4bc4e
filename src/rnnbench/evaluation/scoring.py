"""The answers of trained networks, and their scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.data.bio import BioLabels
from rnnbench.evaluation.metrics import (
    HIGHER_IS_BETTER,
    Counts,
    Marks,
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
"""The number of sequences that a CPU answers at once, and the least number for a GPU."""
STEPS_AT_ONCE = 1_000_000
"""The number of steps, of all runs together, that a GPU answers at once: fewer would leave it idle."""


@dataclass(frozen=True)
class Scorer:
    """How the answers of one task are scored."""

    bio: BioLabels | None
    """The parts of the labels; None for numbers and for labels that are not BIO."""
    tolerance: float
    """A number is right when it is closer to the target than this."""
    metric: str
    """The metric by which the best step and learning rate are selected."""


@dataclass(frozen=True)
class SplitScores:
    """The loss and the counts of R networks on a split of N sequences."""

    loss: Array
    """(R,) mean over all positions that have a target."""
    counts: Counts
    """Name -> (R, N), the counts of each sequence."""
    phenomena: Mapping[str, Counts]
    """Phenomenon -> name -> (R,), the counts over the positions that show it."""


def predict(predictor: Predictor, encoded: Encoded) -> Array:
    """Return the answers of every run to every sequence, (R, N, T, K): probabilities of labels, or numbers."""
    network = predictor.network
    shape = (predictor.runs, len(encoded), int(encoded.lengths.max()), network.output_size)
    answers = np.zeros(shape, dtype=np.float32)
    for indices in _index_batches(encoded, predictor.runs):
        outputs = predictor.outputs(encoded, indices)
        values = outputs.softmax(-1) if network.output_kind == "labels" else outputs
        answers[:, indices.cpu().numpy(), : outputs.shape[2]] = values.cpu().numpy()
    return answers


def score_split(predictor: Predictor, encoded: Encoded, scorer: Scorer) -> SplitScores:
    """Return the loss and the counts of every run on a split; only one batch of answers is in memory at a time."""
    runs = predictor.runs
    loss, counts = np.zeros(runs), _SplitCounts(runs, len(encoded))
    for indices in _index_batches(encoded, runs):
        outputs, targets = predictor.outputs(encoded, indices), encoded.targets_of(indices)
        loss += _sums_of_losses(losses(predictor.network, outputs, targets.expand(runs, *targets.shape)))
        positions, inside = encoded.positions(indices)
        score_mask = _array(_at(positions, encoded.score_mask) & inside)
        marks = _marks(predictor.network, outputs, targets, score_mask, scorer)
        phenomena = {name: _array(_at(positions, where)) for name, where in encoded.phenomena.items()}
        counts.add(marks, indices.cpu().numpy(), phenomena)
    return SplitScores(loss / int(encoded.has_target.sum()), counts.counts, counts.phenomena)


def _index_batches(encoded: Encoded, runs: int) -> tuple[Tensor, ...]:
    """Return the indices of all sequences in batches of sequences of similar length."""
    size = SEQUENCES_AT_ONCE
    if encoded.lengths.is_cuda:
        size = max(size, STEPS_AT_ONCE // (runs * max(1, int(encoded.lengths.max()))))
    return encoded.lengths.argsort(stable=True).split(size)


def _sums_of_losses(values: Tensor) -> Array:
    """Return the sum of each run's losses (R, B, T), (R,)."""
    if values.is_cuda:
        return values.sum((1, 2), dtype=torch.float64).cpu().numpy()
    # Run by run: a sum over all axes but the first is taken in another order for another number of runs.
    return np.array([float(losses_of_run.sum(dtype=torch.float64)) for losses_of_run in values])


def _at(positions: Tensor, values: Array) -> Tensor:
    """Return a split's values (S,) at some positions, as a tensor on their device."""
    return torch.from_numpy(values).to(positions.device)[positions]


def _array(values: Tensor) -> Any:
    """Return the values as an array of numpy, which counts faster on a CPU; on a GPU they stay a tensor."""
    return values if values.is_cuda else values.numpy()


def _marks(network: Network, outputs: Tensor, targets: Tensor, score_mask: Array, scorer: Scorer) -> Marks:
    """Return the marks of a batch of sequences that is the same for every run; `score_mask` (B, T)."""
    if network.output_kind == "labels":
        return judge_labels(_array(outputs.argmax(-1)), _array(targets), score_mask, scorer.bio)
    return judge_numbers(_array(outputs), _array(targets), score_mask, tolerance=scorer.tolerance)


class _SplitCounts:
    """The counts of a split, filled in batch by batch."""

    def __init__(self, runs: int, sequences: int) -> None:
        self.shape = (runs, sequences)
        self.counts: dict[str, Array] = {}
        self.phenomena: dict[str, dict[str, Array]] = {}

    def add(self, marks: Marks, indices: Array, phenomena: Mapping[str, Array]) -> None:
        """Add the marks of the sequences with these indices; `phenomena`: name -> (B, T), true where it shows."""
        for name, values in _counts(marks).items():
            self.counts.setdefault(name, np.zeros(self.shape, values.dtype))[:, indices] = values
        for phenomenon, where in phenomena.items():
            sums = self.phenomena.setdefault(phenomenon, {})
            for name, values in over_sequences(_counts(marks, where)).items():
                sums[name] = sums.get(name, 0) + values


def _counts(marks: Marks, where: Any = None) -> Counts:
    """Return the counts of each sequence as arrays of numpy."""
    return {name: np.asarray(torch.as_tensor(values).cpu()) for name, values in count_marks(marks, where).items()}


def score(scores: SplitScores, *, paired: bool = False) -> dict[str, Array]:
    """Return metric -> (R,), the loss included; if `paired`, pair_accuracy too."""
    return {"loss": scores.loss, **scores_of(scores.counts, paired=paired)}


def selection_score(scores: Mapping[str, Array], metric: str) -> Array:
    """Return the pair of numbers by which runs are selected, (R, 2): the metric, then the negative loss.

    Higher is better, so errors are negative, too. Both are -inf where the loss is not finite.
    """
    sign = 1 if metric in HIGHER_IS_BETTER else -1
    pairs = np.stack([sign * scores[metric], -scores["loss"]], -1)
    return np.where(np.isfinite(scores["loss"])[:, None], pairs, -np.inf)


def is_better(new: Array, old: Array) -> Array:
    """Return (R,), true where the new selection score (R, 2) is higher; a tie of the metric goes to the lower loss."""
    return (new[:, 0] > old[:, 0]) | ((new[:, 0] == old[:, 0]) & (new[:, 1] > old[:, 1]))
