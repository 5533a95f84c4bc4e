"""The training loop: all runs of a stack at once, each with its own initial parameters, data order, learning rate."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells._initializers import recurrent_weights
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.evaluation.scoring import Scorer, is_better, score, score_split, selection_score
from rnnbench.models.engine import Engine, Trainer
from rnnbench.models.network import Network

if TYPE_CHECKING:
    from rnnbench.training.settings import Training

MAX_POOL = 8
"""Largest number of batches in a pool, from which batches of similar length are cut; an epoch has 8 pools or more,
unless it has fewer batches."""

LR_SCHEDULES: Mapping[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "linear": lambda progress: 1.0 - progress,
}
"""Schedule -> the factor on the learning rate, given the share of the steps that has been taken."""


@dataclass(frozen=True)
class Run:
    """What distinguishes the runs of a combination."""

    seed: int
    learning_rate: float


@dataclass
class Trained:
    """R trained networks, each with the parameters of its best epoch on validation."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...)."""
    best_epoch: Array
    """(R,) counted from 1; 0 for a run without a finite loss after any epoch."""
    diverged: Array
    """(R,) true where the loss after some epoch was not finite; a weight that is not finite stays so."""
    history: list[tuple[int, str, dict[str, Array]]] = field(default_factory=list)
    """(epoch, split, metric -> (R,))"""
    seconds: float = 0.0


def initial_parameters(network: Network, seeds: Sequence[int]) -> dict[str, Tensor]:
    """Return the parameters before training, name -> (R, ...).

    A parameter depends only on its run's seed and on its name. Matrices and vectors are uniform in ±1/sqrt(H) as in
    torch.nn, embeddings standard normal, biases 0. A cell can specify other biases, and another initializer of the
    recurrent matrix.
    """
    values = {seed: {name: _initial_value(network, seed, name) for name in network.shapes} for seed in set(seeds)}
    return {name: torch.from_numpy(np.stack([values[seed][name] for seed in seeds])) for name in network.shapes}


def train(
    engine: Engine,
    network: Network,
    splits: Mapping[str, Encoded],
    runs: Sequence[Run],
    training: "Training",
    scorer: Scorer,
) -> Trained:
    """Train a stack of runs; the best epoch of each is the one with the best value of the scorer's metric."""
    begin, train_split = time.perf_counter(), splits["train"]
    start = initial_parameters(network, [run.seed for run in runs])
    trainer = engine.trainer(network, train_split, start, training.clip)
    rates = np.array([run.learning_rate for run in runs])
    watched = {"train": train_split.first(len(splits["validation"])), "validation": splits["validation"]}
    best = _BestEpochs(engine, network, trainer, watched, scorer)
    best.update(0)
    for epoch in range(1, training.epochs + 1):
        batches = list(batch_order(train_split.lengths, runs, epoch, training.batch))
        for batch, lr_factor in zip(batches, _lr_factors(training, epoch, len(batches)), strict=True):
            trainer.train_steps([batch], rates * lr_factor)
        best.update(epoch)
    best.trained.seconds = time.perf_counter() - begin
    return best.trained


def _lr_factors(training: "Training", epoch: int, steps: int) -> list[float]:
    """Return the factor on the learning rate at each step of an epoch."""
    lr_factor = LR_SCHEDULES[training.schedule]
    return [lr_factor((epoch - 1 + i / steps) / training.epochs) for i in range(steps)]


def batch_order(lengths: Tensor, runs: Sequence[Run], epoch: int, size: int) -> Iterator[Tensor]:
    """Yield the batches of an epoch, indices of sequences (R, B). A run's order depends only on its seed and epoch.

    Sequences are shuffled, sorted by length within pools, and cut into batches. The batches are then shuffled in the
    same way for every run, so that at each step the batches of a stack have similar lengths.
    """
    pool = size * max(1, min(MAX_POOL, len(lengths) // (size * MAX_POOL)))
    order = {seed: _pooled_order(lengths.cpu().numpy(), seed, epoch, pool) for seed in {run.seed for run in runs}}
    batches = torch.from_numpy(np.stack([order[run.seed] for run in runs])).split(size, 1)
    for i in generator(purpose="batches", epoch=epoch).permutation(len(batches)):
        yield batches[i]


def _initial_value(network: Network, seed: int, name: str) -> Array:
    shape, rng = network.shapes[name], generator(purpose="weights", seed=seed, parameter=name)
    last = name.rpartition(".")[2]
    if last == "embedding":
        return rng.standard_normal(shape).astype(np.float32)
    if last == "memory_bias" or name == "readout.bias":
        return np.zeros(shape, dtype=np.float32)
    if last == "bias":
        bias = network.cell.initial_bias()
        gates = network.cell.gates + network.cell.input_gates
        return np.repeat([bias.get(gate, 0.0) for gate in gates], network.hidden).astype(np.float32)
    initializer = network.cell.recurrent_initializer() if last == "recurrent" else "uniform"
    return recurrent_weights(initializer, rng, shape, network.hidden)


def _pooled_order(lengths: Array, seed: int, epoch: int, pool: int) -> Array:
    """Return a run's order of the sequences, (N,): shuffled, then sorted by length within pools of that size."""
    order = generator(purpose="order", seed=seed, epoch=epoch).permutation(len(lengths))
    pools = [order[i : i + pool] for i in range(0, len(order), pool)]
    return np.concatenate([indices[np.argsort(lengths[indices], kind="stable")] for indices in pools])


class _BestEpochs:
    """Keeps the parameters of each run's best epoch on validation."""

    def __init__(
        self, engine: Engine, network: Network, trainer: Trainer, watched: Mapping[str, Encoded], scorer: Scorer
    ) -> None:
        self.engine, self.network, self.trainer, self.watched, self.scorer = engine, network, trainer, watched, scorer
        parameters = {name: value.clone() for name, value in trainer.parameters.items()}
        runs = len(parameters["readout.bias"])
        self.best_score = np.full((runs, 2), -np.inf)
        self.trained = Trained(parameters, np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=bool))

    def update(self, epoch: int) -> None:
        """Score the parameters after an epoch, and keep those of the runs that improved."""
        predictor, metric = self.engine.predictor(self.network, self.trainer.parameters), self.scorer.metric
        scores = {name: score(score_split(predictor, split, self.scorer)) for name, split in self.watched.items()}
        for split, metrics in scores.items():
            names = [name for name in ("loss", "token_accuracy", "squared_error", metric) if name in metrics]
            self.trained.history.append((epoch, split, {name: metrics[name] for name in names}))
            self.trained.diverged |= ~np.isfinite(metrics["loss"])
        if epoch:  # untrained parameters are part of the history, but never selected
            self._keep(selection_score(scores["validation"], metric), epoch)

    def _keep(self, selection_scores: Array, epoch: int) -> None:
        """Keep the parameters of the runs whose selection score (R, 2) is better than before."""
        better = is_better(selection_scores, self.best_score)
        self.best_score[better] = selection_scores[better]
        self.trained.best_epoch[better] = epoch
        for name, value in self.trainer.parameters.items():
            self.trained.parameters[name][better] = value[better]
