"""The engine in C++: it trains each run by itself on the CPU, without calling torch. See ARCHITECTURE.md."""

import ctypes
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells import _activations
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.models.engine import Engine, Predictor, Trainer, check_same_shapes
from rnnbench.models.network import Network, Parameters
from rnnbench.training.engines.agreement import check_agreement
from rnnbench.training.engines.native.library import (
    ACTIVATIONS,
    Library,
    NativePlan,
    NativeSplit,
    fastest_library,
    unavailable_reason,
)


@dataclass(frozen=True)
class PreparedSplit:
    """A split in the library's layout, and the arrays that its pointers refer to."""

    split: NativeSplit
    arrays: Mapping[str, Array]


def prepare(encoded: Encoded) -> PreparedSplit:
    """Return a split in the library's layout."""
    pointers = {name: array.ctypes.data for name, array in encoded.arrays.items()}  # the others are null
    vocabulary = len(encoded.codes.lengths) if encoded.codes else 0
    return PreparedSplit(NativeSplit(**pointers, vocabulary=vocabulary), encoded.arrays)


class NativeRun:
    """A network of one run in the library, with its weights and, once it is trained, the state of Adam."""

    def __init__(self, library: Library, network: Network) -> None:
        self.functions, self.network = library.functions, network
        self.size = sum(math.prod(shape) for shape in network.shapes.values())
        plan = _plan(library, network)
        self.handle = self.functions.rnnbench_new(ctypes.byref(plan))
        if not self.handle:
            raise MemoryError

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.functions.rnnbench_free(self.handle)

    def load(self, weights: Array) -> None:
        """Copy the weights (P,) into the library, parameter after parameter."""
        weights = _as_float32(weights)
        self.functions.rnnbench_load(self.handle, weights.ctypes.data)

    def save(self, weights: Array) -> None:
        """Copy the weights from the library to a contiguous float32 array (P,)."""
        self.functions.rnnbench_save(self.handle, weights.ctypes.data)

    def train_steps(self, data: PreparedSplit, batches: Sequence[Array], rate: float, clip: float) -> None:
        """Take one optimizer step per batch of sequences, at this learning rate."""
        order = _as_int32(np.concatenate(batches)) if batches else np.zeros(0, np.int32)
        sizes = np.array([len(batch) for batch in batches], np.int32)
        self._call("learn", data, order.ctypes.data, sizes.ctypes.data, len(sizes), rate, clip)

    def write_outputs(self, data: PreparedSplit, indices: Array, out: Array) -> None:
        """Write the outputs before softmax for the sequences `indices` to `out` (B, T, K)."""
        indices = _as_int32(indices)
        self._call("answer", data, indices.ctypes.data, len(indices), out.shape[1], out.ctypes.data)

    def write_states(self, data: PreparedSplit, indices: Array, out: Array) -> None:
        """Write the hidden states after each step of the sequences `indices`, laid end to end, to `out` (S, W)."""
        indices = _as_int32(indices)
        self._call("states", data, indices.ctypes.data, len(indices), out.ctypes.data)

    def gradient(self, data: PreparedSplit, indices: Array) -> tuple[float, Array]:
        """Return the loss of one batch, and its gradient (P,)."""
        indices, out, loss = _as_int32(indices), np.zeros(self.size, np.float32), ctypes.c_double()
        self._call("gradient", data, indices.ctypes.data, len(indices), out.ctypes.data, ctypes.byref(loss))
        return loss.value, out

    def _call(self, name: str, data: PreparedSplit, *arguments: object) -> None:
        input_kind = "words" if data.split.words else "numbers"
        output_kind = "labels" if data.split.labels else "numbers"
        kinds = (self.network.input_kind, self.network.output_kind)
        if len(data.arrays["lengths"]) and (input_kind, output_kind) != kinds:
            raise ValueError(f"the network is for {kinds[0]} and {kinds[1]}, the split is not")
        if getattr(self.functions, f"rnnbench_{name}")(self.handle, ctypes.byref(data.split), *arguments):
            raise MemoryError


