"""How fast this machine trains: rates of the engines side by side, start-up, and where an experiment's time goes.

Every figure is measured here and now (the times of an experiment: when it was last run), and most are ratios: machines
drift, but what takes turns drifts together.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.results.schemas import BENCH, MEASURED
from rnnbench.training.engines.native.library import unavailable_reason

if TYPE_CHECKING:
    from rnnbench.cli.bench.rates import Workload

Row = dict[str, Any]
Say = Callable[[str], None]
END_TO_END = ("lstm", "gru", "lstm_peephole", "lstm_peephole_diagonal", "jordan", "elman")
"""The networks that are trained both ways from end to end."""
STARTS = {
    "python": ("-c", "pass"),
    "import torch": ("-c", "import torch"),
    "rnnbench plan": ("-m", "rnnbench", "plan"),
}


def bench_rows(plan: Plan, *, against_processes: bool, quick: bool, say: Say) -> Iterator[Row]:
    """Yield the rows of the table `bench`, and say what is under way."""
    yield from rate_rows(quick=quick, say=say)
    yield from start_rows(repeats=1 if quick else 3, say=say)
    yield from share_rows(plan, say=say)
    if against_processes and unavailable_reason():
        say(f"against processes there is nothing to measure: {unavailable_reason()}")
    elif against_processes:
        yield from process_rows(quick=quick, say=say)


def rate_rows(*, quick: bool, say: Say) -> Iterator[Row]:
    """Yield steps a second of every engine, their ratio to torch.nn, and the share of the peak, for every workload."""
    from rnnbench.cli.bench.rates import rates, workloads

    chosen, begin = list(workloads(quick=quick)), time.perf_counter()
    for done, workload in enumerate(chosen, 1):
        yield from _rate_rows(workload, rates(workload, rounds=2 if quick else 5, seconds=0.05 if quick else 0.2))
        name = f"{workload.architecture} H{workload.hidden} T{workload.length}"
        say(f"{done}/{len(chosen)} {name}{_left(begin, done, len(chosen))}")


def _rate_rows(workload: "Workload", found: dict[str, list[float]]) -> Iterator[Row]:
    from rnnbench.cli.bench.rates import PEAK, product_operations, ratio

    def told(measure: str, engine: str, value: float, unit: str) -> Row:
        about = {"hidden": workload.hidden, "length": workload.length, "reads": workload.reads}
        return row(measure, workload.architecture, **about, engine=engine, value=value, unit=unit)

    for engine in (name for name in found if name != PEAK):
        yield told("steps", engine, float(np.median(found[engine])), "1/s")
        if engine != "torch_nn":
            yield told("steps_ratio", engine, ratio(found, engine, "torch_nn"), "torch_nn")
        if PEAK in found and workload.reads == "numbers":
            share = ratio(found, engine, PEAK) * product_operations(workload)
            yield told("peak_share", engine, share, "peak")


def gpu_rows(*, quick: bool, say: Say, device: str = "cuda") -> Iterator[Row]:
    """Yield steps a second on a GPU, their ratio to torch.nn with one run at a time, and the share of both floors.

    Raises UserError where there is no GPU.
    """
    from rnnbench.cli.bench.gpu import LENGTH, Chip, gpu_rates
    from rnnbench.training.engines.devices import device_name, open_device

    chip, alone = Chip(open_device(device), seconds=0.02 if quick else 0.3), {}
    name = device_name(chip.device)
    yield row("gpu_peak", name, value=chip.operations, unit="operations/s")
    yield row("gpu_peak", name, value=chip.bytes, unit="bytes/s")
    for rate in gpu_rates(chip, quick=quick, say=say):
        subject, hidden = rate.workload.architecture, rate.workload.hidden
        about = {"hidden": hidden, "length": LENGTH, "reads": "words", "engine": rate.engine, "runs": rate.runs}
        yield row("gpu_steps", subject, **about, value=rate.steps, unit="1/s")
        alone.setdefault((subject, hidden), rate.steps)
        if rate.engine == "cuda":
            yield row("gpu_ratio", subject, **about, value=rate.steps / alone[subject, hidden], unit="torch_nn")
            for floor, most in chip.floor(rate.workload).items():
                yield row(f"gpu_{floor}_share", subject, **about, value=rate.steps / most, unit="peak")


def start_rows(*, repeats: int, say: Say) -> Iterator[Row]:
    """Yield how long it takes until something runs."""
    say("start-up")
    for name, command in STARTS.items():
        seconds = [_seconds(command) for _ in range(repeats)]
        yield row("start_up", name, value=float(np.median(seconds)), unit="s")


def share_rows(plan: Plan, *, say: Say) -> Iterator[Row]:
    """Yield where the time of the experiment went, when it was last run."""
    from rnnbench.cli.bench.time_spent import spent

    found = spent(plan)
    if found is None:
        say("this experiment was not yet run as a whole: run snakemake, then bench again, to see where its time goes")
        return
    yield row("experiment_wall", "whole", value=found.wall, unit="s")
    for part, seconds in found.parts.items():
        yield row("experiment_seconds", part, value=seconds, unit="s")
        yield row("experiment_share", part, value=seconds / sum(found.parts.values()), unit="all processes")


def process_rows(*, quick: bool, say: Say) -> Iterator[Row]:
    """Yield seconds for each run from end to end: many in one process, and torch.nn with a process for each."""
    from rnnbench.cli.bench.end_to_end import Grid, seconds_of

    grid = Grid(runs=4, train=500, epochs=1) if quick else Grid()
    with TemporaryDirectory() as folder:
        for name in END_TO_END[:1] if quick else END_TO_END:
            say(f"{name}: {grid.runs} runs in one process, and torch.nn with a process for each run")
            found: dict[str, list[float]] = {}
            for engine, seconds in seconds_of(name, grid, Path(folder)):
                found.setdefault(engine, []).append(seconds)
            about = {"hidden": grid.hidden, "reads": "words"}
            means = {engine: float(np.mean(values)) for engine, values in found.items()}
            for engine, value in means.items():
                yield row("run_seconds", name, **about, engine=engine, value=value, unit="s")
            times = means["torch_nn"] / means["native"]
            yield row("run_ratio", name, **about, engine="native", value=times, unit="torch_nn")


def row(measure: str, subject: str, *, value: float, unit: str, **about: Any) -> Row:
    """Return a row of the table `bench`; what does not apply is empty."""
    empty: Row = {name: "" if kind == "str" else None for name, kind in MEASURED[BENCH].items()}
    return empty | {"measure": measure, "subject": subject, "value": value, "unit": unit} | about


def _seconds(command: tuple[str, ...]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _left(begin: float, done: int, whole: int) -> str:
    left = (time.perf_counter() - begin) / done * (whole - done)
    return f", {left / 60:.0f} min left" if left > 60 else f", {left:.0f} s left"
