"""TODO"""

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.views.queries import Column, Frame, Tables


def failures_table(tables: Tables, limit: int = 200) -> Table | None:
    """Return the runs that are not done, those of a combination with the same end in one row."""
    runs = tables["runs"]
    keys = ["task", "encoder", "architecture", "status", "message", "command"]
    lost = runs[runs["status"].isin(["diverged", "failed"])].groupby(keys, sort=False)
    rows = [Row(key[2], _failure(key, members)) for key, members in list(lost)[:limit]]
    more = f" The first {limit} of {len(lost)} rows." if len(lost) > limit else ""
    columns = headings("task", "encoder", "what", "runs", "seeds", "learning rates", "message", "again with")
    caption = f"Runs that gave no network.{more}"
    return Table(caption, "architecture", columns, [Group("", rows)], numbers=False) if rows else None


def _failure(key: tuple, members: Frame) -> list[TableCell]:
    task, encoder, _, status, message, command = key
    values = [listed(members[name]) for name in ("seed", "learning_rate")]
    told = (task, encoder, status, str(len(members)), *values)
    return [TableCell(text) for text in (*told, message or "\N{EN DASH}", command)]


def listed(values: Column) -> str:
    """Return the distinct values of a column, in order."""
    return ", ".join(f"{value:g}" for value in sorted(set(values)))
