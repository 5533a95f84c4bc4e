"""Specifications of jobs and combinations, as a plan has them, with defaults for what a test does not care about."""

from typing import Any

from rnnbench.results.specifications import CombinationSpec, JobSpec, RunSpec
from rnnbench.training.engines.selection import EngineChoice


def run_spec(seed: int, learning_rate: float, digest: str, stack: str = "stack") -> RunSpec:
    """Return a run of a plan."""
    return RunSpec(stack, seed, learning_rate, digest)


def combination_spec(*runs: RunSpec, **changes: Any) -> CombinationSpec:
    """Return a combination: an Elman network behind 1-of-N, unless changed."""
    values: dict[str, Any] = {
        "name": "elman",
        "encoder": {"kind": "one_of_n", "name": ""},
        "architecture": {"name": "elman", "cell": {"kind": "elman"}},
        "size": {"hidden": 32},
        "matched_to": None,
        "matched_on": "32 units",
        "information": "prefix",
        "code": "code",
        "engine": EngineChoice("torch", "a test"),
        "engine_version": ("torch",),
    }
    return CombinationSpec(**values | changes, runs=runs)


def job_spec(*combinations: CombinationSpec, **changes: Any) -> JobSpec:
    """Return a job on the task `travel`, unless changed."""
    task = {"kind": "travel", "name": "", "family": "travel"}
    values: dict[str, Any] = {"task": task, "data": "data", "training": {"epochs": 1}, "device": "cpu", "minutes": None}
    return JobSpec(**values | changes, combinations=combinations)
