"""What a plan says of an experiment, its jobs, combinations and runs: read from and written to JSON in results/plan/.

Tasks, encoders and architectures stand here as plain values, so that reading a plan builds none of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from rnnbench.common.fingerprint import digest
from rnnbench.common.registry import Values, label_of
from rnnbench.tasks import Information
from rnnbench.training.engines.selection import EngineChoice
from rnnbench.training.rate_search import RateSearch
from rnnbench.training.settings import Training

BESIDE = "step"
"""The key of a plan's file under which stands what its digest does not depend on."""
PreparationKind = Literal["data", "describe", "audit", "rivals"]


@dataclass(frozen=True)
class RunSpec:
    """One network to train."""

    seed: int
    learning_rate: float
    digest: str
    """The name of its result in the store."""


@dataclass(frozen=True)
class CombinationSpec:
    """An encoder and an architecture at one size, on the task of a job."""

    name: str
    """What tables call the architecture at this size."""
    encoder: Values
    architecture: Values
    size: Values
    matched_to: Values | None
    """The architecture whose number of parameters this one gets; None: the size says it all."""
    matched_on: str
    """In which way architectures of this size are comparable."""
    information: Information
    """What the network sees when it answers: the word, the prefix or the sentence."""
    code: str
    """The fingerprint of the code that trains it."""
    engine: EngineChoice
    engine_version: tuple[str, ...]
    """What results depend on besides the package's Python code and torch."""
    digest: str
    """The digest of what every run of it depends on, besides its world, seed and learning rate."""

    @classmethod
    def read(cls, values: Values) -> Self:
        """Return the specification that `written` wrote."""
        typed = {"engine": EngineChoice(**values["engine"]), "engine_version": tuple(values["engine_version"])}
        return cls(**{**values, **typed})

    @property
    def written(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**vars(self), "engine": dict(vars(self.engine)), "engine_version": list(self.engine_version)}

    @property
    def encoder_label(self) -> str:
        """Return what tables call the encoder."""
        return label_of(self.encoder)


@dataclass(frozen=True)
class JobSpec:
    """A few combinations of one task that one process trains."""

    task: Values
    data: str
    """The corpora of all blocks, a file."""
    worlds: Mapping[int, str]
    """The seed of each block -> the digest of its corpus."""
    training: Values
    """The settings of training."""
    device: str
    minutes: float | None
    """A combination that takes longer has failed; None: no limit."""
    combinations: tuple[CombinationSpec, ...]

    @classmethod
    def read(cls, values: Values) -> Self:
        """Return the specification that `written` wrote."""
        typed = {
            "worlds": {int(seed): world for seed, world in values["worlds"]},
            "combinations": tuple(map(CombinationSpec.read, values["combinations"])),
        }
        return cls(**{**values, **typed})

    @property
    def written(self) -> dict[str, Any]:
        """Return it as JSON values."""
        plain = {"worlds": [list(pair) for pair in self.worlds.items()]}
        return {**vars(self), **plain, "combinations": [combination.written for combination in self.combinations]}

    @property
    def task_label(self) -> str:
        """Return what tables call the task."""
        return label_of(self.task)

    @property
    def family(self) -> str:
        """Return what tables call the task together with those that differ from it in a setting."""
        return self.task["family"]

    @cached_property
    def search(self) -> RateSearch:
        """Return the search for the learning rate of each combination."""
        return Training(**self.training).search

    def only(self, *combinations: CombinationSpec) -> Self:
        """Return the job with these combinations alone."""
        return replace(self, combinations=combinations)

    def settings_of(self, combination: CombinationSpec) -> dict[str, Any]:
        """Return what `training.combination.combination_from` builds a combination of this job from."""
        names = ("encoder", "architecture", "size", "matched_to")
        return {"task": self.task, **{name: getattr(combination, name) for name in names}}

    def stacks(self, combination: CombinationSpec) -> list[tuple[int, ...]]:
        """Return the seeds that are trained together: those of the search first.

        Where sums are rounded a little differently in other company, numbers must not depend on what the store
        happened to have: stacks are cut in a fixed way and trained whole, and further seeds change none that is full.
        """
        searched = self.search.seeds
        others = tuple(seed for seed in self.worlds if seed not in searched)
        if combination.engine.is_by_run:
            return [seeds for seeds in (searched, others) if seeds]
        size = combination.engine.seeds_at_once
        return [seeds[i : i + size] for seeds in (searched, others) for i in range(0, len(seeds), size)]

    def run(self, combination: CombinationSpec, seed: int, learning_rate: float) -> RunSpec:
        """Return a run; its digest says all that its result depends on: where company matters, its stack too."""
        company = [seed]
        if not combination.engine.is_by_run:
            company = next(seeds for seeds in self.stacks(combination) if seed in seeds)
        factors = {
            "combination": combination.digest,
            "company": [[other, self.worlds[other]] for other in company],
            "seed": seed,
            "learning_rate": learning_rate,
        }
        return RunSpec(seed, learning_rate, digest(factors))


