"""How far an experiment is: the texts of `rnnbench plan` and `rnnbench status`."""

import os

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Family, family_sizes
from rnnbench.analysis.statistics.power import power_text
from rnnbench.pipeline.config.settings import Settings
from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import combinations_of
from rnnbench.pipeline.status.progress import TaskProgress, progress_by_task, progress_text, todo_of
from rnnbench.pipeline.status.running import is_at_work, running, running_text
from rnnbench.pipeline.status.skipped import skipped
from rnnbench.pipeline.status.time_left import minutes

TITLES: dict[Family, str] = {
    "lecture": "of the lecture",
    "papers": "of papers",
    "encoders": "about encoders",
    "yours": "yours",
}
"""Family of claims -> what it is, for people."""


def plan_text(settings: Settings, plan: Plan) -> str:
    """Return what there is to do, what is left out and why, and about how long it takes."""
    progress, out = progress_by_task(plan), skipped(settings)
    whole = progress[-1]
    counts = f"{whole.done} done, {whole.runs - whole.done} to do"
    parts = [f"{whole.combinations} combinations, {whole.runs} runs: {counts}", progress_text(progress)]
    if out:
        parts.append("\n".join(["Left out:", *(f"  {line}" for line in out)]))
    if power := evidence_text(settings):
        parts.append(power)
    if time := _time(plan, _cores()):
        parts.append(f"About {time} on {_cores()} {'core' if _cores() == 1 else 'cores'}, as earlier runs took.")
    return "\n\n".join(parts)


def evidence_text(settings: Settings) -> str:
    """Return what the claims of an experiment can be decided with, before anything is trained: a line for each family.

    It is of the tasks with the fewest seeds; empty where no claim has its task and networks here.
    """
    claims = (*PUBLISHED_CLAIMS, *(claim.claim for claim in settings.claims))
    tasks = {name for task in settings.tasks for name in (task.label, task.family_label)}
    networks = {name for task in settings.tasks for name in task.architectures}
    networks |= {architecture.name for architecture in settings.architectures}
    sizes = family_sizes(claims, tasks, networks, {encoder.label for encoder in settings.encoders})
    seeds = min(settings.training_of(task).seeds for task in settings.tasks)
    lines = [f"  {TITLES[family]}: {power_text(seeds, tests)}" for family, tests in sizes.items()]
    return "\n".join(["Claims:", *lines]) if lines else ""


def status_text(plan: Plan) -> str:
    """Return how far an experiment is, what is made at this moment, and about how long the rest will take."""
    progress, steps = progress_by_task(plan), running(plan)
    parts = [progress_text(progress)]
    if steps:
        parts.append("\n".join(["Running:", *(f"  {line}" for line in running_text(steps))]))
    parts.append(_summary(progress[-1], time=_time(plan, len(steps) or _cores()), at_work=bool(steps) or is_at_work()))
    return "\n\n".join(parts)


def _summary(whole: TaskProgress, *, time: str, at_work: bool) -> str:
    """Return one line about all runs.

    >>> _summary(TaskProgress("all", 2, 10, 4, 1), time="2 minutes", at_work=True)
    '4 of 10 runs done (40%), 1 failed; about 2 minutes left'
    """
    failed = f", {whole.failed} failed" if whole.failed else ""
    counts = f"{whole.done} of {whole.runs} runs done ({whole.done / max(1, whole.runs):.0%}){failed}"
    if at_work:
        return f"{counts}; about {time} left" if time else counts
    if whole.todo or whole.failed:
        return f"{counts}; nothing is running: make report goes on{f', for about {time}' if time else ''}"
    return counts


def _time(plan: Plan, cores: int) -> str:
    """Return about how long the rest takes; empty when nothing is left, or nothing is known of earlier work."""
    todo = todo_of(plan)
    needed = minutes(todo, [runs for step in plan.train for runs in combinations_of(step)], cores) if todo else None
    return "" if needed is None else time_text(needed)


def time_text(needed: float) -> str:
    """Return minutes for people.

    >>> time_text(0.3), time_text(1), time_text(26.4), time_text(185)
    ('half a minute', '1 minute', '26 minutes', '3 hours 5 minutes')
    """
    hours, rest = divmod(round(needed), 60)
    parts = [f"{number} {unit}{'s' * (number > 1)}" for number, unit in ((hours, "hour"), (rest, "minute")) if number]
    return " ".join(parts) or "half a minute"


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
