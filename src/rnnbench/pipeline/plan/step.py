"""A step of work, and what is known of it."""

import functools
import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rnnbench.common.fingerprint import digest
from rnnbench.common.registry import Registered
from rnnbench.results.runs import Runs

PLANS = Path("results/plan")
BESIDE = "step"
"""The key of a plan's file under which stands what its digest does not depend on."""
Kind = Literal["data", "describe", "audit", "rivals", "train", "collect"]


@dataclass(frozen=True)
class Step:
    """One job of the workflow: a file in results/plan/ says all that it needs to know."""

    kind: Kind
    specification: dict[str, Any]
    needs: tuple[str, ...] = ()
    """Files that other steps make."""
    cost: float = 0.0
    """How long it takes, in a unit of its own: long jobs start first."""

    @functools.cached_property
    def digest(self) -> str:
        """Return the digest of the specification."""
        return digest(self.specification)

    @property
    def written(self) -> dict[str, Any]:
        """Return what the plan's file says: the specification, and what the workflow must know beside it."""
        return {**self.specification, BESIDE: {"kind": self.kind, "needs": list(self.needs), "cost": self.cost}}

    @property
    def plan(self) -> str:
        """Return the path of the file that holds the specification."""
        return f"{PLANS}/{self.digest}.json"

    @property
    def output(self) -> str:
        """Return the path of what the step makes (collect makes the tables, whatever the experiment)."""
        if self.kind == "collect":
            return "results/tables/facts.json"
        return f"results/{self.kind}/{self.digest}.{'parquet' if self.kind == 'data' else 'json'}"


def read_step(digest: str) -> Step | None:
    """Return a step as its file says it, None where there is no such file: it was planned on another machine."""
    path = PLANS / f"{digest}.json"
    written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    beside = written.pop(BESIDE, None)
    return beside and Step(beside["kind"], written, tuple(beside["needs"]), beside["cost"])


def combinations_of(step: Step) -> Iterator[Runs]:
    """Yield the combinations of a training step."""
    yield from (Runs(step.specification, combination) for combination in step.specification["combinations"])


def run_digests(step: Step) -> list[str]:
    """Return the digests of the runs of a training step."""
    return [run["digest"] for combination in step.specification["combinations"] for run in combination["runs"]]


def named(member: Registered) -> dict[str, Any]:
    """Return a member's settings, and what tables call it."""
    return member.settings | {"name": member.name}


@functools.cache
def version_of(package: str) -> str:
    """Return the version of a package that is installed."""
    return importlib.metadata.version(package)
