"""Tables as the templates see them: cells that know how they are meant, and numbers as words."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Shade = Literal[
    "heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6", "heat-7", "heat-8", "heat-9"
]  # fmt: skip
"""Shades of a cell, the palest first."""
Mark = Literal["", "best", "right", "wrong", "hatched", "faint", "solved", "memoryless", Shade]


@dataclass(frozen=True)
class TableCell:
    """What stands in a cell, a second line in small letters, how it is meant, and how many columns it fills."""

    text: str
    note: str = ""
    mark: Mark = ""
    span: int = 1


@dataclass(frozen=True)
class Row:
    """A row: its heading and its cells."""

    heading: str
    cells: list[TableCell]
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a common heading, which may be empty.

    `anchor`: what an address calls them; `fixed`: sorting leaves them where they are.
    """

    heading: str
    rows: list[Row]
    anchor: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its caption, the heading of its first column, the other columns' headings, the groups of its rows."""

    caption: str
    corner: str
    columns: list[TableCell]
    groups: list[Group]
    numbers: bool = True
    longest: int = 48
    """Characters that a heading or a note may have."""


def headings(*names: str) -> list[TableCell]:
    """Return plain headings of columns."""
    return [TableCell(name) for name in names]


def score(value: float, *, signed: bool = False) -> str:
    """Return a score with three decimals; a minus is a minus, not a hyphen.

    >>> score(0.98765), score(-0.5), score(0.01, signed=True), score(float("nan"))
    ('0.988', '\N{MINUS SIGN}0.500', '+0.010', '\N{EN DASH}')
    """
    if np.isnan(value):
        return "\N{EN DASH}"
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}").removeprefix("" if signed else "+")


def spread(value: float, *, digits: int = 3) -> str:
    """Return a standard deviation as a note; nothing where a single run has none."""
    return "" if np.isnan(value) else f"± {value:.{digits}f}"


def whole(value: float) -> str:
    """Return a whole number with its thousands apart.

    >>> whole(1234567)
    '1,234,567'
    """
    return f"{int(value):,}"


def percent(share: float) -> str:
    """Return a share as a percentage.

    >>> percent(0.0312)
    '3.1 %'
    """
    return f"{100 * share:.1f} %"


def several(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> several(1, "run"), several(2000, "run")
    ('1 run', '2,000 runs')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
