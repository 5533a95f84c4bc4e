"""The rows of the table `bench`: rates of the engines, start-up times, and how an experiment spent its time.

All rates are measured when the command runs; the times of an experiment are those of its last run. Most rates are
compared as ratios of measurements that take turns, so that changes in the speed of the machine cancel out.
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
Log = Callable[[str], None]
END_TO_END = ("lstm", "gru", "lstm_peephole", "lstm_peephole_diagonal", "jordan", "elman")
"""The networks whose training is timed end to end."""
STARTS = {
    "python": ("-c", "pass"),
    "import torch": ("-c", "import torch"),
    "rnnbench plan": ("-m", "rnnbench", "plan"),
}
"""Name of a start-up time -> arguments of python."""


def bench_rows(plan: Plan, *, against_processes: bool, quick: bool, say: Log) -> Iterator[Row]:
    """Yield the rows of the table `bench`; `say` reports the progress."""
    yield from rate_rows(quick=quick, say=say)
    yield from start_rows(repeats=1 if quick else 3, say=say)
    yield from time_spent_rows(plan, say=say)
    if against_processes and unavailable_reason():
        say(f"--against-processes needs native code: {unavailable_reason()}")
    elif against_processes:
        yield from process_rows(quick=quick, say=say)


def rate_rows(*, quick: bool, say: Log) -> Iterator[Row]:
    """Yield each workload's steps per second on every engine, their ratio to torch.nn and their share of the peak."""
    from rnnbench.cli.bench.rates import rates, workloads

    selected, begin = list(workloads(quick=quick)), time.perf_counter()
    for done, workload in enumerate(selected, 1):
        yield from _rate_rows(workload, rates(workload, rounds=2 if quick else 5, seconds=0.05 if quick else 0.2))
        name = f"{workload.architecture} H{workload.hidden} T{workload.length}"
        say(f"{done}/{len(selected)} {name}{_time_left(begin, done, len(selected))}")


def _rate_rows(workload: "Workload", rates_by_engine: dict[str, list[float]]) -> Iterator[Row]:
    from rnnbench.cli.bench.rates import PEAK, product_operations, ratio

    def rate_row(measure: str, engine: str, value: float, unit: str) -> Row:
        columns = {"hidden": workload.hidden, "length": workload.length, "reads": workload.input_kind}
        return row(measure, workload.architecture, **columns, engine=engine, value=value, unit=unit)

    for engine in (name for name in rates_by_engine if name != PEAK):
        yield rate_row("steps", engine, float(np.median(rates_by_engine[engine])), "1/s")
        if engine != "torch_nn":
            yield rate_row("steps_ratio", engine, ratio(rates_by_engine, engine, "torch_nn"), "torch_nn")
        if PEAK in rates_by_engine and workload.input_kind == "numbers":
            share = ratio(rates_by_engine, engine, PEAK) * product_operations(workload)
            yield rate_row("peak_share", engine, share, "peak")


def gpu_rows(*, quick: bool, say: Log, device: str = "cuda") -> Iterator[Row]:
    """Yield steps per second on a GPU, their ratio to torch.nn with one run at a time, and their share of both limits.

    Raises UserError where there is no GPU.
    """
    from rnnbench.cli.bench.gpu import LENGTH, Chip, gpu_rates
    from rnnbench.training.engines.devices import device_name, open_device

    chip = Chip(open_device(device), seconds=0.02 if quick else 0.3)
    torch_nn_rates: dict[tuple[str, int], float] = {}
    name = device_name(chip.device)
    yield row("gpu_peak", name, value=chip.operations, unit="operations/s")
    yield row("gpu_peak", name, value=chip.bytes, unit="bytes/s")
    for rate in gpu_rates(chip, quick=quick, say=say):
        subject, hidden = rate.workload.architecture, rate.workload.hidden
        columns = {"hidden": hidden, "length": LENGTH, "reads": "words", "engine": rate.engine, "runs": rate.runs}
        yield row("gpu_steps", subject, **columns, value=rate.steps, unit="1/s")
        torch_nn_rates.setdefault((subject, hidden), rate.steps)  # torch.nn comes first
        if rate.engine == "cuda":
            speedup = rate.steps / torch_nn_rates[subject, hidden]
            yield row("gpu_ratio", subject, **columns, value=speedup, unit="torch_nn")
            for resource, limit in chip.rate_limits(rate.workload).items():
                yield row(f"gpu_{resource}_share", subject, **columns, value=rate.steps / limit, unit="peak")


def start_rows(*, repeats: int, say: Log) -> Iterator[Row]:
    """Yield the seconds that python, torch and a command need to start."""
    say("start-up")
    for name, command in STARTS.items():
        seconds = [_seconds(command) for _ in range(repeats)]
        yield row("start_up", name, value=float(np.median(seconds)), unit="s")


def time_spent_rows(plan: Plan, *, say: Log) -> Iterator[Row]:
    """Yield how the last run of the experiment spent its time."""
    from rnnbench.cli.bench.time_spent import time_spent

    spent = time_spent(plan)
    if spent is None:
        say("this experiment is not complete: run snakemake, then bench again, to see how it spends its time")
        return
    yield row("experiment_wall", "whole", value=spent.wall, unit="s")
    for part, seconds in spent.parts.items():
        yield row("experiment_seconds", part, value=seconds, unit="s")
        yield row("experiment_share", part, value=seconds / sum(spent.parts.values()), unit="all processes")


def process_rows(*, quick: bool, say: Log) -> Iterator[Row]:
    """Yield end-to-end seconds per run: many runs in one process, and torch.nn with a process for each run."""
    from rnnbench.cli.bench.end_to_end import Grid, seconds_of

    grid = Grid(runs=4, train=500, steps=16) if quick else Grid()
    with TemporaryDirectory() as folder:
        for name in END_TO_END[:1] if quick else END_TO_END:
            say(f"{name}: {grid.runs} runs in one process, and torch.nn with a process for each run")
            seconds_by_engine: dict[str, list[float]] = {}
            for engine, seconds in seconds_of(name, grid, Path(folder)):
                seconds_by_engine.setdefault(engine, []).append(seconds)
            columns = {"hidden": grid.hidden, "reads": "words"}
            means = {engine: float(np.mean(values)) for engine, values in seconds_by_engine.items()}
            for engine, value in means.items():
                yield row("run_seconds", name, **columns, engine=engine, value=value, unit="s")
            speedup = means["torch_nn"] / means["native"]
            yield row("run_ratio", name, **columns, engine="native", value=speedup, unit="torch_nn")


def row(measure: str, subject: str, *, value: float, unit: str, **columns: Any) -> Row:
    """Return a row of the table `bench`; columns that are not given are empty."""
    empty: Row = {name: "" if kind == "str" else None for name, kind in MEASURED[BENCH].items()}
    return empty | {"measure": measure, "subject": subject, "value": value, "unit": unit} | columns


def _seconds(command: tuple[str, ...]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _time_left(begin: float, done: int, total: int) -> str:
    left = (time.perf_counter() - begin) / done * (total - done)
    return f", {left / 60:.0f} min left" if left > 60 else f", {left:.0f} s left"
