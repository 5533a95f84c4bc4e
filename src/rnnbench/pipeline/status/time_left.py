"""About how long the work of a plan will take, by how long earlier work took."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbench.pipeline.plan.step import Step, combinations_of
from rnnbench.results import paths
from rnnbench.results.runs import Runs
from rnnbench.results.schemas import COMBINATION
from rnnbench.results.timings import times_of_kind

EARLIER = paths.TABLES / "runs.parquet"
PRIOR = 0.1
"""The weight, in runs, of the guess that a task, an encoder or a network is like the average one."""
AFTER = ("collect", "demo", "report")
"""What one process makes after all else."""
Names = tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """A run that was trained."""

    names: Names
    """Task, encoder, architecture."""
    seconds: float
    """From start to end."""


def minutes(todo: Sequence[Step], combinations: Sequence[Runs], cores: int) -> float | None:
    """Return about how long the steps of `todo`, and what comes after them, will take on so many cores.

    `combinations` are those of the whole plan; finished ones tell how long others take, and so does the table of the
    last experiment. None: there is nothing to judge by.
    """
    earlier = [*_finished(combinations), *(_of_the_tables() if EARLIER.exists() else ())]
    if not earlier:
        return None
    train = [step for step in todo if step.kind == "train"]
    left = [(runs, missing) for step in train for runs in combinations_of(step) if (missing := runs.missing)]
    seconds = seconds_per_run([_names(runs) for runs, _ in left], earlier)
    work = sum(missing * each for (_, missing), each in zip(left, seconds, strict=True))
    beside = {kind: _starting() if kind == "train" else _typical(kind) for kind in {step.kind for step in todo}}
    work += sum(beside[step.kind] for step in todo)
    return (work / max(1, min(cores, len(todo))) + sum(map(_typical, AFTER))) / 60


def seconds_per_run(wanted: Sequence[Names], earlier: Sequence[Earlier]) -> list[float]:
    """Return the seconds that a run takes, for each wanted combination.

    The logarithm of the time is a sum of what the task, the encoder and the architecture add to it, by ridge
    regression; one that was never seen is taken for an average one.
    """
    columns = {key: i for i, key in enumerate(dict.fromkeys(key for run in earlier for key in enumerate(run.names)))}
    logs = np.log([run.seconds for run in earlier])
    features = _features([run.names for run in earlier], columns)
    gram = features.T @ features + PRIOR * np.eye(len(columns))
    weights = np.linalg.solve(gram, features.T @ (logs - logs.mean()))
    return list(np.exp(_features(wanted, columns) @ weights + logs.mean()))


def _features(names: Sequence[Names], columns: dict[tuple[int, str], int]) -> np.ndarray:
    """Return (N, C): which of C columns each of N combinations has."""
    rows = np.zeros((len(names), len(columns)))
    for row, combination in zip(rows, names, strict=True):
        row[[columns[key] for key in enumerate(combination) if key in columns]] = 1
    return rows


def _finished(combinations: Sequence[Runs]) -> Iterator[Earlier]:
    """Yield a finished run of each combination that has one."""
    for runs in combinations:
        seconds = [record["seconds"] for _, record in runs.records if record]
        if seconds and sum(seconds) > 0:
            yield Earlier(_names(runs), sum(seconds) / len(seconds))


def _of_the_tables() -> Iterator[Earlier]:
    import pandas as pd

    runs: Any = pd.read_parquet(EARLIER, columns=[*COMBINATION, "seconds"]).dropna()
    for *names, seconds in (
        runs.groupby([*COMBINATION], sort=False)["seconds"].mean().reset_index().itertuples(index=False)
    ):
        if seconds > 0:
            yield Earlier(tuple(names), seconds)


def _names(runs: Runs) -> Names:
    return tuple(runs.names.values())


def _typical(kind: str) -> float:
    """Return the median seconds that a step of that kind took, 0 where there was none."""
    return statistics.median([times.ended - times.started for times in times_of_kind(kind)] or [0.0])


def _starting() -> float:
    """Return the median seconds until a job began to train."""
    return statistics.median([times.loaded - times.started for times in times_of_kind("train")] or [0.0])
