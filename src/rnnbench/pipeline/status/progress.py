"""How much of an experiment is done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import Step, combinations_of, failed_digests, run_digests
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
    by_family: dict[str, Counter[str]] = {}
    stored = stored_digests()
    for step in plan.train:
        failed = failed_digests(step)
        counts = by_family.setdefault(step.job.family, Counter())
        for runs in combinations_of(step):
            digests = {run.digest for run in runs.runs}
            done = digests & stored
            counts.update(combinations=1, runs=len(digests), done=len(done), failed=len(failed & digests - done))
    parts = [_progress(name, counts) for name, counts in by_family.items()]
    return [*parts, _progress("all", sum(by_family.values(), Counter()))]


def todo_of(plan: Plan) -> list[Step]:
    """Return the steps that have work: their output is not there, or the store lacks a run of theirs."""
    stored = stored_digests()
    preparation = [step for step in plan.preparation if not Path(step.output).exists()]
    return preparation + [step for step in plan.train if not stored.issuperset(run_digests(step))]


def progress_text(progress: Sequence[TaskProgress]) -> str:
    """Return a line for each task and one for all; failed runs have a column where there are any."""
    *parts, whole = progress
    columns = {"combinations": "combinations", "runs": "runs", "done": "done", "failed": "failed", "todo": "to do"}
    if not whole.failed:
        del columns["failed"]
    width = max(len(part.name) for part in progress)
    titles = " " * width + "".join(f"{title:>14}" for title in columns.values())
    lines = [f"{part.name:<{width}}" + "".join(f"{getattr(part, name):>14}" for name in columns) for part in progress]
    return "\n".join([titles, *(lines if len(parts) > 1 else lines[:1])])


def _progress(name: str, counts: Counter[str]) -> TaskProgress:
    return TaskProgress(name, *(counts[key] for key in ("combinations", "runs", "done", "failed")))
