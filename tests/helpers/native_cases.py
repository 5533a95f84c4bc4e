"""Small splits, networks and weights on which engines are compared with torch in float64."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from helpers.networks import CATALOGUE, network
from rnnbench.data.batches import Encoded
from rnnbench.data.sparse_codes import Codes
from rnnbench.models.losses import mean_losses
from rnnbench.models.network import Network
from rnnbench.training.engines.native.engine import NativeRun, flatten, prepare
from rnnbench.training.engines.native.library import Library

DIMENSIONS, VOCABULARY = 9, 7


@dataclass(frozen=True)
class Case:
    """Inputs and outputs of a network, its width, and the lengths of its sequences."""

    input_kind: Literal["words", "numbers"]
    embedding: int | None
    output_kind: Literal["labels", "numbers"]
    hidden: int
    output_size: int
    lengths: tuple[int, ...]
    target_share: float = 0.8
    """Share of positions that have a target."""
    window: int = 0

    def network(self, name: str) -> Network:
        is_words, is_labels = self.input_kind == "words", self.output_kind == "labels"
        return network(
            name,
            hidden=self.hidden,
            input_size=DIMENSIONS * (2 * self.window + 1) if is_words else DIMENSIONS,
            output_size=self.output_size,
            output_scale=1.0 if is_labels else 1.7,
            input_kind=self.input_kind,
            output_kind=self.output_kind,
            embedding=self.embedding,
            window=self.window,
        )

    def split(self) -> Encoded:
        """Return a split of one batch; some words have no code, some share dimensions."""
        rng, size = np.random.default_rng(0), sum(self.lengths)
        targets = torch.from_numpy(rng.integers(0, self.output_size, size))
        if self.output_kind == "numbers":
            targets = torch.from_numpy(rng.standard_normal((size, self.output_size)))
        no_target = torch.from_numpy(rng.random(size) >= self.target_share)
        targets[no_target] = torch.nan if self.output_kind == "numbers" else -1
        inputs, codes = torch.from_numpy(rng.standard_normal((size, DIMENSIONS))), None
        if self.input_kind == "words":
            inputs, codes = torch.from_numpy(rng.integers(0, VOCABULARY, size)), some_codes(rng, 2 * self.window + 1)
        return Encoded(torch.tensor(self.lengths), inputs, targets, np.ones(size, bool), codes)


def some_codes(rng: np.random.Generator, words: int = 1) -> Codes:
    """Return codes of words, or of windows of that many words, each with its own dimensions."""
    sizes, dimensions = [0, *rng.integers(1, 4, VOCABULARY - 1)], DIMENSIONS * words
    codes = [np.sort(rng.choice(dimensions, size * words, replace=False)) for size in sizes]
    lengths = torch.tensor([len(code) for code in codes])
    return Codes(torch.from_numpy(np.concatenate(codes).astype(np.int64)), lengths, dimensions)


INPUTS_AND_OUTPUTS = [
    ("words", None, "labels"),
    ("words", 5, "labels"),
    ("words", 16, "numbers"),
    ("numbers", None, "numbers"),
]
SIZES = [
    (4, 3, (3, 1, 4)),
    (1, 1, (1,)),  # H = K = B = T = 1
    (17, 2, (1, 1)),  # T = 1, and one unit more than a vector register holds
    (32, 20, (9, 7, 7, 3) * 3),
    (5, 33, (2,)),  # B = 1
]
CASES = [Case(*kinds, *size) for kinds in INPUTS_AND_OUTPUTS for size in SIZES]
CASES += [Case(*kinds, 4, 3, (3, 2), target_share=0.0) for kinds in (INPUTS_AND_OUTPUTS[0], INPUTS_AND_OUTPUTS[-1])]
CASES += [Case(*kinds, 5, 3, (4, 1, 3), window=window) for kinds in INPUTS_AND_OUTPUTS[:2] for window in (1, 3)]


def single_precision(data: Encoded) -> Encoded:
    """Return a split in the precision in which networks are trained."""
    numbers = {key: getattr(data, key) for key in ("inputs", "targets")}
    return replace(data, **{key: value.float() for key, value in numbers.items() if value.is_floating_point()})


def weights_of(ours: Network) -> dict[str, Tensor]:
    """Return weights of one run, name -> (1, ...), with the variance of initial weights; so are the biases."""
    rng, size = np.random.default_rng(1), max(ours.hidden, ours.output_size) ** -0.5
    return {name: torch.from_numpy(size * rng.standard_normal((1, *shape))) for name, shape in ours.shapes.items()}


Weights = dict[str, Tensor]


def gradient_of(ours: Network, weights: Weights, data: Encoded, indices: Sequence[int]) -> tuple[float, Tensor]:
    """Return loss and gradient (P,) in float64, by autograd."""
    leaves = {name: value.clone().requires_grad_() for name, value in weights.items()}
    loss = mean_losses(ours, leaves, data.batch(torch.tensor([indices]))).sum()
    loss.backward()
    gradients = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad.to_dense() for leaf in leaves.values()]
    return loss.item(), torch.cat([gradient.flatten() for gradient in gradients])


def native_run(library: Library, ours: Network, weights: dict[str, Tensor]) -> NativeRun:
    run = NativeRun(library, ours)
    run.load(flatten(ours, weights)[0][0].numpy())
    return run


def exercise(library: Library) -> Iterator[tuple[str, Case]]:
    """Call every function of the library with every network and case; yield the network's name and the case."""
    for name in CATALOGUE:
        for case in CASES:
            ours, data = case.network(name), case.split()
            run, indices = native_run(library, ours, weights_of(ours)), np.arange(len(data))
            prepared = prepare(data)
            run.gradient(prepared, indices)
            run.train_steps(prepared, [indices, indices[:1], indices[:0]], 0.1, 1.0)
            run.write_outputs(prepared, indices, np.empty((len(data), max(case.lengths), case.output_size), np.float32))
            run.write_states(prepared, indices, np.empty((sum(case.lengths), 12 * 2 * 64), np.float32))
            yield name, case