@dataclass(frozen=True)
class PreparationSpec:
    """A step that needs no network: a task's data, its ceilings and facts, its audit, its baselines."""

    task: Values
    code: str
    """The fingerprint of the code that makes it."""
    data: str = ""
    """The corpora, a file; empty for the step that makes it."""
    description: str = ""
    """The output of the task's step `describe`, where it is needed."""
    encoders: tuple[Values, ...] = ()
    seeds: tuple[int, ...] = (0,)
    """The seeds of the runs; where the task draws worlds, each has a corpus of its own."""
    files: tuple[str, ...] = ()
    """The digests of the user's own files that it reads."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """The versions of the packages that its output depends on."""

    @classmethod
    def read(cls, values: Values) -> Self:
        """Return the specification that `written` wrote."""
        lists = {name: tuple(values[name]) for name in ("encoders", "seeds", "files") if name in values}
        return cls(**{**values, **lists})

    @property
    def written(self) -> dict[str, Any]:
        """Return it as JSON values, without those that are empty."""
        plain = {**vars(self), **{name: list(getattr(self, name)) for name in ("encoders", "seeds", "files")}}
        return {name: value for name, value in plain.items() if value}


@dataclass(frozen=True)
class PlannedJob:
    """Where a training job's files lie."""

    plan: str
    output: str
    """Says which runs failed, and why."""
    description: str
    """The output of the task's step `describe`."""


@dataclass(frozen=True)
class ExperimentSpec:
    """Everything that the tables of an experiment are made of."""

    row_files: tuple[str, ...]
    """Outputs of steps that hold rows of tables."""
    jobs: tuple[PlannedJob, ...]
    code: str
    """The fingerprint of the code that makes the tables."""
    configuration: Values

    @classmethod
    def read(cls, values: Values) -> Self:
        """Return the specification that `written` wrote."""
        jobs = tuple(PlannedJob(**job) for job in values["jobs"])
        return cls(**{**values, "row_files": tuple(values["row_files"]), "jobs": jobs})

    @property
    def written(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**vars(self), "row_files": list(self.row_files), "jobs": [dict(vars(job)) for job in self.jobs]}


Specification = PreparationSpec | JobSpec | ExperimentSpec
Kind = Literal["data", "describe", "audit", "rivals", "train", "collect"]

EXPERIMENT_KINDS = ("collect", "demo", "report", "failures")
"""What is made of a whole experiment; all of them read the plan of its tables."""


def read_specification(kind: str, plan: Path) -> Specification:
    """Return what the plan's file of a step of that kind says."""
    values = json.loads(plan.read_text(encoding="utf-8"))
    values.pop(BESIDE, None)
    if kind == "train":
        return JobSpec.read(values)
    return ExperimentSpec.read(values) if kind in EXPERIMENT_KINDS else PreparationSpec.read(values)


def read_job(plan: str) -> JobSpec:
    """Return what the plan's file of a training job says."""
    job = read_specification("train", Path(plan))
    assert isinstance(job, JobSpec)
    return job
