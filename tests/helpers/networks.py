"""Small networks, weights and batches for tests, in float64 where numbers are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnbench.data.batches import Batch, Encoded
from rnnbench.models.architectures import catalogue
from rnnbench.models.engine import Engine
from rnnbench.models.network import Network
from rnnbench.training.engines.cuda import availability
from rnnbench.training.engines.cuda.engine import CudaEngine
from rnnbench.training.engines.eager import TorchEngine
from rnnbench.training.engines.native.engine import native_engine
from rnnbench.training.engines.native.library import unavailable_reason

CATALOGUE = catalogue()
needs_native = pytest.mark.skipif(bool(unavailable_reason()), reason=unavailable_reason())
GPU = torch.cuda.is_available()
ENGINES = [
    pytest.param(TorchEngine(), id="torch"),
    pytest.param(None if unavailable_reason() else native_engine(), id="native", marks=needs_native),
    pytest.param(CudaEngine(use_graphs=GPU, use_kernels=GPU and not availability.unavailable_reason()), id="cuda"),
]
"""Every engine. Where there is no GPU, the engine for GPUs runs on the CPU, without graphs and kernels."""


def device_for(engine: Engine) -> str:
    """Return the device on which an engine is tested."""
    return "cuda" if GPU and isinstance(engine, CudaEngine) else "cpu"


def network(name: str, **changes: Any) -> Network:
    """Return a network of the catalogue, by default with 3 numbers as input, 4 units, and 2 labels as output."""
    architecture = CATALOGUE[name]
    default = Network(
        cell=architecture.cell,
        layers=architecture.layers,
        bidirectional=architecture.bidirectional,
        hidden=4,
        input_size=3,
        output_size=2,
        output_kind="labels",
    )
    return replace(default, **changes)


def random_weights(shapes: Mapping[str, Sequence[int]], *, runs: int = 1, seed: int = 0) -> dict[str, Tensor]:
    """Return standard normal weights and biases in float64, name -> (R, ...)."""
    rng = np.random.default_rng(seed)
    return {name: torch.from_numpy(rng.standard_normal((runs, *shape))) for name, shape in shapes.items()}


def batch(inputs: Tensor, lengths: Sequence[int] | None = None, targets: Tensor | None = None) -> Batch:
    """Return a batch of numbers (N, T, D) for one run; targets (N, T, ...) default to label 0."""
    return encoded(inputs, lengths, targets).batch(torch.arange(len(inputs))[None])


def encoded(inputs: Tensor, lengths: Sequence[int] | None = None, targets: Tensor | None = None) -> Encoded:
    """Return a split of numbers (N, T, D), without what lies behind the ends of the sequences."""
    n, longest, _ = inputs.shape
    lengths = torch.tensor(lengths or [longest] * n)
    inside = torch.arange(longest) < lengths[:, None]
    labels = torch.zeros(n, longest, dtype=torch.int64) if targets is None else targets
    score_mask = np.ones(int(lengths.sum()), dtype=bool)
    return Encoded(lengths, inputs[inside], labels[inside], score_mask, codes=None)


def random_inputs(n: int = 2, length: int = 5, width: int = 3, *, seed: int = 0) -> Tensor:
    """Return standard normal inputs in float64, (N, T, D)."""
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((n, length, width)))
