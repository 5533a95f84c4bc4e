"""Trains one combination: a task's corpus, an encoder, an architecture, and the runs that make up its stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from rnnbench.batches import Encoded, encode
from rnnbench.devices import device_name, open_device
from rnnbench.evaluation import Scorer, answer, score_splits
from rnnbench.metrics import bio
from rnnbench.network import Network, count_parameters, width_for
from rnnbench.training import Run, Trained, train

if TYPE_CHECKING:
    from rnnbench.architectures import Architecture
    from rnnbench.config import Size, Training
    from rnnbench.corpus import Array, Corpus
    from rnnbench.encoders import Codebook, Encoder
    from rnnbench.tasks import Task

SHOWCASE = "showcase"


@dataclass(frozen=True)
class Combination:
    """What a network is trained on and how it is built."""

    task: Task
    encoder: Encoder
    architecture: Architecture
    size: Size


@dataclass(frozen=True)
class Result:
    """One trained run: what the tables need, and its tensors (weights, answers to the showcase)."""

    record: dict[str, Any]
    tensors: dict[str, Array]


def train_combination(
    combination: Combination, corpus: Corpus, runs: Sequence[Run], training: Training, device: str
) -> list[Result]:
    """Return one result for each run."""
    chosen = open_device(device)
    codebook, network = build(combination, corpus)
    splits = encode_corpus(corpus, codebook, chosen)
    scorer = Scorer(bio(corpus.labels), combination.task.tolerance)
    trained = train(network, splits, runs, training, scorer, metric=combination.task.chosen_by)
    scores = score_splits(network, trained.parameters, splits, scorer, [name for name in splits if name != SHOWCASE])
    shown = answer(network, trained.parameters, splits[SHOWCASE]).outputs
    facts = {"hidden": network.hidden, "parameters": count_parameters(network), "device": device_name(chosen)}
    return [_result(i, trained, scores, shown, facts | {"epochs": training.epochs}) for i in range(len(runs))]


def build(combination: Combination, corpus: Corpus) -> tuple[Codebook | None, Network]:
    """Return what the encoder learns from the training words, and the network that reads it."""
    first, architecture = corpus.splits["train"], combination.architecture
    codebook = combination.encoder.fit(first.inputs) if combination.encoder.inputs == "words" else None
    labels = corpus.labels
    network = Network(
        cell=architecture.cell,
        layers=architecture.layers,
        bidirectional=architecture.bidirectional,
        hidden=architecture.hidden or combination.size.hidden,
        inputs=codebook.codes if codebook else first.inputs.shape[1],
        outputs=len(labels) if labels else first.targets.shape[1],
        answers="labels" if labels else "numbers",
        embedding=combination.encoder.embedding,
        unit=1.0 if labels else float(first.targets.std()) or 1.0,
    )
    parameters = combination.size.parameters
    if parameters is None or architecture.hidden is not None:
        return codebook, network
    return codebook, width_for(network, parameters)


def encode_corpus(corpus: Corpus, codebook: Codebook | None, device: torch.device) -> dict[str, Encoded]:
    """Return every split as tensors on a device."""
    return {name: encode(split, codebook, corpus.labels, device=device) for name, split in corpus.splits.items()}


def _result(
    i: int, trained: Trained, scores: Mapping[str, Mapping[str, Array]], shown: Array, facts: dict[str, Any]
) -> Result:
    """Return the i-th run of a stack; its seconds are its share of the stack's."""
    record = {
        **facts,
        "status": "diverged" if trained.diverged[i] else "done",
        "best_epoch": int(trained.best_epoch[i]),
        "seconds": trained.seconds / len(trained.best_epoch),
        "scores": [[split, m, _plain(v[i])] for split, found in scores.items() for m, v in found.items()],
        "history": [
            [epoch, split, m, _plain(v[i])] for epoch, split, found in trained.history for m, v in found.items()
        ],
    }
    weights = {name: value[i].cpu().numpy() for name, value in trained.parameters.items()}
    return Result(record, weights | {SHOWCASE: shown[i]})


def _plain(value: float) -> float | None:
    """Return a number that JSON can hold; None for one that is not finite."""
    number = float(value)
    return number if abs(number) != float("inf") and number == number else None
