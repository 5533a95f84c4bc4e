"""Steps per second on a GPU: the cuda and torch engines, torch.nn, and the limits of the chip."""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch

from rnnbench.cli.bench.rates import BATCH, Stepper, Workload, product_operations, stacked_stepper, torch_nn_stepper
from rnnbench.training.engines.cuda.engine import CudaEngine
from rnnbench.training.engines.eager import TorchEngine

CELLS = ("lstm", "lstm_no_feedback", "lstm_peephole", "lstm_peephole_diagonal", "gru", "elman", "jordan")
WIDTHS = (32, 64, 128)
RUNS = (1, 10, 40, 400, 4096)
LENGTH = 20
QUICK = (("lstm", "elman"), (32,), (1, 40))
"""Cells, widths and runs of a quick benchmark."""
MATRIX_SIDE = {"cpu": 256, "cuda": 8192}
"""Device type -> rows and columns of the matrices by which its arithmetic is measured."""
COPY_LENGTH = {"cpu": 1 << 20, "cuda": 1 << 28}
"""Device type -> numbers that are copied to measure its memory."""


@dataclass(frozen=True)
class EngineRate:
    """The rate of one engine with a number of runs."""

    workload: Workload
    engine: str
    runs: int
    steps: float
    """Steps per second, summed over all runs."""


@dataclass(frozen=True)
class Chip:
    """The peak rates of a device, as measured on it."""

    device: torch.device
    seconds: float = 0.3
    """Duration of a measurement."""

    @cached_property
    def operations(self) -> float:
        """Return float32 operations per second in a product of large matrices; a multiply-add counts as two."""
        side = MATRIX_SIDE[self.device.type]
        a, b = (torch.randn(side, side, device=self.device) for _ in range(2))
        return 2.0 * side**3 * self.rate(lambda: len([torch.mm(a, b)]))

    @cached_property
    def bytes(self) -> float:
        """Return bytes per second that are read or written in a copy."""
        values = torch.zeros(COPY_LENGTH[self.device.type], device=self.device)
        copy = torch.empty_like(values)
        return 8.0 * len(values) * self.rate(lambda: len([copy.copy_(values)]))

    def rate(self, step: Stepper) -> float:
        """Return steps per second; the first call, which may compile and record, does not count."""
        step()
        self._wait()
        begin, steps = time.perf_counter(), 0.0
        while time.perf_counter() - begin < self.seconds:
            steps += step()
            self._wait()
        return steps / (time.perf_counter() - begin)

    def rate_limits(self, workload: Workload) -> dict[str, float]:
        """Return the largest rates, in steps of one run per second, that the chip's arithmetic and its memory allow."""
        return {
            "arithmetic": self.operations / product_operations(workload),
            "bytes": self.bytes / bytes_moved(workload),
        }

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def bytes_moved(workload: Workload) -> float:
    """Return the fewest bytes that a step reads and writes, with weights and activations in the memory of the device.

    Each weight and both of its Adam moments are read and written. The gates and states of each unit at each position
    are written once in the forward pass and read once in the backward pass.
    """
    network, cell = workload.network, workload.network.cell
    weights = sum(map(math.prod, network.shapes.values()))
    gates = len(cell.gates) + len(cell.input_gates) + len(cell.memory_gates)
    activations = network.hidden * (gates + len({"a", *cell.states}))
    return 4.0 * (6 * weights + 2 * BATCH * workload.length * activations)


def gpu_rates(chip: Chip, *, quick: bool, say: Callable[[str], None]) -> Iterator[EngineRate]:
    """Yield the rates of every engine; what does not fit into memory is reported by `say` and skipped."""
    cells, widths, runs = QUICK if quick else (CELLS, WIDTHS, RUNS)
    for name, hidden in itertools.product(cells, widths):
        workload = Workload(name, hidden, LENGTH, "words")
        yield EngineRate(workload, "torch_nn", 1, chip.rate(torch_nn_stepper(workload, chip.device)))
        for n_runs, (engine_name, engine) in itertools.product(runs, _engines(chip).items()):
            try:
                yield EngineRate(
                    workload, engine_name, n_runs, chip.rate(stacked_stepper(engine, n_runs, workload, chip.device))
                )
            except torch.OutOfMemoryError:
                say(f"{name} H{hidden}: {n_runs} runs do not fit into the memory with {engine_name}")
            _free_memory(chip)
        say(f"{name} H{hidden}")


def _engines(chip: Chip) -> dict[str, TorchEngine | CudaEngine]:
    on_gpu = chip.device.type == "cuda"
    return {"torch": TorchEngine(), "cuda": CudaEngine(use_graphs=on_gpu, use_kernels=on_gpu)}


def _free_memory(chip: Chip) -> None:
    if chip.device.type == "cuda":
        torch.cuda.empty_cache()
