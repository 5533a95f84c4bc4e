"""How an experiment stands: what `rnnbench plan` and `rnnbench status` tell."""

import os

from rnnbench.pipeline.config.settings import Settings
from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.plan.step import combinations_of
from rnnbench.pipeline.status.progress import TaskProgress, progress_by_task, progress_text, todo_of
from rnnbench.pipeline.status.running import is_at_work, running, running_text
from rnnbench.pipeline.status.skipped import skipped
from rnnbench.pipeline.status.time_left import minutes


def plan_text(settings: Settings, plan: Plan) -> str:
    """Return what there is to do, what is left out and why, and about how long it takes."""
    found, out = progress_by_task(plan), skipped(settings)
    whole = found[-1]
    counts = f"{whole.done} done, {whole.runs - whole.done} to do"
    parts = [f"{whole.combinations} combinations, {whole.runs} runs: {counts}", progress_text(found)]
    if out:
        parts.append("\n".join(["Left out:", *(f"  {line}" for line in out)]))
    if time := _time(plan, _cores()):
        parts.append(f"About {time} on {_cores()} {'core' if _cores() == 1 else 'cores'}, as earlier runs took.")
    return "\n\n".join(parts)


def status_text(plan: Plan) -> str:
    """Return how far an experiment is, what is made at this moment, and about how long the rest will take."""
    found, steps = progress_by_task(plan), running(plan)
    parts = [progress_text(found)]
    if steps:
        parts.append("\n".join(["At work:", *(f"  {line}" for line in running_text(steps))]))
    parts.append(_summary(found[-1], time=_time(plan, len(steps) or _cores()), at_work=bool(steps) or is_at_work()))
    return "\n\n".join(parts)


def _summary(whole: TaskProgress, *, time: str, at_work: bool) -> str:
    """Return one line about all runs.

    >>> _summary(Share("all", 2, 10, 4, 1), time="2 minutes", at_work=True)
    '4 of 10 runs done (40%), 1 failed; about 2 minutes left'
    """
    failed = f", {whole.failed} failed" if whole.failed else ""
    told = f"{whole.done} of {whole.runs} runs done ({whole.done / max(1, whole.runs):.0%}){failed}"
    if at_work:
        return f"{told}; about {time} left" if time else told
    if whole.todo or whole.failed:
        return f"{told}; nobody works here: make report goes on{f', for about {time}' if time else ''}"
    return told


def _time(plan: Plan, cores: int) -> str:
    """Return about how long it takes to do what is to do, empty when it is nothing or nothing tells."""
    todo = todo_of(plan)
    needed = minutes(todo, [runs for step in plan.train for runs in combinations_of(step)], cores) if todo else None
    return "" if needed is None else time_text(needed)


def time_text(needed: float) -> str:
    """Return minutes for people.

    >>> time_text(0.3), time_text(1), time_text(26.4), time_text(185)
    ('half a minute', '1 minute', '26 minutes', '3 hours 5 minutes')
    """
    hours, rest = divmod(round(needed), 60)
    told = [f"{number} {unit}{'s' * (number > 1)}" for number, unit in ((hours, "hour"), (rest, "minute")) if number]
    return " ".join(told) or "half a minute"


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
