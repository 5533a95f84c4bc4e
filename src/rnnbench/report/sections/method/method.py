"""TODO"""

from rnnbench.report.page.table import several
from rnnbench.report.views.queries import Tables


def engines(tables: Tables) -> list[str]:
    """Return in words which engine trained how many runs, and why that one."""
    counts = tables["runs"].groupby(["engine", "engine_reason"], sort=False).size()
    return [f"{several(int(number), 'run')}: {name} ({reason})" for (name, reason), number in counts.items() if name]


def choices(tables: Tables) -> list[str]:
    """Return in words how often each learning rate was chosen."""
    runs = tables["runs"]
    counts = runs[runs["selected"]].groupby("learning_rate").size()
    return [f"{rate:g} for {several(int(number), 'run')}" for rate, number in counts.items()]
