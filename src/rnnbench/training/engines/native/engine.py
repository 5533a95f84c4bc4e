"""The engine in C++: run by run on the CPU, without a call of torch in between. See ARCHITECTURE.md."""

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
from rnnbench.models.engine import Engine, Predictor, Trainer
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
    """A split as the library reads it, and the arrays that it points into."""

    split: NativeSplit
    arrays: Mapping[str, Array]


def prepare(encoded: Encoded) -> PreparedSplit:
    """Return a split in the library's terms."""
    pointers = {name: array.ctypes.data for name, array in encoded.arrays.items()}  # the others are null
    vocabulary = len(encoded.codes.lengths) if encoded.codes else 0
    return PreparedSplit(NativeSplit(**pointers, vocabulary=vocabulary), encoded.arrays)


class NativeRun:
    """One network of the library, with its weights and, once it learns, the state of Adam."""

    def __init__(self, found: Library, network: Network) -> None:
        self.functions, self.network = found.functions, network
        self.size = sum(math.prod(shape) for shape in network.shapes.values())
        plan = _plan(found, network)
        self.handle = self.functions.rnnbench_new(ctypes.byref(plan))
        if not self.handle:
            raise MemoryError

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.functions.rnnbench_free(self.handle)

    def load(self, weights: Array) -> None:
        """Take weights (P,), parameter after parameter."""
        weights = _single(weights)
        self.functions.rnnbench_load(self.handle, weights.ctypes.data)

    def save(self, weights: Array) -> None:
        """Write the weights to (P,) single-precision numbers that lie side by side."""
        self.functions.rnnbench_save(self.handle, weights.ctypes.data)

    def train_steps(self, data: PreparedSplit, batches: Sequence[Array], rates: Array, clip: float) -> None:
        """Take a step on each batch of sequences, at these learning rates."""
        order = _whole(np.concatenate(batches)) if batches else np.zeros(0, np.int32)
        sizes = np.array([len(batch) for batch in batches], np.int32)
        rates = np.ascontiguousarray(rates, np.float64)
        self._call("learn", data, order.ctypes.data, sizes.ctypes.data, len(sizes), rates.ctypes.data, clip)

    def write_outputs(self, data: PreparedSplit, chosen: Array, out: Array) -> None:
        """Write what the network puts out for the chosen sequences to (B, T, K)."""
        chosen = _whole(chosen)
        self._call("answer", data, chosen.ctypes.data, len(chosen), out.shape[1], out.ctypes.data)

    def write_states(self, data: PreparedSplit, chosen: Array, out: Array) -> None:
        """Write what the network keeps at every position of the chosen sequences to (S, W)."""
        chosen = _whole(chosen)
        self._call("states", data, chosen.ctypes.data, len(chosen), out.ctypes.data)

    def gradient(self, data: PreparedSplit, chosen: Array) -> tuple[float, Array]:
        """Return the loss of one batch, and its gradient (P,)."""
        chosen, out, loss = _whole(chosen), np.zeros(self.size, np.float32), ctypes.c_double()
        self._call("gradient", data, chosen.ctypes.data, len(chosen), out.ctypes.data, ctypes.byref(loss))
        return loss.value, out

    def _call(self, name: str, data: PreparedSplit, *arguments: object) -> None:
        reads, answers = ("words" if data.split.words else "numbers"), ("labels" if data.split.labels else "numbers")
        if len(data.arrays["lengths"]) and (reads, answers) != (self.network.input_kind, self.network.output_kind):
            raise ValueError(
                f"the network is for {self.network.input_kind} and {self.network.output_kind}, the split is not"
            )
        if getattr(self.functions, f"rnnbench_{name}")(self.handle, ctypes.byref(data.split), *arguments):
            raise MemoryError


