"""Steps a second of native code, of the torch engine, and of torch.nn one network at a time, on the same work."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from rnnbench.cli.bench.torch_nn import torch_run
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Inputs
from rnnbench.data.batches import Encoded
from rnnbench.data.sparse_codes import Codes
from rnnbench.models.architectures import catalogue
from rnnbench.models.engine import Engine
from rnnbench.models.network import Network
from rnnbench.training.engines.eager import TorchEngine
from rnnbench.training.engines.native.engine import native_engine
from rnnbench.training.engines.native.library import fastest_library, unavailable_reason
from rnnbench.training.loop import initial_parameters

BATCH, LABELS, VOCABULARY = 32, 64, 1000
STACK = 10
"""Runs that the torch engine trains at the same time; more of them gain little on a CPU."""
PEAK_ROUNDS = 1_000_000
"""Rounds of multiply-adds that are counted as one step of the peak: a millisecond or two."""
POSITIONS = 2048
"""Positions in the data of a measurement, at least: a few batches of short sequences."""
PEAK = "peak"
Stepper = Callable[[], float]
"""Takes some steps and returns how many, counted over all runs."""


@dataclass(frozen=True)
class Workload:
    """What is trained: an architecture of the catalogue at some width, on sequences of one length."""

    architecture: str
    hidden: int
    length: int
    reads: Inputs = "numbers"
    """numbers: as many at each position as the layer has units; words: random, each with a trained vector as long."""

    @property
    def network(self) -> Network:
        """Return the network."""
        known = catalogue()[self.architecture]
        return Network(
            cell=known.cell,
            layers=known.layers,
            bidirectional=known.bidirectional,
            hidden=self.hidden,
            input_size=VOCABULARY if self.reads == "words" else self.hidden,
            output_size=LABELS,
            output_kind="labels",
            input_kind=self.reads,
            embedding=self.hidden if self.reads == "words" else None,
        )

    @property
    def data(self) -> Encoded:
        """Return a few batches of random sequences."""
        rng, n = generator(purpose="bench", length=self.length), BATCH * math.ceil(POSITIONS / self.length / BATCH)
        size, codes = n * self.length, None
        inputs = torch.from_numpy(rng.standard_normal((size, self.hidden)).astype(np.float32))
        if self.reads == "words":
            inputs = torch.from_numpy(rng.integers(0, VOCABULARY, size))
            codes = Codes(torch.arange(VOCABULARY), torch.ones(VOCABULARY, dtype=torch.int64), VOCABULARY)
        targets = torch.from_numpy(rng.integers(0, LABELS, size))
        return Encoded(torch.full((n,), self.length), inputs, targets, np.ones(size, bool), codes)


def rates(workload: Workload, *, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Return engine -> steps a second in each round, and PEAK -> operations a second where there is native code.

    They take turns, so that all meet the same weather.
    """
    steppers = steppers_of(workload)
    for step in steppers.values():
        step()
    found: dict[str, list[float]] = {name: [] for name in steppers}
    for _ in range(rounds):
        for name, step in steppers.items():
            found[name].append(_rate(step, seconds))
    return found


def steppers_of(workload: Workload) -> dict[str, Stepper]:
    """Return what takes steps, by engine."""
    found = {"torch_nn": torch_nn_stepper(workload), "torch": stacked(TorchEngine(), STACK, workload)}
    if not unavailable_reason():
        found["native"] = stacked(native_engine(), 1, workload)
        found[PEAK] = _peak()
    return found


def product_operations(workload: Workload) -> float:
    """Return the operations of all matrix products of a step, a multiply-add counted as two.

    Forward, gradient of the weights, gradient of what they read; nobody wants that of numbers, and at the first step
    there is no memory to read. Words are looked up, without a product.
    """
    steps, total = workload.length, 0
    for name, shape in workload.network.shapes.items():
        part = name.rpartition(".")[2]
        if len(shape) == 2 and part != "embedding":
            positions = steps - 1 if part == "recurrent" else steps
            first = name.startswith("layer0") and part == "input" and workload.reads == "numbers"
            total += positions * math.prod(shape) * (2 if first else 3)
    return 2.0 * BATCH * total


def _peak() -> Stepper:
    """Return what does operations as fast as a core can."""
    found = fastest_library()
    assert found is not None
    return lambda: found.functions.rnnbench_peak(PEAK_ROUNDS)


def workloads(*, quick: bool) -> Iterator[Workload]:
    """Yield what is measured: every cell at some widths and lengths, words too, and the rest of the catalogue."""
    cells = [name for name, known in catalogue().items() if known.layers == 1 and not known.bidirectional]
    for name in cells:
        for length in (16,) if quick else (16, 100):
            for hidden in (32,) if quick else (32, 64, 128):
                yield Workload(name, hidden, length)
        yield Workload(name, 32 if quick else 64, 16, "words")
    yield from (Workload(name, 32, 16) for name in catalogue() if name not in cells)


def _rate(step: Stepper, seconds: float) -> float:
    begin, steps = time.process_time(), step()
    while (passed := time.process_time() - begin) < seconds:
        steps += step()
    return steps / passed


def stacked(engine: Engine, runs: int, workload: Workload, device: torch.device | str = "cpu") -> Stepper:
    """Return what takes steps of so many runs with an engine."""
    network, data = workload.network, workload.data.to(device)
    learner = engine.trainer(network, data, initial_parameters(network, range(runs)), [0.001] * runs, 1.0)
    chosen = [batch.expand(runs, -1) for batch in torch.arange(len(data)).split(BATCH)]

    def step() -> int:
        learner.train_steps(chosen, [1.0] * len(chosen))
        return runs * len(chosen)

    return step


def torch_nn_stepper(workload: Workload, device: torch.device | str = "cpu") -> Stepper:
    """Return what takes steps of one run with torch.nn."""
    data = workload.data.to(device)
    run = torch_run(workload.network, seed=0, learning_rate=0.001, device=device)
    batches = torch.arange(len(data), device=device).split(BATCH)
    parts = [(data.inputs[data.places(chosen)[0]], data.targets_of(chosen)) for chosen in batches]

    def step() -> int:
        for inputs, targets in parts:
            run.step(inputs, targets)
        return len(parts)

    return step


def ratio(found: Mapping[str, list[float]], name: str, other: str) -> float:
    """Return the median over rounds of one engine's rate over another's in the same round."""
    return float(np.median(np.array(found[name]) / np.array(found[other])))
