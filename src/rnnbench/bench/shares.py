"""Where the time of an experiment went: from the times that its steps wrote down when they were last carried out."""

from dataclasses import dataclass

from rnnbench.plan import Plan
from rnnbench.times import read_times

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
    """From the start of the first step to the end of the last."""
    parts: dict[str, float]
    """start-up, data, training, analysis, report: seconds of all processes together."""


def spent(plan: Plan) -> Spent | None:
    """Return where the time of an experiment went; None when a step is missing, or was not carried out lately."""
    found = [(step.kind, read_times(step.kind, step.digest)) for step in plan]
    found.append(("report", read_times("report", "report")))
    times = [(kind, one) for kind, one in found if one is not None]
    if len(times) < len(found):
        return None
    parts = dict.fromkeys(["start-up", *PARTS.values()], 0.0)
    for kind, one in times:
        parts["start-up"] += one.loaded - one.started
        parts[PARTS[kind]] += one.ended - one.loaded
    wall = max(one.ended for _, one in times) - min(one.started for _, one in times)
    return Spent(wall, parts)
