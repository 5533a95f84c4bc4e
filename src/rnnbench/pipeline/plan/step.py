"""A step of work, and what is known of it."""

import functools
import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnbench.common.fingerprint import digest
from rnnbench.common.registry import Registered
from rnnbench.results import paths
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import BESIDE, JobSpec, Kind, Specification, read_specification
from rnnbench.tasks import Task

MAKES = {
    "data": "data",
    "describe": "ceilings and statistics",
    "audit": "data audit",
    "rivals": "baselines",
    "train": "networks",
    "collect": "tables",
}
"""Kind of step -> what it makes, in words."""


@dataclass(frozen=True)
class Step:
    """One job of the workflow: a file in results/plan/ holds all that it depends on."""

    kind: Kind
    specification: Specification
    needs: tuple[str, ...] = ()
    """Files that other steps make."""
    cost: float = 0.0
    """How long it takes, in a unit of its own: long jobs start first."""
    task_label: str = ""
    """What tables call the step's task, empty for a step of the whole experiment. No digest depends on it: the same
    corpus under another name has the same plan."""

    @functools.cached_property
    def digest(self) -> str:
        """Return the digest of the specification."""
        return digest(self.specification.written)

    @property
    def written(self) -> dict[str, Any]:
        """Return what the plan's file says: the specification, and what the workflow must know beside it."""
        names = ("kind", "needs", "cost", "task_label")
        beside = {name: getattr(self, name) for name in names}
        return {**self.specification.written, BESIDE: beside}

    @property
    def plan(self) -> str:
        """Return the path of the file that holds the specification."""
        return str(paths.plan_file(self.digest))

    @property
    def job(self) -> JobSpec:
        """Return what a training step trains."""
        assert isinstance(self.specification, JobSpec)
        return self.specification

    @property
    def stem(self) -> str:
        """Return the name of the step's output and log without its ending: readable words, and the digest."""
        words = [paths.file_word(self.task_label)]
        if isinstance(self.specification, JobSpec):
            words.append(
                paths.architectures_word([combination.name for combination in self.specification.combinations])
            )
        return ".".join([*words, self.digest])

    @property
    def output(self) -> str:
        """Return the path of what the step makes (collect makes the tables, whatever the experiment)."""
        if self.kind == "collect":
            return str(paths.PROVENANCE_JSON)
        return f"{paths.RESULTS}/{self.kind}/{self.stem}.{'parquet' if self.kind == 'data' else 'json'}"

    @property
    def log(self) -> Path:
        """Return the path of what a step of one task prints while it works."""
        return paths.LOGS / self.kind / f"{self.stem}.log"

    @property
    def title(self) -> str:
        """Return what the step makes, for people: `train travel: elman (one_of_n, letter_trigram), gru (one_of_n)`."""
        if not isinstance(self.specification, JobSpec):
            return f"{MAKES[self.kind]} of {self.task_label or 'the experiment'}"
        encoders: dict[str, list[str]] = {}
        for combination in self.specification.combinations:
            encoders.setdefault(combination.name, []).append(combination.encoder_label)
        networks = (f"{name} ({', '.join(labels)})" for name, labels in encoders.items())
        return f"train {self.task_label}: {', '.join(networks)}"


def read_step(digest: str) -> Step | None:
    """Return a step as its file says it, None where there is no such file: it was planned on another machine."""
    path = paths.plan_file(digest)
    beside = json.loads(path.read_text(encoding="utf-8")).get(BESIDE) if path.exists() else None
    if beside is None:
        return None
    specification = read_specification(beside["kind"], path)
    return Step(**beside | {"specification": specification, "needs": tuple(beside["needs"])})


def combinations_of(step: Step) -> Iterator[Runs]:
    """Yield the combinations of a training step."""
    yield from (Runs(step.job, combination) for combination in step.job.combinations)


def run_digests(step: Step) -> list[str]:
    """Return the digests of the runs of a training step, as far as the search for learning rates has gone."""
    return [run.digest for runs in combinations_of(step) for run in runs.runs]


def failed_digests(step: Step) -> set[str]:
    """Return the digests of the runs that failed when a training step was last carried out."""
    output = Path(step.output)
    return set(json.loads(output.read_text(encoding="utf-8"))["failed"]) if output.exists() else set()


def named(member: Registered) -> dict[str, Any]:
    """Return a member's settings, and what tables call it; of a task, what they call its family, too."""
    family = {"family": member.family_label} if isinstance(member, Task) else {}
    return member.settings | {"name": member.name} | family


@functools.cache
def version_of(package: str) -> str:
    """Return the version of an installed package."""
    return importlib.metadata.version(package)
