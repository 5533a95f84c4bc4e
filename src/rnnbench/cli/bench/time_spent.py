"""Where the time of an experiment went: from the times that its steps wrote down when they were last carried out."""

from dataclasses import dataclass

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.results.timings import read_times

PARTS = {
    "data": "data",
    "train": "training",
    "describe": "analysis",
    "audit": "analysis",
    "rivals": "analysis",
    "collect": "analysis",
    "report": "report",
}
"""Kind of step -> what its work counts as; what goes by before it works is start-up."""


@dataclass(frozen=True)
class Spent:
    """Seconds of an experiment, by what they went into."""

    wall: float
    """In which at least one step was at work; pauses between two calls of the workflow do not count."""
    parts: dict[str, float]
    """start-up, data, training, analysis, report: seconds of all processes together."""


def spent(plan: Plan) -> Spent | None:
    """Return where the time of an experiment went, when each step was last carried out; None when one never was."""
    found = [(step.kind, read_times(step.kind, step.digest)) for step in plan]
    found.append(("report", read_times("report", plan.collect.digest)))
    times = [(kind, one) for kind, one in found if one is not None]
    if len(times) < len(found):
        return None
    parts = dict.fromkeys(["start-up", *PARTS.values()], 0.0)
    for kind, one in times:
        parts["start-up"] += one.loaded - one.started
        parts[PARTS[kind]] += one.ended - one.loaded
    return Spent(covered([(one.started, one.ended) for _, one in times]), parts)


def covered(spans: list[tuple[float, float]]) -> float:
    """Return the length of what spans of time cover together.

    >>> covered([(0.0, 2.0), (1.0, 3.0), (10.0, 11.0)])
    4.0
    """
    total, end = 0.0, float("-inf")
    for begin, stop in sorted(spans):
        total += max(0.0, stop - max(begin, end))
        end = max(end, stop)
    return total
