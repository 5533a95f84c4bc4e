"""The table of memory horizons: the longest lag that each network solves."""

from rnnbench.report.table import Cell, Group, Row, Table, headings
from rnnbench.summaries import Frame, Tables


def horizons_table(tables: Tables) -> Table | None:
    """Return the horizon of every network, in groups of one task at several lags; None where no task has several."""
    families = tables["horizons"].groupby(["task", "setting"], sort=False)
    groups = [Group(_heading(rows), [_row(row) for row in rows.to_dict("records")]) for _, rows in families]
    caption = "The longest lag that is solved, told by the task's own setting, and its interval over seeds."
    columns = headings("longest lag", "95 % interval", "encoder")
    return Table(caption, "architecture", columns, groups) if groups else None


def _heading(rows: Frame) -> str:
    first = rows.iloc[0]
    return f"{first['task']}: {first['setting']} from {first['shortest']} to {first['longest']}"


def _row(row: dict) -> Row:
    known, low, high = (lag(row[name], row["shortest"], row["longest"]) for name in ("horizon", "low", "high"))
    interval = low if low == high else f"{low} to {high}"
    return Row(row["architecture"], [Cell(known), Cell(interval), Cell(row["encoder"])])


def lag(reached: int, shortest: int, longest: int) -> str:
    """Return the longest lag solved as text; what lies beyond the lags that were tried is told as a bound.

    >>> lag(40, 5, 160), lag(0, 5, 160), lag(160, 5, 160)
    ('40', '< 5', '> 160')
    """
    return f"< {shortest}" if reached == 0 else f"> {longest}" if reached == longest else str(reached)
