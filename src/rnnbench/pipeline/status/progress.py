"""How much of an experiment is done."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import Step, combinations_of, run_digests
from rnnbench.results.store import stored_digests


@dataclass(frozen=True)
class TaskProgress:
    """The runs of a task, or of a family of tasks that differ in a setting."""

    name: str
    combinations: int
    runs: int
    done: int
    """Whatever became of them: a run that diverged is done, too."""
    failed: int

    @property
    def todo(self) -> int:
        """Return how many runs are neither done nor failed."""
        return self.runs - self.done - self.failed


def progress_by_task(plan: Plan) -> list[TaskProgress]:
    """Return how far each task or family of tasks is, and the whole at the end."""
    found: dict[str, Counter[str]] = {}
    there = stored_digests()
    for step in plan.train:
        failed = _failed(step)
        for runs in combinations_of(step):
            own = {run["digest"] for run in runs.combination["runs"]}
            done = own & there
            counts = found.setdefault(family(runs.names["task"]), Counter())
            counts.update(combinations=1, runs=len(own), done=len(done), failed=len(failed & own - done))
    parts = [_share(name, counts) for name, counts in found.items()]
    return [*parts, _share("all", sum(found.values(), Counter()))]


def todo_of(plan: Plan) -> list[Step]:
    """Return the steps that have work: their output is not there, or the store lacks a run of theirs."""
    facts, there = [step for step in plan.facts if not Path(step.output).exists()], stored_digests()
    return facts + [step for step in plan.train if not there.issuperset(run_digests(step))]


def family(task: str) -> str:
    """Return what tasks that differ in a setting are called together.

    >>> family("delayed_recall delay=5")
    'delayed_recall'
    """
    return task.partition(" ")[0] if "=" in task else task


def progress_text(found: Sequence[TaskProgress]) -> str:
    """Return a line for each task; failed runs are told where there are any."""
    *parts, whole = found
    columns = {"combinations": "combinations", "runs": "runs", "done": "done", "failed": "failed", "todo": "to do"}
    if not whole.failed:
        del columns["failed"]
    width = max(len(part.name) for part in found)
    titles = " " * width + "".join(f"{title:>14}" for title in columns.values())
    values = ["".join(f"{getattr(part, name):>14}" for name in columns) for part in found]
    lines = [f"{part.name:<{width}}{told}" for part, told in zip(found, values, strict=True)]
    return "\n".join([titles, *(lines if len(parts) > 1 else lines[:1])])


def _share(name: str, counts: Counter[str]) -> TaskProgress:
    return TaskProgress(name, *(counts[key] for key in ("combinations", "runs", "done", "failed")))


def _failed(step: Step) -> set[str]:
    """Return the digests of the runs that failed when a step was last carried out."""
    output = Path(step.output)
    return set(json.loads(output.read_text(encoding="utf-8"))["failed"]) if output.exists() else set()
