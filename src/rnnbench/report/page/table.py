"""Tables for the templates: rows of cells with marks, and numbers as text."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Shade = Literal[
    "heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6", "heat-7", "heat-8", "heat-9"
]  # fmt: skip
"""Background shades of a cell, the palest first; they are classes of style.css."""
Mark = Literal["", "best", "right", "wrong", "hatched", "faint", "solved", "memoryless", Shade]
"""Marks of a cell; all but "" and "best" are classes of style.css."""


@dataclass(frozen=True)
class TableCell:
    """A cell: its text, a note in small letters, its mark, and the number of columns that it spans.

    `interval` is shown while the cell is pointed at or has the focus. What is not `converged` has a sign. An
    `identifier` of a network or an encoder is shown by its name.
    """

    text: str
    note: str = ""
    mark: Mark = ""
    span: int = 1
    interval: str = ""
    converged: bool = True
    identifier: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its heading, its cells, and a note in small letters beside the heading.

    The heading of what is not `converged` has a sign. Networks and encoders are shown by their names.
    """

    heading: str
    cells: list[TableCell]
    note: str = ""
    converged: bool = True


@dataclass(frozen=True)
class Group:
    """Rows under a common heading, which may be empty.

    `anchor` is the id of the heading on the page, "" for none. Sorting and filtering leave `fixed` groups as they are.
    """

    heading: str
    rows: list[Row]
    anchor: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its caption, the heading of its first column, the headings of the others, and its rows in groups."""

    caption: str
    corner: str
    columns: list[TableCell]
    groups: list[Group]
    numbers: bool = True
    """Whether the cells are numbers: they are aligned to the right, and readers can sort and filter the rows."""
    max_length: int = 48
    """Largest number of characters of the heading or the note of a row."""


def headings(*names: str) -> list[TableCell]:
    """Return headings of columns, without notes."""
    return [TableCell(name) for name in names]


def identifiers(*names: str) -> list[TableCell]:
    """Return headings of columns that are networks or encoders."""
    return [TableCell(name, identifier=True) for name in names]


def score(value: float, *, signed: bool = False) -> str:
    """Return a score with three decimals and a true minus sign; a dash for NaN.

    >>> score(0.98765), score(-0.5), score(0.01, signed=True), score(float("nan"))
    ('0.988', '\N{MINUS SIGN}0.500', '+0.010', '\N{EN DASH}')
    """
    if np.isnan(value):
        return "\N{EN DASH}"
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}").removeprefix("" if signed else "+")


def signed_score(value: float) -> str:
    """Return a difference of scores with its sign."""
    return score(value, signed=True)


def spread(value: float, *, digits: int = 3) -> str:
    """Return a standard deviation as a note; "" for the NaN of a single run."""
    return "" if np.isnan(value) else f"± {value:.{digits}f}"


def whole(value: float) -> str:
    """Return a number, rounded to an integer, with commas between thousands.

    >>> whole(1234567), whole(999.6)
    ('1,234,567', '1,000')
    """
    return f"{round(value):,}"


def percent(share: float) -> str:
    """Return a share as a percentage.

    >>> percent(0.0312)
    '3.1 %'
    """
    return f"{100 * share:.1f} %"


def several(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural where there are several.

    >>> several(1, "run"), several(2000, "run")
    ('1 run', '2,000 runs')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
