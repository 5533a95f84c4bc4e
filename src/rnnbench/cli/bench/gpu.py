"""Steps a second on a GPU: recorded steps against stacked ones, torch.nn, and what the chip could do at most."""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch

from rnnbench.cli.bench.rates import BATCH, Stepper, Workload, product_operations, stacked, torch_nn_stepper
from rnnbench.training.engines.cuda.engine import CudaEngine
from rnnbench.training.engines.eager import TorchEngine

CELLS = ("lstm", "lstm_no_feedback", "lstm_peephole", "lstm_peephole_diagonal", "gru", "elman", "jordan")
WIDTHS = (32, 64, 128)
RUNS = (1, 10, 40, 400, 4096)
LENGTH = 20
QUICK = (("lstm", "elman"), (32,), (1, 40))
"""Cells, widths and runs of a rough look."""
SIDE = {"cpu": 256, "cuda": 8192}
"""Rows and columns of the matrices with which the chip's arithmetic is measured."""
NUMBERS = {"cpu": 1 << 20, "cuda": 1 << 28}
"""Numbers that are copied to measure its memory."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Rate:
    """What one engine did with so many runs."""

    workload: Workload
    engine: str
    runs: int
    steps: float
    """Steps a second, counted over all runs."""


@dataclass(frozen=True)
class Chip:
    """What a device can do at best, as measured on it."""

    device: torch.device
    seconds: float = 0.3
    """How long a measurement takes."""

    @cached_property
    def operations(self) -> float:
        """Return operations of float32 a second, in a product of large matrices; a multiply-add counts as two."""
        side = SIDE[self.device.type]
        a, b = (torch.randn(side, side, device=self.device) for _ in range(2))
        return 2.0 * side**3 * self.rate(lambda: len([torch.mm(a, b)]))

    @cached_property
    def bytes(self) -> float:
        """Return bytes a second that are read or written, in a copy."""
        values = torch.zeros(NUMBERS[self.device.type], device=self.device)
        copy = torch.empty_like(values)
        return 8.0 * len(values) * self.rate(lambda: len([copy.copy_(values)]))

    def rate(self, step: Stepper) -> float:
        """Return steps a second; the first call, which may compile and record, does not count."""
        step()
        self._wait()
        begin, steps = time.perf_counter(), 0.0
        while time.perf_counter() - begin < self.seconds:
            steps += step()
            self._wait()
        return steps / (time.perf_counter() - begin)

    def floor(self, workload: Workload) -> dict[str, float]:
        """Return the steps a second of one run that the chip's arithmetic, and its memory, could do at most."""
        return {
            "arithmetic": self.operations / product_operations(workload),
            "bytes": self.bytes / moved(workload),
        }

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def moved(workload: Workload) -> float:
    """Return the bytes that any engine reads or writes in a step that keeps weights and what goes back in memory.

    Of each weight: itself and both of Adam's means, read and written. At each position the input, and of each unit its
    gates and states, written once on the way forward and read once on the way back.
    """
    network, cell = workload.network, workload.network.cell
    weights = sum(map(math.prod, network.shapes.values()))
    gates = len(cell.gates) + len(cell.input_gates) + len(cell.memory_gates)
    kept = network.hidden * (gates + len({"a", *cell.states}))
    return 4.0 * (6 * weights + 2 * BATCH * workload.length * kept)


def gpu_rates(chip: Chip, *, quick: bool, say: Say) -> Iterator[Rate]:
    """Yield rates of every engine; what does not fit into memory is said and left out."""
    cells, widths, runs = QUICK if quick else (CELLS, WIDTHS, RUNS)
    for name, hidden in itertools.product(cells, widths):
        workload = Workload(name, hidden, LENGTH, "words")
        yield Rate(workload, "torch_nn", 1, chip.rate(torch_nn_stepper(workload, chip.device)))
        for number, (engine, made) in itertools.product(runs, _engines(chip).items()):
            try:
                yield Rate(workload, engine, number, chip.rate(stacked(made, number, workload, chip.device)))
            except torch.OutOfMemoryError:
                say(f"{name} H{hidden}: {number} runs do not fit into the memory with {engine}")
            _forget(chip)
        say(f"{name} H{hidden}")


def _engines(chip: Chip) -> dict[str, TorchEngine | CudaEngine]:
    on_gpu = chip.device.type == "cuda"
    return {"torch": TorchEngine(), "cuda": CudaEngine(use_graphs=on_gpu, use_kernels=on_gpu)}


def _forget(chip: Chip) -> None:
    if chip.device.type == "cuda":
        torch.cuda.empty_cache()
