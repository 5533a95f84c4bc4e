"""The training loop: all runs of a stack at once, each in its world, with its own start, order and learning rate."""

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells._initializers import recurrent_weights
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded, side_by_side
from rnnbench.data.word_dropout import WordDropout
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.evaluation.scoring import Scorer, is_better, score, score_split, selection_score
from rnnbench.models.engine import Engine, Trainer
from rnnbench.models.network import Network
from rnnbench.training.plateau import Plateau, untrained

if TYPE_CHECKING:
    from rnnbench.training.settings import Training

MAX_POOL = 8
"""Largest number of batches in a pool, from which batches of similar length are cut; an epoch has 8 pools or more,
unless it has fewer batches."""


@dataclass(frozen=True)
class Run:
    """What distinguishes the runs of a combination."""

    seed: int
    learning_rate: float


@dataclass(frozen=True)
class World:
    """What the runs of one seed read."""

    splits: Mapping[str, Encoded]
    scorer: Scorer
    dropout: WordDropout | None = None
    """How training words become "other"; None where they never do."""

    @cached_property
    def watched(self) -> dict[str, Encoded]:
        """Return what is scored during training: validation, and as many training sequences."""
        validation = self.splits["validation"]
        return {"train": self.splits["train"].first(len(validation)), "validation": validation}

    def shown(self, seed: int, epoch: int) -> Encoded:
        """Return the training split as an epoch shows it."""
        return self.splits["train"] if self.dropout is None else self.dropout.drawn(seed, epoch)


Worlds = Mapping[int, World]
"""Seed -> its world."""


@dataclass
class Trained:
    """R trained networks, each with the parameters that were best on validation."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...)."""
    plateau: Plateau
    """When and why each run ended, and from what gain on a score counted."""
    best_step: Array
    """(R,) the step whose parameters were kept; 0 for a run without a finite loss after training began."""
    history: list[tuple[int, str, dict[str, Array]]] = field(default_factory=list)
    """(step, split, metric -> (R,)), NaN for runs that had stopped before."""
    seconds: float = 0.0


def initial_parameters(network: Network, seeds: Sequence[int]) -> dict[str, Tensor]:
    """Return the parameters before training, name -> (R, ...).

    A parameter depends only on its run's seed and on its name. Matrices and vectors are uniform in ±1/sqrt(H) as in
    torch.nn, embeddings standard normal, biases 0. A cell can specify other biases, and another initializer of the
    recurrent matrix.
    """
    values = {seed: {name: _initial_value(network, seed, name) for name in network.shapes} for seed in set(seeds)}
    return {name: torch.from_numpy(np.stack([values[seed][name] for seed in seeds])) for name in network.shapes}


def train(engine: Engine, network: Network, worlds: Worlds, runs: Sequence[Run], training: "Training") -> Trained:
    """Train a stack of runs until each has reached a plateau; of each the parameters that were best are kept.

    The worlds of a stack have the same number of training sequences and give networks of the same shape.
    """
    begin, seeds = time.perf_counter(), sorted({run.seed for run in runs})
    stack = _WorldsOfAStack({seed: worlds[seed] for seed in seeds})
    start = initial_parameters(network, [run.seed for run in runs])
    trainer = engine.trainer(network, stack.shown(epoch=1), start, training.clip)
    watch = _Watch(engine, network, trainer, stack.worlds, runs, training)
    rates = np.array([run.learning_rate for run in runs])
    for epoch in itertools.count(1):
        if epoch > 1 and stack.changes:
            trainer.read(stack.shown(epoch))
        batches = list(stack.batch_order(runs, epoch, training.batch))
        while batches:
            room = min(training.check - watch.step % training.check, training.max_steps - watch.step)
            trainer.train_steps(batches[:room], rates * watch.trained.plateau.lr_factors)
            watch.step += len(batches[:room])
            del batches[:room]
            is_due = watch.step % training.check == 0 or watch.step == training.max_steps
            if is_due and not watch.goes_on():
                watch.trained.seconds = time.perf_counter() - begin
                return watch.trained
    raise AssertionError("every run ends")