@dataclass(frozen=True)
class NativePredictor(Predictor):
    """Networks that the library asks."""

    library: Library
    threads: int

    @cached_property
    def networks(self) -> list[NativeRun]:
        """Return a network of the library for each run."""
        return _runs(self.library, self.network, self.parameters)

    def outputs(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run puts out, (R, B, T, K)."""
        data, numbers = prepare(encoded), chosen.numpy()
        shape = (self.runs, len(chosen), int(encoded.lengths[chosen].max()), self.network.output_size)
        out, networks = np.empty(shape, np.float32), self.networks
        _each(self.threads, lambda run: networks[run].write_outputs(data, numbers, out[run]), range(self.runs))
        return torch.from_numpy(out)

    def states(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run keeps for the next step, (R, S, W)."""
        data, numbers, network = prepare(encoded), chosen.numpy(), self.network
        kept = network.cell.states or ("a",)
        width = sum(network.output_size if state == "y" else network.hidden for state in kept)
        sides = network.layers * len(network.directions)
        out = np.empty((self.runs, int(encoded.lengths[chosen].sum()), sides * width), np.float32)
        networks = self.networks
        _each(self.threads, lambda run: networks[run].write_states(data, numbers, out[run]), range(self.runs))
        return torch.from_numpy(out)


class NativeTrainer(Trainer):
    """Runs that the library trains, each by itself: none depends on its neighbours, or on the number of threads."""

    def __init__(
        self,
        found: Library,
        network: Network,
        data: PreparedSplit,
        start: Parameters,
        learning_rates: Sequence[float],
        clip: float,
        threads: int,
    ) -> None:
        self.data, self.learning_rates, self.clip, self.threads = data, learning_rates, clip, threads
        self.flat, self.views = flatten(network, start)
        self.runs = _runs(found, network, self.views)

    @property
    def parameters(self) -> dict[str, Tensor]:
        """Return the weights as they are now."""
        return self.views

    def train_steps(self, batches: Sequence[Tensor], lr_factors: Sequence[float]) -> None:
        """Take a step on each batch."""
        chosen = [batch.numpy() for batch in batches]

        def learn(run: int) -> None:
            rates = self.learning_rates[run] * np.asarray(lr_factors)
            self.runs[run].train_steps(self.data, [batch[run] for batch in chosen], rates, self.clip)
            self.runs[run].save(self.flat[run].numpy())

        _each(self.threads, learn, range(len(self.runs)))


@dataclass(frozen=True)
class NativeEngine(Engine):
    """Trains and answers with the native library."""

    library: Library
    threads: int = 1

    def trainer(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], clip: float
    ) -> NativeTrainer:
        """Return runs that the library trains; raises RuntimeError when it does not compute what the cell says."""
        check_agreement(self.predictor(network, {name: value[:1] for name, value in start.items()}), train, "native code")
        data = prepare(train)
        return NativeTrainer(self.library, network, data, start, learning_rates, clip, self.threads)

    def predictor(self, network: Network, parameters: Parameters) -> NativePredictor:
        """Return networks that the library asks."""
        return NativePredictor(network, parameters, self.library, self.threads)


def native_engine(threads: int = 1) -> NativeEngine:
    """Return the engine on this machine's library; raises RuntimeError where there is none."""
    found = fastest_library()
    if found is None or unavailable_reason():
        raise RuntimeError(unavailable_reason())
    return NativeEngine(found, threads)


def flatten(network: Network, parameters: Parameters) -> tuple[Tensor, dict[str, Tensor]]:
    """Return weights as (R, P) single-precision numbers, parameter after parameter, and views of them by name."""
    flat = torch.cat([parameters[name].flatten(1) for name in network.shapes], 1).float().contiguous()
    parts = flat.split([math.prod(shape) for shape in network.shapes.values()], 1)
    views = {name: part.unflatten(1, shape) for part, (name, shape) in zip(parts, network.shapes.items(), strict=True)}
    return flat, views


def _runs(found: Library, network: Network, parameters: Parameters) -> list[NativeRun]:
    flat, _ = flatten(network, parameters)
    runs = [NativeRun(found, network) for _ in flat]
    for run, weights in zip(runs, flat.numpy(), strict=True):
        run.load(weights)
    return runs


def _plan(found: Library, network: Network) -> NativePlan:
    number = found.cell(network.cell.kind)
    if number is None:
        raise RuntimeError(f"there is no native code for the cell {network.cell.kind}")
    first, second, *_ = *(ACTIVATIONS.index(name) for name in network.cell.activations), 0, 0
    return NativePlan(
        cell=number,
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
        unit=network.output_scale,
    )


def _each(threads: int, work: Callable[[int], None], items: Iterable[int]) -> None:
    """Do the work for each item, on as many threads; the library lets go of Python's lock while it computes."""
    if threads == 1:
        for item in items:
            work(item)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, items))


def _whole(values: Array) -> Array:
    return np.ascontiguousarray(values, np.int32)


def _single(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32)


assert set(ACTIVATIONS) == set(get_args(_activations.ActivationName))
