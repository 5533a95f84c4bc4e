"""The networks that were not trained to a plateau."""

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, identifiers, percent, several, whole
from rnnbench.report.views import convergence
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import COMBINATION

MAX_ROWS = 200
"""Largest number of rows of the table."""
STOPPED = {"plateau": "stopped on a plateau", "maximum": "reached the maximum of steps", "diverged": "diverged"}


def stops_text(tables: Tables) -> str:
    """Return how many of the selected runs were stopped by what; "" where that is not known."""
    counts = convergence.stops(tables)
    texts = [f"{number:,} {STOPPED[name]}" for name, number in counts.items()]
    return f"Of {several(sum(counts.values()), 'run')}, {', '.join(texts)}." if counts else ""


def convergence_table(tables: Tables) -> Table | None:
    """Return the combinations that did not converge, by what stopped their runs; None without any."""
    rows = tables["convergence"]
    rows = rows[~rows["converged"]].sort_values("maximum", ascending=False, kind="stable")
    runs = tables["runs"]
    steps = runs[runs["selected"]].dropna(subset="steps").groupby(list(COMBINATION))["steps"].mean().to_dict()
    lines = [
        Row(
            row["architecture"],
            [
                *identifiers(row["task"], row["encoder"]),
                *(TableCell(percent(row[name])) for name in STOPPED),
                TableCell(_steps(steps.get(tuple(row[name] for name in COMBINATION)))),
                TableCell(whole(row["runs"])),
            ],
            converged=False,
        )
        for row in rows.head(MAX_ROWS).to_dict("records")
    ]
    more = f" The first {MAX_ROWS} of {len(rows)}." if len(rows) > MAX_ROWS else ""
    columns = headings("task", "encoder", *STOPPED.values(), "mean steps", "runs")
    return (
        Table(f"Networks that did not converge.{more}", "architecture", columns, [Group("", lines)]) if lines else None
    )


def _steps(mean: float | None) -> str:
    return "\N{EN DASH}" if mean is None else whole(mean)
