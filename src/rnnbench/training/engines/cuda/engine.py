"""The engine for a GPU: a step of all runs is recorded once as a CUDA graph, and an epoch replays it from its batches.

All shapes are fixed: sequences are padded to a few lengths, a batch that is not full has empty sequences, and codes are
of one length. Nothing in an epoch waits for the host. On a CPU the same steps run without a graph: slowly, for tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional as F

from rnnbench.data.batches import Batch, Encoded
from rnnbench.data.sparse_codes import TokenBatch
from rnnbench.models.engine import Engine, Trainer
from rnnbench.models.losses import losses
from rnnbench.models.network import Network, Parameters, RunLayer
from rnnbench.training.engines.agreement import TOLERANCE, check_agreement, sample_indices
from rnnbench.training.engines.cuda.availability import unavailable_reason
from rnnbench.training.engines.cuda.padded_codes import PaddedCodes, pad_codes
from rnnbench.training.engines.eager import TorchPredictor
from rnnbench.training.optimizer import clip_gradients, recorded_stack_of

LENGTHS = 4
"""Lengths of a batch between a power of 2 and the next, at most: each is a graph, and padding costs time."""


def rounded(steps: int) -> int:
    """Return the length to which a batch of this length is padded.

    >>> [rounded(steps) for steps in (1, 7, 9, 20, 21, 100)]
    [1, 7, 10, 20, 24, 112]
    """
    grain = max(1, 2 ** (steps.bit_length() - 1) // LENGTHS)
    return -(-steps // grain) * grain


@dataclass(frozen=True)
class FixedShapeSplit:
    """A split of which batches of fixed shape are cut. Its last sequence, number N, is empty: it fills batches up."""

    split: Encoded
    codes: PaddedCodes | None

    def batch(self, chosen: Tensor, steps: int) -> Batch:
        """Return the sequences with these numbers (R, B), over so many steps."""
        batch = self.split.batch(chosen, steps)
        if self.codes is None or isinstance(batch.inputs, TokenBatch):
            return batch
        return replace(batch, inputs=self.codes.batch(batch.inputs))


def fixed_shape_split(encoded: Encoded, network: Network) -> FixedShapeSplit:
    """Return a split as that network reads it."""
    codes = None if encoded.codes is None else pad_codes(encoded.codes, network.words_per_position if network.embedding else 1)
    return FixedShapeSplit(replace(encoded, lengths=F.pad(encoded.lengths, (0, 1)), codes=None), codes)


@dataclass(frozen=True)
class CudaPredictor(TorchPredictor):
    """Networks that the GPU asks."""

    engine: "CudaEngine"

    @property
    def run_layer(self) -> RunLayer | None:
        """Return how layers read."""
        return self.engine.run_layer

    def batch(self, encoded: Encoded, chosen: Tensor) -> Batch:
        """Return the sequences with these numbers (B,), for every run."""
        steps = int(encoded.lengths[chosen].max())
        return self.engine.fixed_shape(encoded, self.network).batch(chosen.expand(self.runs, -1), steps)


def gradients_of(network: Network, parameters: Parameters, batch: Batch, read: RunLayer | None) -> Sequence[Tensor]:
    """Return the gradient of every run's loss by each parameter, (R, ...) each."""
    outputs = network.forward(parameters, batch, read)
    loss = losses(network, outputs, batch.targets).sum((1, 2)) / batch.has_target.sum((1, 2)).clamp(min=1)
    return torch.autograd.grad(loss.sum(), list(parameters.values()), allow_unused=True, materialize_grads=True)


