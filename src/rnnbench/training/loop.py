"""The only training loop: all runs of a stack at once, each with its own start, order and learning rate."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells._initializers import recurrent
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.evaluation.scoring import Scorer, is_better, score, score_split, selection_score
from rnnbench.models.engine import Engine, Trainer
from rnnbench.models.network import Network

if TYPE_CHECKING:
    from rnnbench.training.settings import Training

POOL = 8
"""Batches of similar length are cut from pools of at most this many batches, and of an epoch's eighth."""

LR_SCHEDULES: Mapping[str, Callable[[float], float]] = {"constant": lambda done: 1.0, "linear": lambda done: 1.0 - done}
"""The share of the learning rate that is left when a share of the steps is done."""


@dataclass(frozen=True)
class Run:
    """What tells the runs of a combination apart."""

    seed: int
    learning_rate: float


@dataclass
class Trained:
    """R trained networks, each with the weights of its best epoch on validation."""

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
    """Return the weights before training, name -> (R, ...), from each run's seed and the parameter's name alone.

    Matrices and vectors are uniform in ±1/sqrt(H) as in torch.nn, word vectors standard normal; biases are 0. The cell
    may name other biases, and another start for the matrix that reads the memory.
    """
    drawn = {seed: {name: _draw(network, seed, name) for name in network.shapes} for seed in set(seeds)}
    return {name: torch.from_numpy(np.stack([drawn[seed][name] for seed in seeds])) for name in network.shapes}


def train(
    engine: Engine,
    network: Network,
    splits: Mapping[str, Encoded],
    runs: Sequence[Run],
    training: "Training",
    scorer: Scorer,
) -> Trained:
    """Train a stack of runs; the best epoch is the one with the best of the scorer's metric on validation."""
    begin, first = time.perf_counter(), splits["train"]
    start = initial_parameters(network, [run.seed for run in runs])
    learner = engine.trainer(network, first, start, [run.learning_rate for run in runs], training.clip)
    watched = {"train": first.first(len(splits["validation"])), "validation": splits["validation"]}
    best = _Best(engine, network, learner, watched, scorer)
    best.look(0)
    for epoch in range(1, training.epochs + 1):
        batches = list(batch_order(first.lengths, runs, epoch, training.batch))
        learner.train_steps(batches, _paces(training, epoch, len(batches)))
        best.look(epoch)
    best.trained.seconds = time.perf_counter() - begin
    return best.trained


def _paces(training: "Training", epoch: int, steps: int) -> list[float]:
    """Return the share of the learning rate at each step of an epoch."""
    pace = LR_SCHEDULES[training.schedule]
    return [pace((epoch - 1 + i / steps) / training.epochs) for i in range(steps)]


def batch_order(lengths: Tensor, runs: Sequence[Run], epoch: int, size: int) -> Iterator[Tensor]:
    """Yield the sequences of each batch of an epoch, (R, B). A run's order depends on its seed and epoch alone.

    Sequences are shuffled, sorted by length within pools, and cut into batches; the order of the batches is
    shuffled in the same way for every run, so that a stack's batches are of similar length.
    """
    pool = size * max(1, min(POOL, len(lengths) // (size * POOL)))
    order = {seed: _pooled(lengths.cpu().numpy(), seed, epoch, pool) for seed in {run.seed for run in runs}}
    chosen = torch.from_numpy(np.stack([order[run.seed] for run in runs])).split(size, 1)
    for i in generator(purpose="batches", epoch=epoch).permutation(len(chosen)):
        yield chosen[i]


def _draw(network: Network, seed: int, name: str) -> Array:
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
    start = network.cell.recurrent_initializer() if last == "recurrent" else "uniform"
    return recurrent(start, rng, shape, network.hidden)


def _pooled(lengths: Array, seed: int, epoch: int, pool: int) -> Array:
    order = generator(purpose="order", seed=seed, epoch=epoch).permutation(len(lengths))
    pools = [order[i : i + pool] for i in range(0, len(order), pool)]
    return np.concatenate([chosen[np.argsort(lengths[chosen], kind="stable")] for chosen in pools])


class _Best:
    """Keeps each run's weights of the epoch with the best score on validation."""

    def __init__(
        self, engine: Engine, network: Network, learner: Trainer, watched: Mapping[str, Encoded], scorer: Scorer
    ) -> None:
        self.engine, self.network, self.learner, self.watched, self.scorer = engine, network, learner, watched, scorer
        kept = {name: value.clone() for name, value in learner.parameters.items()}
        runs = len(kept["readout.bias"])
        self.merit = np.full((runs, 2), -np.inf)
        self.trained = Trained(kept, np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=bool))

    def look(self, epoch: int) -> None:
        """Score the weights after an epoch, and keep those of the runs that got better."""
        reader, metric = self.engine.predictor(self.network, self.learner.parameters), self.scorer.metric
        scores = {name: score(score_split(reader, split, self.scorer)) for name, split in self.watched.items()}
        for split, found in scores.items():
            kept = {name: found[name] for name in ("loss", "token_accuracy", "squared_error", metric) if name in found}
            self.trained.history.append((epoch, split, kept))
            self.trained.diverged |= ~np.isfinite(found["loss"])
        if epoch:  # what was never trained is in the history, but is not chosen, however lucky its guesses are
            self._keep(selection_score(scores["validation"], metric), epoch)

    def _keep(self, now: Array, epoch: int) -> None:
        """Keep the weights of the runs whose merit (R, 2) is better than before."""
        better = is_better(now, self.merit)
        self.merit[better] = now[better]
        self.trained.best_epoch[better] = epoch
        for name, value in self.learner.parameters.items():
            self.trained.parameters[name][better] = value[better]