@dataclass(frozen=True)
class NativePredictor(Predictor):
    """Inference with the library."""

    library: Library
    threads: int

    @cached_property
    def networks(self) -> list[NativeRun]:
        """Return a network of the library for each run."""
        return _native_runs(self.library, self.network, self.parameters)

    def outputs(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the outputs before softmax of every run, (R, B, T, K)."""
        data, sequences = prepare(encoded), indices.numpy()
        shape = (self.runs, len(indices), int(encoded.lengths[indices].max()), self.network.output_size)
        out, networks = np.empty(shape, np.float32), self.networks
        _for_each(self.threads, lambda run: networks[run].write_outputs(data, sequences, out[run]), range(self.runs))
        return torch.from_numpy(out)

    def states(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the hidden states of every run after each step, (R, S, W)."""
        data, sequences, network = prepare(encoded), indices.numpy(), self.network
        names = network.cell.states or ("a",)
        width = sum(network.output_size if name == "y" else network.hidden for name in names)
        copies = network.layers * len(network.directions)
        out = np.empty((self.runs, int(encoded.lengths[indices].sum()), copies * width), np.float32)
        networks = self.networks
        _for_each(self.threads, lambda run: networks[run].write_states(data, sequences, out[run]), range(self.runs))
        return torch.from_numpy(out)


class NativeTrainer(Trainer):
    """Training with the library. No run depends on the others, or on the number of threads."""

    def __init__(
        self, library: Library, network: Network, train: Encoded, start: Parameters, clip: float, threads: int
    ) -> None:
        self.train, self.data, self.clip, self.threads = train, prepare(train), clip, threads
        self.flat, self.views = flatten(network, start)
        self.runs = _native_runs(library, network, self.views)

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the current parameters."""
        return self.views

    def train_steps(self, batches: Sequence[Tensor], rates: Array) -> None:
        """Take one optimizer step per batch; nothing is computed for a run that has stopped."""
        indices = [batch.numpy() for batch in batches]

        def train_run(run: int) -> None:
            self.runs[run].train_steps(self.data, [batch[run] for batch in indices], float(rates[run]), self.clip)
            self.runs[run].save(self.flat[run].numpy())

        _for_each(self.threads, train_run, np.flatnonzero(rates).tolist())

    def read(self, train: Encoded) -> None:
        """Train on this split from now on."""
        check_same_shapes(self.train, train)
        self.train, self.data = train, prepare(train)


@dataclass(frozen=True)
class NativeEngine(Engine):
    """Training and inference with the native library."""

    library: Library
    threads: int = 1

    def trainer(self, network: Network, train: Encoded, start: Parameters, clip: float) -> NativeTrainer:
        """Return a trainer; raises RuntimeError when the library does not agree with the cell's equations."""
        first_run = {name: value[:1] for name, value in start.items()}
        check_agreement(self.predictor(network, first_run), train, "native code")
        return NativeTrainer(self.library, network, train, start, clip, self.threads)

    def predictor(self, network: Network, parameters: Parameters) -> NativePredictor:
        """Return a predictor of the networks with these parameters."""
        return NativePredictor(network, parameters, self.library, self.threads)


def native_engine(threads: int = 1) -> NativeEngine:
    """Return the engine with this machine's fastest library; raises RuntimeError where there is none."""
    library = fastest_library()
    if library is None or unavailable_reason():
        raise RuntimeError(unavailable_reason())
    return NativeEngine(library, threads)


def flatten(network: Network, parameters: Parameters) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the parameters as one float32 tensor (R, P), parameter after parameter, and views of it by name."""
    flat = torch.cat([parameters[name].flatten(1) for name in network.shapes], 1).float().contiguous()
    blocks = flat.split([math.prod(shape) for shape in network.shapes.values()], 1)
    named = zip(blocks, network.shapes.items(), strict=True)
    return flat, {name: block.unflatten(1, shape) for block, (name, shape) in named}


def _native_runs(library: Library, network: Network, parameters: Parameters) -> list[NativeRun]:
    flat, _ = flatten(network, parameters)
    runs = [NativeRun(library, network) for _ in flat]
    for run, weights in zip(runs, flat.numpy(), strict=True):
        run.load(weights)
    return runs


def _plan(library: Library, network: Network) -> NativePlan:
    cell = library.cell(network.cell.kind)
    if cell is None:
        raise RuntimeError(f"there is no native code for the cell {network.cell.kind}")
    first, second, *_ = *(ACTIVATIONS.index(name) for name in network.cell.activations), 0, 0
    return NativePlan(
        cell=cell,
        first=first,
        second=second,
        layers=network.layers,
        directions=len(network.directions),
        hidden=network.hidden,
        inputs=network.input_size,
        outputs=network.output_size,
        embedding=network.embedding or 0,
        window=network.words_per_position,
        words=network.input_kind == "words",
        labels=network.output_kind == "labels",
        feeds=network.cell.feeds_target,
        unit=network.output_scale,
    )


def _for_each(threads: int, function: Callable[[int], None], items: Iterable[int]) -> None:
    """Call the function with each item, on that many threads; the library releases Python's lock while it computes."""
    if threads == 1:
        for item in items:
            function(item)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(function, items))


def _as_int32(values: Array) -> Array:
    return np.ascontiguousarray(values, np.int32)


def _as_float32(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32)


assert set(ACTIVATIONS) == set(get_args(_activations.ActivationName))
