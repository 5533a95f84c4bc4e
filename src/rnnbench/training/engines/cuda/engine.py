"""The engine for a GPU: a training step of all runs is recorded as a CUDA graph, which is replayed for each batch.

All shapes are fixed: sequences are padded to a few lengths, batches are filled up with empty sequences, and codes have
one length. Between the steps of a call nothing waits for the host. On a CPU the same steps run without a graph: slowly,
for tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.common.typing import Array
from rnnbench.data.batches import Batch, Encoded
from rnnbench.data.sparse_codes import TokenBatch
from rnnbench.models.engine import Engine, Trainer, check_same_shapes
from rnnbench.models.losses import mean_losses
from rnnbench.models.network import Network, Parameters, RunLayer
from rnnbench.training.engines.agreement import TOLERANCE, check_agreement, sample_indices
from rnnbench.training.engines.cuda.availability import unavailable_reason
from rnnbench.training.engines.cuda.padded_codes import PaddedCodes, pad_codes
from rnnbench.training.engines.eager import TorchPredictor
from rnnbench.training.optimizer import clip_gradients, stack_of, stopped_runs

LENGTHS_PER_OCTAVE = 4
"""Largest number of padded lengths between a power of 2 and the next: each needs a graph, and padding costs time."""


def rounded_length(steps: int) -> int:
    """Return the length to which a batch of this length is padded.

    >>> [rounded_length(steps) for steps in (1, 7, 9, 20, 21, 100)]
    [1, 7, 10, 20, 24, 112]
    """
    grain = max(1, 2 ** (steps.bit_length() - 1) // LENGTHS_PER_OCTAVE)
    return -(-steps // grain) * grain


@dataclass(frozen=True)
class FixedShapeSplit:
    """A split of N sequences that gives batches of fixed shape. Sequence N is empty: it fills batches up."""

    split: Encoded
    codes: PaddedCodes | None

    def batch(self, indices: Tensor, steps: int) -> Batch:
        """Return the sequences `indices` (R, B), padded to that many steps."""
        batch = self.split.batch(indices, steps)
        if self.codes is None or isinstance(batch.inputs, TokenBatch):
            return batch
        return replace(batch, inputs=self.codes.batch(batch.inputs))

    def copy(self) -> "FixedShapeSplit":
        """Return the same split, with inputs of its own."""
        codes = None if self.codes is None else replace(self.codes, dimensions=self.codes.dimensions.clone())
        return FixedShapeSplit(replace(self.split, inputs=self.split.inputs.clone()), codes)

    def read(self, other: "FixedShapeSplit") -> None:
        """Copy the inputs of another split of the same shapes to where those of this one lie."""
        self.split.inputs.copy_(other.split.inputs)
        if self.codes is not None and other.codes is not None:
            self.codes.dimensions.copy_(other.codes.dimensions)


def fixed_shape_split(encoded: Encoded, network: Network) -> FixedShapeSplit:
    """Return a split that gives the network batches of fixed shape."""
    slots = network.words_per_position if network.embedding else 1
    codes = None if encoded.codes is None else pad_codes(encoded.codes, slots)
    return FixedShapeSplit(replace(encoded, lengths=F.pad(encoded.lengths, (0, 1)), codes=None), codes)


@dataclass(frozen=True)
class CudaPredictor(TorchPredictor):
    """Inference on the GPU."""

    engine: "CudaEngine"

    @property
    def run_layer(self) -> RunLayer | None:
        """Return the function that computes a layer."""
        return self.engine.run_layer

    def batch(self, encoded: Encoded, indices: Tensor) -> Batch:
        """Return the sequences `indices` (B,), the same for every run."""
        steps = int(encoded.lengths[indices].max())
        return self.engine.fixed_shape(encoded, self.network).batch(indices.expand(self.runs, -1), steps)


def gradients_of(
    network: Network, parameters: Parameters, batch: Batch, run_layer: RunLayer | None
) -> Sequence[Tensor]:
    """Return the gradient of every run's loss with respect to each parameter, (R, ...) each."""
    loss = mean_losses(network, parameters, batch, run_layer).sum()
    return torch.autograd.grad(loss, list(parameters.values()), allow_unused=True, materialize_grads=True)