def batch_order(lengths: Mapping[int, Tensor], runs: Sequence[Run], epoch: int, size: int) -> Iterator[Tensor]:
    """Yield the batches of an epoch, indices of sequences (R, B). A run's order depends only on its seed and epoch.

    `lengths`: seed -> (N,), those of its training sequences. Sequences are shuffled, sorted by length within pools, and
    cut into batches. The batches are then shuffled in the same way for every run, so that at each step the batches of a
    stack have similar lengths.
    """
    number = len(next(iter(lengths.values())))
    pool = size * max(1, min(MAX_POOL, number // (size * MAX_POOL)))
    order = {seed: _pooled_order(values.cpu().numpy(), seed, epoch, pool) for seed, values in lengths.items()}
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


@dataclass(frozen=True)
class _WorldsOfAStack:
    """The training splits of a stack's worlds side by side, as one."""

    worlds: Worlds

    @property
    def changes(self) -> bool:
        """Return whether an epoch shows other words than the one before."""
        return any(world.dropout is not None for world in self.worlds.values())

    def shown(self, epoch: int) -> Encoded:
        """Return all training splits as an epoch shows them."""
        return side_by_side([world.shown(seed, epoch) for seed, world in self.worlds.items()])

    def batch_order(self, runs: Sequence[Run], epoch: int, size: int) -> Iterator[Tensor]:
        """Yield the batches of an epoch, indices (R, B) of sequences in the splits side by side."""
        lengths = {seed: world.splits["train"].lengths for seed, world in self.worlds.items()}
        number = len(next(iter(lengths.values())))
        first = {seed: i * number for i, seed in enumerate(lengths)}
        offsets = torch.tensor([[first[run.seed]] for run in runs])
        yield from (batch + offsets for batch in batch_order(lengths, runs, epoch, size))


class _Watch:
    """Scores the runs from time to time, keeps the parameters that were best, and says which runs go on."""

    def __init__(
        self,
        engine: Engine,
        network: Network,
        trainer: Trainer,
        worlds: Worlds,
        runs: Sequence[Run],
        training: "Training",
    ) -> None:
        self.engine, self.network, self.trainer, self.worlds = engine, network, trainer, worlds
        self.metric = next(iter(worlds.values())).scorer.metric
        self.seeds = np.array([run.seed for run in runs])
        self.best_score = np.full((len(runs), 2), -np.inf)
        self.step = 0
        parameters = {name: value.clone() for name, value in trainer.parameters.items()}
        self.history: list[tuple[int, str, dict[str, Array]]] = []
        scores, _ = self._scores(np.ones(len(runs), dtype=bool))
        plateau = untrained(
            scores[:, 0],
            is_error=self.metric not in HIGHER_IS_BETTER,
            patience=training.patience,
            max_steps=training.max_steps,
        )
        self.trained = Trained(parameters, plateau, np.zeros(len(runs), dtype=np.int64), self.history)

    def goes_on(self) -> bool:
        """Score the runs that train, keep the parameters of those that improved; return whether any run goes on."""
        plateau = self.trained.plateau
        scores, finite = self._scores(plateau.trains)
        self._keep(scores)
        self.trained.plateau = plateau.after(self.step, scores[:, 0], finite)
        return bool(self.trained.plateau.trains.any())

    def _scores(self, trains: Array) -> tuple[Array, Array]:
        """Return the selection scores (R, 2) on validation, -inf where a run does not train, and where all are finite.

        They become part of the history, with those on the training sequences.
        """
        selection, finite = np.full((len(trains), 2), -np.inf), np.ones(len(trains), dtype=bool)
        history: dict[str, dict[str, Array]] = {}
        for seed, world in self.worlds.items():
            chosen = np.flatnonzero(trains & (self.seeds == seed))
            if not len(chosen):
                continue
            parameters = {name: value[chosen] for name, value in self.trainer.parameters.items()}
            predictor = self.engine.predictor(self.network, parameters)
            for split, encoded in world.watched.items():
                scores = score(score_split(predictor, encoded, world.scorer))
                finite[chosen] &= np.isfinite(scores["loss"])
                if split == "validation":
                    selection[chosen] = selection_score(scores, self.metric)
                for name in ("loss", "token_accuracy", "squared_error", self.metric):
                    if name in scores:
                        columns = history.setdefault(split, {})
                        columns.setdefault(name, np.full(len(trains), np.nan))[chosen] = scores[name]
        self.history += [(self.step, split, columns) for split, columns in history.items()]
        return selection, finite

    def _keep(self, scores: Array) -> None:
        """Keep the parameters of the runs whose selection score (R, 2) is better than before."""
        better = is_better(scores, self.best_score)
        self.best_score[better] = scores[better]
        self.trained.best_step[better] = self.step
        for name, value in self.trainer.parameters.items():
            self.trained.parameters[name][better] = value[better]