class CudaTrainer(Trainer):
    """Runs that the GPU trains."""

    def __init__(
        self,
        engine: "CudaEngine",
        network: Network,
        train: Encoded,
        start: Parameters,
        learning_rates: Sequence[float],
        largest: float,
    ) -> None:
        self.network, self.read, self.largest, self.graphs = network, engine.run_layer, largest, engine.use_graphs
        self.split, self.lengths = engine.fixed_shape(train, network), train.lengths.cpu()
        device = train.lengths.device
        self.stack = recorded_stack_of({name: value.to(device) for name, value in start.items()}, learning_rates)
        self.at = torch.zeros(1, dtype=torch.int64, device=device)
        self.order = torch.zeros(0, len(learning_rates), 0, dtype=torch.int64, device=device)
        self.paces = torch.zeros(0, device=device)
        self.recorded: dict[int, torch.cuda.CUDAGraph] = {}

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the weights as they are now."""
        return {name: value.detach() for name, value in self.stack.parameters.items()}

    def train_steps(self, batches: Sequence[Tensor], lr_factors: Sequence[float]) -> None:
        """Take a step on each batch; none of them is waited for."""
        if not batches:
            return
        self._bring(batches, lr_factors)
        for batch in batches:
            steps = rounded(max(1, int(self.lengths[batch].max()) if batch.numel() else 1))
            if self.graphs:
                self._recorded(steps).replay()
            else:
                self._step(steps)

    def _bring(self, batches: Sequence[Tensor], paces: Sequence[float]) -> None:
        """Copy the order of an epoch to where the graphs read it; where it is larger than before, record them anew."""
        width, empty = max(batch.shape[1] for batch in batches), len(self.lengths)
        order = torch.stack([F.pad(batch, (0, width - batch.shape[1]), value=empty) for batch in batches])
        if len(order) > len(self.order) or width != self.order.shape[2]:
            self.order, self.paces = self.order.new_empty(order.shape), self.paces.new_empty(len(order))
            self.recorded = {}
        self.order[: len(order)].copy_(order)
        self.paces[: len(order)].copy_(torch.tensor(paces))
        self.at.zero_()

    def _recorded(self, steps: int) -> "torch.cuda.CUDAGraph":
        if steps not in self.recorded:
            self.recorded[steps] = self._record(steps)
        return self.recorded[steps]

    def _record(self, steps: int) -> "torch.cuda.CUDAGraph":
        """Return a step as a graph. It is taken once before, so that all that is made at first use is there."""
        changed = [self.at, *self.stack.tensors]
        before = [tensor.clone() for tensor in changed]
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            self._step(steps)
        torch.cuda.current_stream().wait_stream(aside)
        graph, pool = torch.cuda.CUDAGraph(), next((one.pool() for one in self.recorded.values()), None)
        with torch.cuda.graph(graph, pool=pool):
            self._step(steps)
        for tensor, value in zip(changed, before, strict=True):
            tensor.copy_(value)
        return graph

    def _step(self, steps: int) -> None:
        """Take a step on the batch whose turn it is."""
        batch = self.split.batch(self.order.index_select(0, self.at)[0], steps)
        gradients = gradients_of(self.network, self.stack.parameters, batch, self.read)
        clip_gradients(gradients, self.largest)
        self.stack.step(gradients, self.paces.index_select(0, self.at))
        self.at += 1


@dataclass(frozen=True)
class CudaEngine(Engine):
    """Trains and answers on a GPU."""

    use_graphs: bool = True
    """Whether steps are recorded."""
    use_kernels: bool = True
    """Whether layers are read by kernels; else in steps, by products of torch."""
    tables: dict[tuple[int, int], tuple[Encoded, FixedShapeSplit]] = field(default_factory=dict, repr=False)

    @cached_property
    def run_layer(self) -> RunLayer | None:
        """Return how layers read."""
        if not self.use_kernels:
            return None
        from rnnbench.training.engines.cuda.layers import run_layer_fused

        return run_layer_fused

    def fixed_shape(self, encoded: Encoded, network: Network) -> FixedShapeSplit:
        """Return a split as that network reads it, made once."""
        key = (id(encoded), network.words_per_position if network.embedding else 1)
        if key not in self.tables:
            self.tables[key] = (encoded, fixed_shape_split(encoded, network))
        return self.tables[key][1]

    def trainer(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], clip: float
    ) -> CudaTrainer:
        """Return runs that the GPU trains; raises RuntimeError when a kernel does not compute what the cell says."""
        start = {name: value.to(train.lengths.device) for name, value in start.items()}
        if self.use_kernels:
            check_agreement(self.predictor(network, start), train, "the kernel")
            self._check_way_back(network, train, start)
        return CudaTrainer(self, network, train, start, learning_rates, clip)

    def _check_way_back(self, network: Network, train: Encoded, start: Parameters) -> None:
        """Raise RuntimeError when the first run's gradient is not that of its cell's equations."""
        chosen = sample_indices(train)
        batch = self.fixed_shape(train, network).batch(chosen[None], int(train.lengths[chosen].max()))
        leaves = {name: value[:1].detach().requires_grad_() for name, value in start.items()}
        exact, found = (gradients_of(network, leaves, batch, read) for read in (None, self.run_layer))
        # Of a gradient that is small beside the others rounding may be much: a tenth of all of them counts as its size.
        whole = 0.1 * torch.stack([one.norm() for one in exact]).norm() + torch.finfo(torch.float32).tiny
        pairs = zip(found, exact, strict=True)
        off = torch.stack([(ours - one).norm() / (one.norm() + whole) for ours, one in pairs])
        if not off.max() <= TOLERANCE:
            raise RuntimeError(f"the kernel does not go back through cells/{network.cell.kind}.py; say engine: torch")

    def predictor(self, network: Network, parameters: Parameters) -> CudaPredictor:
        """Return networks that the GPU asks."""
        return CudaPredictor(network, parameters, self)


def cuda_engine() -> CudaEngine:
    """Return the engine for this machine: with kernels where Triton is there."""
    return CudaEngine(use_kernels=not unavailable_reason())
