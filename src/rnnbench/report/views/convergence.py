"""Which networks were not trained to a plateau: what is shown of them is marked, since it is not final."""

from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import COMBINATION

SIGN = "\N{DAGGER}"
"""What stands beside a number or a name of a network that did not converge."""
MEANING = (
    "Not converged: more than a tenth of the runs reached the largest number of training steps before their validation "
    "score stopped improving. Longer training may change what is shown."
)
"""The sentence that explains the sign."""
Combination = tuple[str, str, str]
"""Task, encoder, architecture."""


def not_converged(tables: Tables) -> frozenset[Combination]:
    """Return the combinations that did not converge; empty where nothing is known of any."""
    table = tables["convergence"]
    rows = table.loc[~table["converged"], list(COMBINATION)]
    return frozenset(rows.itertuples(index=False, name=None))


def architectures(tables: Tables, task: str, encoder: str | None = None) -> frozenset[str]:
    """Return the architectures that did not converge on a task, with one encoder or else with any."""
    return frozenset(name for where, reads, name in not_converged(tables) if where == task and encoder in (None, reads))


def concerns(tables: Tables, *tasks: str) -> bool:
    """Return whether some combination of these tasks did not converge, so that their numbers need the explanation."""
    return not set(tasks).isdisjoint(task for task, _, _ in not_converged(tables))


def marked(name: str, *, converged: bool) -> str:
    """Return a name or a number as text for a picture, with the sign where it is of a network that did not converge.

    >>> marked("lstm", converged=False), marked("gru", converged=True)
    ('lstm †', 'gru')
    """
    return name if converged else f"{name} {SIGN}"


def stops(tables: Tables) -> dict[str, int]:
    """Return what stopped the selected runs -> their number: plateau, maximum, diverged."""
    runs = tables["runs"]
    counts = runs.loc[runs["selected"] & (runs["stopped_by"] != ""), "stopped_by"].value_counts()
    return {name: int(counts[name]) for name in ("plateau", "maximum", "diverged") if name in counts}
