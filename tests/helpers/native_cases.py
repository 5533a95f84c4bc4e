"""Small splits, networks and weights on which native code is held against torch in float64."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from helpers.networks import CATALOGUE, network
from rnnbench.data.batches import Encoded
from rnnbench.data.sparse_codes import Codes
from rnnbench.models.losses import losses
from rnnbench.models.network import Network
from rnnbench.training.engines.native.engine import NativeRun, flatten, prepare
from rnnbench.training.engines.native.library import Library

DIMENSIONS, VOCABULARY = 9, 7


@dataclass(frozen=True)
class Case:
    """What a network reads and answers, how wide it is, and how long its sequences are."""

    reads: Literal["words", "numbers"]
    embedding: int | None
    answers: Literal["labels", "numbers"]
    hidden: int
    outputs: int
    lengths: tuple[int, ...]
    asked: float = 0.8
    """Share of positions that want an answer."""
    window: int = 0

    def network(self, name: str) -> Network:
        unit = 1.0 if self.answers == "labels" else 1.7
        inputs = DIMENSIONS * (2 * self.window + 1) if self.reads == "words" else DIMENSIONS
        shape = {"hidden": self.hidden, "input_size": inputs, "output_size": self.outputs, "output_scale": unit}
        reads = {"input_kind": self.reads, "embedding": self.embedding, "window": self.window}
        return network(name, output_kind=self.answers, **reads, **shape)

    def split(self) -> Encoded:
        """Return a split of one batch; some words have no code, some share dimensions."""
        rng, size = np.random.default_rng(0), sum(self.lengths)
        targets = torch.from_numpy(rng.integers(0, self.outputs, size))
        if self.answers == "numbers":
            targets = torch.from_numpy(rng.standard_normal((size, self.outputs)))
        silent = torch.from_numpy(rng.random(size) >= self.asked)
        targets[silent] = torch.nan if self.answers == "numbers" else -1
        inputs, codes = torch.from_numpy(rng.standard_normal((size, DIMENSIONS))), None
        if self.reads == "words":
            inputs, codes = torch.from_numpy(rng.integers(0, VOCABULARY, size)), some_codes(rng, 2 * self.window + 1)
        return Encoded(torch.tensor(self.lengths), inputs, targets, np.ones(size, bool), codes)


def some_codes(rng: np.random.Generator, words: int = 1) -> Codes:
    """Return the codes of words, or of windows of so many words, each with dimensions of its own."""
    sizes, dimensions = [0, *rng.integers(1, 4, VOCABULARY - 1)], DIMENSIONS * words
    chosen = [np.sort(rng.choice(dimensions, size * words, replace=False)) for size in sizes]
    lengths = torch.tensor([len(code) for code in chosen])
    return Codes(torch.from_numpy(np.concatenate(chosen).astype(np.int64)), lengths, dimensions)


READERS = [("words", None, "labels"), ("words", 5, "labels"), ("words", 16, "numbers"), ("numbers", None, "numbers")]
SIZES = [
    (4, 3, (3, 1, 4)),
    (1, 1, (1,)),  # H = K = B = T = 1
    (17, 2, (1, 1)),  # T = 1, and a unit more than any vector holds
    (32, 20, (9, 7, 7, 3) * 3),
    (5, 33, (2,)),  # B = 1
]
CASES = [Case(*reader, *size) for reader in READERS for size in SIZES]
CASES += [Case(*reader, 4, 3, (3, 2), asked=0.0) for reader in (READERS[0], READERS[-1])]
CASES += [Case(*reader, 5, 3, (4, 1, 3), window=window) for reader in READERS[:2] for window in (1, 3)]


def weights_of(ours: Network) -> dict[str, Tensor]:
    """Return weights of one run, name -> (1, ...), of the size that a network starts with, biases too."""
    rng, size = np.random.default_rng(1), max(ours.hidden, ours.output_size) ** -0.5
    return {name: torch.from_numpy(size * rng.standard_normal((1, *shape))) for name, shape in ours.shapes.items()}


Weights = dict[str, Tensor]


def gradient_of(ours: Network, weights: Weights, data: Encoded, chosen: Sequence[int]) -> tuple[float, Tensor]:
    """Return loss and gradient (P,) in float64, by autograd."""
    leaves = {name: value.clone().requires_grad_() for name, value in weights.items()}
    batch = data.batch(torch.tensor([chosen]))
    loss = losses(ours, ours.forward(leaves, batch), batch.targets).sum() / batch.has_target.sum().clamp(min=1)
    loss.backward()
    gradients = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad.to_dense() for leaf in leaves.values()]
    return loss.item(), torch.cat([gradient.flatten() for gradient in gradients])


def native_run(library: Library, ours: Network, weights: dict[str, Tensor]) -> NativeRun:
    run = NativeRun(library, ours)
    run.load(flatten(ours, weights)[0][0].numpy())
    return run


def exercise(library: Library) -> Iterator[tuple[str, Case]]:
    """Send every network through everything that the library does; yield what was done."""
    for name in CATALOGUE:
        for case in CASES:
            ours, data = case.network(name), case.split()
            run, chosen = native_run(library, ours, weights_of(ours)), np.arange(len(data))
            prepared, rates = prepare(data), np.array([0.1, 0.01, 0.1])
            run.gradient(prepared, chosen)
            run.train_steps(prepared, [chosen, chosen[:1], chosen[:0]], rates, 1.0)
            run.write_outputs(prepared, chosen, np.empty((len(data), max(case.lengths), case.outputs), np.float32))
            run.write_states(prepared, chosen, np.empty((sum(case.lengths), 12 * 2 * 64), np.float32))
            yield name, case
