"""Steps per second on the same work: the native engine, the torch engine, and torch.nn with one network at a time."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from rnnbench import cells
from rnnbench.cli.bench.torch_nn import torch_run
from rnnbench.common.randomness import generator
from rnnbench.common.registry import names
from rnnbench.common.typing import Inputs
from rnnbench.data.batches import Encoded
from rnnbench.data.sparse_codes import Codes
from rnnbench.models.architectures import catalogue, lecture
from rnnbench.models.engine import Engine
from rnnbench.models.network import Network
from rnnbench.training.engines.eager import TorchEngine
from rnnbench.training.engines.native.engine import native_engine
from rnnbench.training.engines.native.library import fastest_library, unavailable_reason
from rnnbench.training.loop import initial_parameters

BATCH, LABELS, VOCABULARY = 32, 64, 1000
STACK = 10
"""Number of runs that the torch engine trains at the same time; more of them gain little on a CPU."""
PEAK_ROUNDS = 1_000_000
"""Rounds of multiply-adds in one step of the peak measurement: a millisecond or two."""
POSITIONS = 2048
"""Smallest number of positions in the data of a measurement: a few batches of short sequences."""
LEARNING_RATE = 0.001
PEAK = "peak"
"""Key of the operations per second that one core can do at most."""
Stepper = Callable[[], float]
"""Takes some steps and returns their number, summed over all runs."""


@dataclass(frozen=True)
class Workload:
    """The work of a measurement: an architecture of the catalogue with a width, on sequences of one length."""

    architecture: str
    hidden: int
    length: int
    input_kind: Inputs = "numbers"
    """numbers: random vectors; words: random words with trained embeddings. Either has `hidden` dimensions."""

    @property
    def network(self) -> Network:
        """Return the network."""
        architecture = catalogue()[self.architecture]
        return Network(
            cell=architecture.cell,
            layers=architecture.layers,
            bidirectional=architecture.bidirectional,
            hidden=self.hidden,
            input_size=VOCABULARY if self.input_kind == "words" else self.hidden,
            output_size=LABELS,
            output_kind="labels",
            input_kind=self.input_kind,
            embedding=self.hidden if self.input_kind == "words" else None,
        )

    @property
    def data(self) -> Encoded:
        """Return a few batches of random sequences."""
        rng, n = generator(purpose="bench", length=self.length), BATCH * math.ceil(POSITIONS / self.length / BATCH)
        size, codes = n * self.length, None
        inputs = torch.from_numpy(rng.standard_normal((size, self.hidden)).astype(np.float32))
        if self.input_kind == "words":
            inputs = torch.from_numpy(rng.integers(0, VOCABULARY, size))
            codes = Codes(torch.arange(VOCABULARY), torch.ones(VOCABULARY, dtype=torch.int64), VOCABULARY)
        targets = torch.from_numpy(rng.integers(0, LABELS, size))
        return Encoded(torch.full((n,), self.length), inputs, targets, np.ones(size, bool), codes)


def rates(workload: Workload, *, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Return engine -> steps per second in each round, and PEAK -> operations per second where there is native code.

    The engines take turns, so that changes in the load of the machine affect all of them.
    """
    steppers = steppers_of(workload)
    for step in steppers.values():
        step()
    rates_by_engine: dict[str, list[float]] = {name: [] for name in steppers}
    for _ in range(rounds):
        for name, step in steppers.items():
            rates_by_engine[name].append(_rate(step, seconds))
    return rates_by_engine


def steppers_of(workload: Workload) -> dict[str, Stepper]:
    """Return engine -> what takes its steps; with native code also PEAK."""
    steppers = {"torch_nn": torch_nn_stepper(workload), "torch": stacked_stepper(TorchEngine(), STACK, workload)}
    if not unavailable_reason():
        steppers["native"] = stacked_stepper(native_engine(), 1, workload)
        steppers[PEAK] = _peak_stepper()
    return steppers


def product_operations(workload: Workload) -> float:
    """Return the number of operations in all matrix products of a step; a multiply-add counts as two.

    There are products for the forward pass, the gradient of the weights, and the gradient of their inputs. Input
    numbers need no gradient, the first time step has no recurrent input, and words are looked up without a product.
    """
    steps, total = workload.length, 0
    for name, shape in workload.network.shapes.items():
        part = name.rpartition(".")[2]
        if len(shape) == 2 and part != "embedding":
            positions = steps - 1 if part == "recurrent" else steps
            first = name.startswith("layer0") and part == "input" and workload.input_kind == "numbers"
            total += positions * math.prod(shape) * (2 if first else 3)
    return 2.0 * BATCH * total


def _peak_stepper() -> Stepper:
    """Return a stepper that does operations as fast as a core can; its steps are operations."""
    native_library = fastest_library()
    assert native_library is not None
    return lambda: native_library.functions.rnnbench_peak(PEAK_ROUNDS)


def workloads(*, quick: bool) -> Iterator[Workload]:
    """Yield the workloads: every cell at some widths and lengths, also on words, and the rest of the lecture."""
    for name in names(cells):
        for length in (16,) if quick else (16, 100):
            for hidden in (32,) if quick else (32, 64, 128):
                yield Workload(name, hidden, length)
        yield Workload(name, 32 if quick else 64, 16, "words")
    others = [architecture.name for architecture in lecture() if architecture.name not in names(cells)]
    yield from (Workload(name, 32, 16) for name in others)


def _rate(step: Stepper, seconds: float) -> float:
    begin, steps = time.process_time(), step()
    while (passed := time.process_time() - begin) < seconds:
        steps += step()
    return steps / passed


def stacked_stepper(engine: Engine, runs: int, workload: Workload, device: torch.device | str = "cpu") -> Stepper:
    """Return a stepper that trains that many runs with an engine."""
    network, data = workload.network, workload.data.to(device)
    trainer = engine.trainer(network, data, initial_parameters(network, range(runs)), 1.0)
    batches = [batch.expand(runs, -1) for batch in torch.arange(len(data)).split(BATCH)]

    def step() -> int:
        trainer.train_steps(batches, np.full(runs, LEARNING_RATE))
        return runs * len(batches)

    return step


def torch_nn_stepper(workload: Workload, device: torch.device | str = "cpu") -> Stepper:
    """Return a stepper that trains one run with torch.nn."""
    data = workload.data.to(device)
    run = torch_run(workload.network, seed=0, learning_rate=LEARNING_RATE, device=device)
    parts = torch.arange(len(data), device=device).split(BATCH)
    batches = [(data.inputs[data.positions(sequences)[0]], data.targets_of(sequences)) for sequences in parts]

    def step() -> int:
        for inputs, targets in batches:
            run.step(inputs, targets)
        return len(batches)

    return step


def ratio(rates_by_engine: Mapping[str, list[float]], name: str, other: str) -> float:
    """Return the median over rounds of the ratio of two engines' rates in the same round."""
    return float(np.median(np.array(rates_by_engine[name]) / np.array(rates_by_engine[other])))
