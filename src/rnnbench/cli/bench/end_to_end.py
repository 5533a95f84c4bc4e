"""End-to-end times: many runs in one process with native code, against one process for each run with torch.nn."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import Plan, plan_of
from rnnbench.pipeline.steps import make_step


@dataclass(frozen=True)
class Grid:
    """A small experiment: runs of one network on `travel`, all of the same number of steps."""

    runs: int = 40
    """Number of runs of one network: 20 blocks, all at 2 rates."""
    hidden: int = 64
    train: int = 8000
    steps: int = 1250
    """Steps of each run; validation is looked at five times."""
    separate_runs: int = 2
    """Number of torch.nn processes that are timed; all of them do the same work."""

    def settings(self, architecture: str) -> dict[str, Any]:
        """Return the settings of the experiment for one network: every block is part of the search for the rate."""
        blocks = self.runs // 2
        return {
            "tasks": [{"task": "travel", "train": self.train, "validation": 500, "test": 1000, "extra": 200}],
            "encoders": ["learned_embedding"],
            "architectures": [architecture],
            "size": {"hidden": self.hidden},
            "training": {
                "seeds": blocks,
                "search_seeds": blocks,
                "learning_rates": [0.005, 0.01],
                "max_steps": self.steps,
                "patience": self.steps,
                "check": -(-self.steps // 5),
            },
            "workflow": {"combinations_per_job": 1},
            "device": "cpu",
            "engine": "native",
        }


def seconds_of(architecture: str, grid: Grid, folder: Path) -> Iterator[tuple[str, float]]:
    """Yield (engine, seconds per run), from the start of a process to its end, on one core.

    All files are in `folder`; the corpus is made before the clock starts. torch.nn is timed first and last.
    """
    plan = _prepare(grid.settings(architecture), folder)
    job = plan.train[0]
    separate = [
        ("torch_nn", ("rnnbench.cli.bench.torch_nn_worker", job.plan, str(seed), "0.005"), 1)
        for seed in range(grid.separate_runs)
    ]
    stacked = ("native", ("rnnbench", "step", "train", job.plan, job.output), grid.runs)
    for engine, module, runs in [*separate[::2], stacked, *separate[1::2]]:
        yield engine, _timed(folder, *module) / runs


def _prepare(settings: dict[str, Any], folder: Path) -> Plan:
    """Make the data of an experiment in a folder, and return its plan."""
    working_directory = Path.cwd()
    os.chdir(folder)
    try:
        plan = plan_of(parse_settings(settings))
        for step in plan.preparation:
            if step.kind == "data" and not Path(step.output).exists():
                make_step(step.kind, Path(step.plan), Path(step.output))
        return plan
    finally:
        os.chdir(working_directory)


def _timed(folder: Path, *module: str) -> float:
    begin = time.perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", *module]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
