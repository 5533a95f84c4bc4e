"""Specifications of jobs and combinations, as a plan has them, with defaults for what a test does not care about."""

from typing import Any

from rnnbench.results.runs import Runs
from rnnbench.results.specifications import CombinationSpec, JobSpec
from rnnbench.training.engines.selection import EngineChoice
from rnnbench.training.settings import Training


def combination_spec(**changes: Any) -> CombinationSpec:
    """Return a combination: an Elman network behind 1-of-N with an engine that trains by run, unless changed."""
    values: dict[str, Any] = {
        "name": "elman",
        "encoder": {"kind": "one_of_n", "name": ""},
        "architecture": {"name": "elman", "cell": {"kind": "elman"}},
        "size": {"hidden": 32},
        "matched_to": None,
        "matched_on": "32 units",
        "information": "prefix",
        "code": "code",
        "engine": EngineChoice("native", "a test"),
        "engine_version": ("native",),
        "digest": "digest",
    }
    return CombinationSpec(**values | changes)


def job_spec(*combinations: CombinationSpec, training: dict[str, Any] | None = None, **changes: Any) -> JobSpec:
    """Return a job on the task `travel`, each of whose blocks has a world of its own, unless changed."""
    values: dict[str, Any] = {
        "task": {"kind": "travel", "name": "", "family": "travel"},
        "data": "data",
        "worlds": {seed: f"world {seed}" for seed in Training(**training or {}).blocks},
        "training": training or {},
        "device": "cpu",
        "minutes": None,
    }
    return JobSpec(**values | changes, combinations=combinations)


def runs_of(*, task: dict[str, Any] | None = None, training: dict[str, Any], **changes: Any) -> Runs:
    """Return the runs of a job with one combination; `changes` are those of the combination."""
    combination = combination_spec(**changes)
    return Runs(job_spec(combination, training=training, **({"task": task} if task else {})), combination)