class CudaTrainer(Trainer):
    """Training on the GPU. The batches of a call are copied there first; each step then reads its batch's indices."""

    def __init__(
        self,
        engine: "CudaEngine",
        network: Network,
        train: Encoded,
        start: Parameters,
        max_norm: float,
    ) -> None:
        self.network, self.run_layer, self.max_norm = network, engine.run_layer, max_norm
        self.use_graphs = engine.use_graphs
        self.train, self.split = train, fixed_shape_split(train, network).copy()
        self.lengths, device = train.lengths.cpu(), train.lengths.device
        self.stack = stack_of({name: value.to(device) for name, value in start.items()})
        self.step_index = torch.zeros(1, dtype=torch.int64, device=device)
        self.rates = torch.zeros_like(self.stack.steps)
        self.batches = torch.zeros(0, len(self.rates), 0, dtype=torch.int64, device=device)
        self.graphs: dict[int, torch.cuda.CUDAGraph] = {}

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the current parameters."""
        return {name: value.detach() for name, value in self.stack.parameters.items()}

    def train_steps(self, batches: Sequence[Tensor], rates: Array) -> None:
        """Take one optimizer step per batch, without waiting for the GPU."""
        if not batches:
            return
        self._copy_batches(batches)
        self.rates.copy_(torch.from_numpy(rates))
        with self.stack.without(stopped_runs(rates).to(self.rates.device)):
            for batch in batches:
                steps = rounded_length(max(1, int(self.lengths[batch].max()) if batch.numel() else 1))
                if self.use_graphs:
                    self._graph(steps).replay()
                else:
                    self._step(steps)

    def read(self, train: Encoded) -> None:
        """Train on this split from now on: it is copied to where the graphs read."""
        check_same_shapes(self.train, train)
        self.train = train
        self.split.read(fixed_shape_split(train, self.network))

    def _copy_batches(self, batches: Sequence[Tensor]) -> None:
        """Copy the batches to the tensors that the graphs read. If these are too small, drop them and the graphs."""
        width, empty = max(batch.shape[1] for batch in batches), len(self.lengths)
        filled_up = torch.stack([F.pad(batch, (0, width - batch.shape[1]), value=empty) for batch in batches])
        if len(filled_up) > len(self.batches) or width != self.batches.shape[2]:
            self.batches = self.batches.new_empty(filled_up.shape)
            self.graphs = {}
        self.batches[: len(filled_up)].copy_(filled_up)
        self.step_index.zero_()

    def _graph(self, steps: int) -> "torch.cuda.CUDAGraph":
        if steps not in self.graphs:
            self.graphs[steps] = self._record(steps)
        return self.graphs[steps]

    def _record(self, steps: int) -> "torch.cuda.CUDAGraph":
        """Return the graph of a step. The step runs once before, so that all that is allocated at first use exists."""
        changed = [self.step_index, *self.stack.tensors]
        before = [tensor.clone() for tensor in changed]
        warm_up = torch.cuda.Stream()
        warm_up.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(warm_up):
            self._step(steps)
        torch.cuda.current_stream().wait_stream(warm_up)
        graph, pool = torch.cuda.CUDAGraph(), next((graph.pool() for graph in self.graphs.values()), None)
        with torch.cuda.graph(graph, pool=pool):
            self._step(steps)
        for tensor, value in zip(changed, before, strict=True):
            tensor.copy_(value)
        return graph

    def _step(self, steps: int) -> None:
        """Take the step `step_index`, on its batch, padded to that many steps."""
        batch = self.split.batch(self.batches.index_select(0, self.step_index)[0], steps)
        gradients = gradients_of(self.network, self.stack.parameters, batch, self.run_layer)
        clip_gradients(gradients, self.max_norm)
        self.stack.step(gradients, self.rates)
        self.step_index += 1


@dataclass(frozen=True)
class CudaEngine(Engine):
    """Training and inference on a GPU."""

    use_graphs: bool = True
    """Whether steps are recorded as CUDA graphs."""
    use_kernels: bool = True
    """Whether layers are computed by kernels; else by matrix products of torch, step by step."""
    splits: dict[tuple[int, int], tuple[Encoded, FixedShapeSplit]] = field(default_factory=dict, repr=False)
    """Cache of `fixed_shape`; it holds the encoded splits, too, so that their ids stay valid."""

    @cached_property
    def run_layer(self) -> RunLayer | None:
        """Return the function that computes a layer; None for the default, `run_layer_stepwise`."""
        if not self.use_kernels:
            return None
        from rnnbench.training.engines.cuda.layers import run_layer_fused

        return run_layer_fused

    def fixed_shape(self, encoded: Encoded, network: Network) -> FixedShapeSplit:
        """Return the fixed-shape split for the network, from the cache if it is there."""
        key = (id(encoded), network.words_per_position if network.embedding else 1)
        if key not in self.splits:
            self.splits[key] = (encoded, fixed_shape_split(encoded, network))
        return self.splits[key][1]

    def trainer(self, network: Network, train: Encoded, start: Parameters, clip: float) -> CudaTrainer:
        """Return a trainer; raises RuntimeError when the kernels do not agree with the cell's equations."""
        start = {name: value.to(train.lengths.device) for name, value in start.items()}
        if self.use_kernels:
            check_agreement(self.predictor(network, start), train, "the kernel")
            self._check_gradients(network, train, start)
        return CudaTrainer(self, network, train, start, clip)

    def _check_gradients(self, network: Network, train: Encoded, start: Parameters) -> None:
        """Raise RuntimeError when the gradient of the first run differs from that of its cell's equations."""
        indices = sample_indices(train)
        batch = self.fixed_shape(train, network).batch(indices[None], int(train.lengths[indices].max()))
        leaves = {name: value[:1].detach().requires_grad_() for name, value in start.items()}
        expected = gradients_of(network, leaves, batch, None)
        gradients = gradients_of(network, leaves, batch, self.run_layer)
        # Rounding dominates a gradient that is much smaller than the others: a tenth of their norm is added to its own.
        offset = 0.1 * torch.stack([exact.norm() for exact in expected]).norm() + torch.finfo(torch.float32).tiny
        pairs = zip(gradients, expected, strict=True)
        errors = torch.stack([(gradient - exact).norm() / (exact.norm() + offset) for gradient, exact in pairs])
        if not errors.max() <= TOLERANCE:
            cell = network.cell.kind
            raise RuntimeError(f"the kernel's gradient does not agree with cells/{cell}.py; set engine: torch")

    def predictor(self, network: Network, parameters: Parameters) -> CudaPredictor:
        """Return a predictor of the networks with these parameters."""
        return CudaPredictor(network, parameters, self)


def cuda_engine() -> CudaEngine:
    """Return the engine for this machine, with kernels where Triton is installed."""
    return CudaEngine(use_kernels=not unavailable_reason())
