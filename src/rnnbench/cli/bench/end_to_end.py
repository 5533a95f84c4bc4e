"""From end to end: many runs in one process with native code, against a process for each run with torch.nn."""

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
    """A small experiment: the runs of one network on `travel`, by default about 1,250 steps each."""

    runs: int = 120
    """As many as one job of the default experiment trains: four combinations, ten seeds, three learning rates."""
    hidden: int = 64
    train: int = 8000
    epochs: int = 5
    separate_runs: int = 2
    """Processes of torch.nn that are timed; one takes as long as another."""

    def settings(self, architecture: str) -> dict[str, Any]:
        """Return the settings of the experiment for one network."""
        return {
            "tasks": [{"task": "travel", "train": self.train, "validation": 500, "test": 1000, "extra": 200}],
            "encoders": ["learned_embedding"],
            "architectures": [architecture],
            "size": {"hidden": self.hidden},
            "training": {"seeds": self.runs // 2, "learning_rates": [0.005, 0.01], "epochs": self.epochs},
            "workflow": {"combinations_per_job": 1},
            "device": "cpu",
            "engine": "native",
        }


def seconds_of(architecture: str, grid: Grid, folder: Path) -> Iterator[tuple[str, float]]:
    """Yield (engine, seconds for each run), from the start of a process to its end, on one core.

    The corpus is made before, in `folder`, where all work is done. torch.nn comes first and last.
    """
    plan = _prepared(grid.settings(architecture), folder)
    job = plan.train[0]
    alone = [
        ("torch_nn", ("rnnbench.cli.bench.torch_nn_worker", job.plan, str(seed), "0.005"), 1)
        for seed in range(grid.separate_runs)
    ]
    together = ("native", ("rnnbench", "step", "train", job.plan, job.output), grid.runs)
    for engine, module, runs in [*alone[::2], together, *alone[1::2]]:
        yield engine, _timed(folder, *module) / runs


def _prepared(settings: dict[str, Any], folder: Path) -> Plan:
    """Return the plan of an experiment whose data lies in a folder."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        plan = plan_of(parse_settings(settings))
        for step in plan.facts:
            if step.kind == "data" and not Path(step.output).exists():
                make_step(step.kind, Path(step.plan), Path(step.output))
        return plan
    finally:
        os.chdir(here)


def _timed(folder: Path, *module: str) -> float:
    begin = time.perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", *module]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
