"""What trained networks answer, and how good that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.batches import PADDING, Batch, Encoded
from rnnbench.corpus import Array
from rnnbench.metrics import HIGHER_IS_BETTER, Slots, score_labels, score_numbers
from rnnbench.network import Network, Parameters

SEQUENCES_AT_ONCE = 128


@dataclass(frozen=True)
class Answers:
    """What R networks answer to N sequences of at most T positions."""

    outputs: Array
    """(R, N, T, K) probabilities of labels, or numbers."""
    loss: Array
    """(R,) mean over all positions."""


@dataclass(frozen=True)
class Scorer:
    """How the answers of one task are scored."""

    slots: Slots | None
    """How labels spell slots; None for numbers and for labels that are not BIO."""
    tolerance: float
    """A number is right when it is closer than this."""


def losses(network: Network, outputs: Tensor, batch: Batch) -> Tensor:
    """Return the loss at each position, (R, B, T), 0 behind the end.

    Labels: cross-entropy in nats. Numbers: squared error in the network's unit, mean over K.
    """
    if network.answers == "labels":
        flat = F.cross_entropy(outputs.flatten(0, 2), batch.targets.flatten(), ignore_index=PADDING, reduction="none")
        return flat.view(batch.targets.shape)
    return ((outputs - batch.targets) / network.unit).square().mean(-1) * batch.inside


@torch.no_grad()
def answer(network: Network, parameters: Parameters, encoded: Encoded) -> Answers:
    """Return the answers of every run to every sequence of a split."""
    runs, device = len(parameters["readout.bias"]), encoded.lengths.device
    outputs = torch.zeros(runs, *encoded.targets.shape[:2], network.outputs, device=device)
    total = torch.zeros(runs, dtype=torch.float64, device=device)
    for chosen in encoded.lengths.argsort(stable=True).split(SEQUENCES_AT_ONCE):
        batch = encoded.batch(chosen.expand(runs, -1))
        raw = network.forward(parameters, batch)
        total += losses(network, raw, batch).sum((1, 2), dtype=torch.float64)
        outputs[:, chosen, : raw.shape[2]] = raw.softmax(-1) if network.answers == "labels" else raw
    return Answers(outputs.cpu().numpy(), (total / encoded.lengths.sum()).cpu().numpy())


def score(answers: Answers, encoded: Encoded, scorer: Scorer) -> dict[str, Array]:
    """Return metric -> (R,), the loss among them."""
    targets = encoded.targets.cpu().numpy()
    if targets.ndim == 2:
        found = score_labels(answers.outputs.argmax(-1), targets, encoded.scored, scorer.slots)
    else:
        found = score_numbers(answers.outputs, targets, encoded.scored, tolerance=scorer.tolerance)
    return {"loss": answers.loss, **found}


def score_splits(
    network: Network, parameters: Parameters, splits: Mapping[str, Encoded], scorer: Scorer, names: Sequence[str]
) -> dict[str, dict[str, Array]]:
    """Return split -> metric -> (R,) for the named splits."""
    return {name: score(answer(network, parameters, splits[name]), splits[name], scorer) for name in names}


def merit(scores: Mapping[str, Array], metric: str) -> Array:
    """Return (R, 2) what runs are chosen by, higher is better: the metric, then the loss; -inf for a loss like NaN."""
    sign = 1 if metric in HIGHER_IS_BETTER else -1
    both = np.stack([sign * scores[metric], -scores["loss"]], -1)
    return np.where(np.isfinite(scores["loss"])[:, None], both, -np.inf)


def is_better(new: Array, old: Array) -> Array:
    """Return (R,) where one merit (R, 2) beats another; a tie of the metric goes to the lower loss."""
    return (new[:, 0] > old[:, 0]) | ((new[:, 0] == old[:, 0]) & (new[:, 1] > old[:, 1]))
