"""Which engines trained the runs, and which learning rates were chosen, in words."""

from rnnbench.report.page.table import several
from rnnbench.report.views.queries import Tables


def engines(tables: Tables) -> list[str]:
    """Return each engine with its number of runs and the reason for choosing it."""
    counts = tables["runs"].groupby(["engine", "engine_reason"], sort=False).size()
    return [f"{several(int(number), 'run')}: {name} ({reason})" for (name, reason), number in counts.items() if name]


def choices(tables: Tables) -> list[str]:
    """Return each learning rate with the number of runs for which it was chosen."""
    runs = tables["runs"]
    counts = runs[runs["selected"]].groupby("learning_rate").size()
    return [f"{rate:g} for {several(int(number), 'run')}" for rate, number in counts.items()]
