"""How an experiment spent its time, from the times that its steps recorded when they last ran."""

from dataclasses import dataclass

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.results.timings import read_times

CATEGORY_OF_STEP = {
    "data": "data",
    "train": "training",
    "describe": "analysis",
    "audit": "analysis",
    "rivals": "analysis",
    "collect": "analysis",
    "report": "report",
}
"""Kind of step -> category of its work. The time before its work begins is start-up."""


@dataclass(frozen=True)
class TimeSpent:
    """Seconds of an experiment by category."""

    wall: float
    """Seconds in which at least one step ran; pauses between two calls of the workflow do not count."""
    parts: dict[str, float]
    """start-up, data, training, analysis, report -> seconds, summed over all processes."""


def time_spent(plan: Plan) -> TimeSpent | None:
    """Return how an experiment spent its time when each step last ran; None where a step never did."""
    recorded = [(step.kind, read_times(step.kind, step.digest)) for step in plan]
    recorded.append(("report", read_times("report", plan.collect.digest)))
    times_by_step = [(kind, times) for kind, times in recorded if times is not None]
    if len(times_by_step) < len(recorded):
        return None
    parts = dict.fromkeys(["start-up", *CATEGORY_OF_STEP.values()], 0.0)
    for kind, times in times_by_step:
        parts["start-up"] += times.loaded - times.started
        parts[CATEGORY_OF_STEP[kind]] += times.ended - times.loaded
    return TimeSpent(covered_seconds([(times.started, times.ended) for _, times in times_by_step]), parts)


def covered_seconds(spans: list[tuple[float, float]]) -> float:
    """Return the length of the union of spans of time.

    >>> covered_seconds([(0.0, 2.0), (1.0, 3.0), (10.0, 11.0)])
    4.0
    """
    total, end = 0.0, float("-inf")
    for begin, stop in sorted(spans):
        total += max(0.0, stop - max(begin, end))
        end = max(end, stop)
    return total
