"""The table of failed and diverged runs."""

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.views.queries import Frame, Tables

MAX_ROWS = 200
"""Largest number of rows of the table."""


def failures_table(tables: Tables) -> Table | None:
    """Return the runs that failed or diverged; None if there are none.

    Runs of one combination with the same status, message and command share a row.
    """
    runs = tables["runs"]
    keys = ["task", "encoder", "architecture", "status", "message", "command"]
    groups = list(runs[runs["status"].isin(["diverged", "failed"])].groupby(keys, sort=False))
    rows = [Row(key[2], _cells(key, members)) for key, members in groups[:MAX_ROWS]]
    more = f" The first {MAX_ROWS} of {len(groups)} rows." if len(groups) > MAX_ROWS else ""
    columns = headings("task", "encoder", "status", "runs", "seeds", "learning rates", "message", "command")
    caption = f"Runs without a trained network.{more}"
    return Table(caption, "architecture", columns, [Group("", rows)], numbers=False) if rows else None


def _cells(key: tuple, members: Frame) -> list[TableCell]:
    task, encoder, _, status, message, command = key
    seeds, rates = (
        ", ".join(f"{value:g}" for value in sorted(set(members[name]))) for name in ("seed", "learning_rate")
    )
    texts = (task, encoder, status, str(len(members)), seeds, rates, message or "\N{EN DASH}", command)
    return [TableCell(text) for text in texts]
