"""Axes, marks and legends of figures that are written as SVG without matplotlib."""

import math
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import MaxNLocator

from rnnbench.report.figures.heatmap import count
from rnnbench.report.figures.style import INK, Style, printable
from rnnbench.report.figures.svg import element, group, label, number, path
from rnnbench.report.views import convergence

LETTER = 4.6
"""Approximate width in points of a letter that is 7 points high."""
DASHES = {"-": None, "--": "5 2", "-.": "5 2 1.5 2", ":": "1.5 1.5"}
"""Matplotlib's line styles as dash patterns of SVG."""


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high` that is `length` points long."""

    low: float
    high: float
    length: float
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return how far along the axis a value lies, in points; a value outside lies at the nearer end."""
        low, high, value = map(self._scaled, (self.low, self.high, min(max(value, self.low), self.high)))
        return self.length * (value - low) / ((high - low) or 1.0)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The values with tick marks, and their labels."""
        if not self.logarithmic:
            values = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
            return [(value, f"{value:g}") for value in values if self.low <= value <= self.high]
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        values = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
        return [(value, count(value)) for value in values if self.low <= value <= self.high]


def around(values: Iterable[float], length: float, *, logarithmic: bool = False, room: float = 0.06) -> Axis:
    """Return an axis that holds all values; `room` is the free share of their range at either end."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    if logarithmic:
        factor = max(high / low, 1.5) ** room
        return Axis(low / factor, high * factor, length, logarithmic=True)
    margin = max(high - low, 1e-3) * room
    return Axis(low - margin, high + margin, length)


def frame(x: Axis, y: Axis, *, along: str, up: str) -> Iterator[str]:
    """Yield the grid, both axes and their tick labels; the upper left corner is at 0, 0."""
    rows = [(y.length - y.place(value), text) for value, text in y.ticks]
    yield _grid(path([(0, at), (x.length, at)]) for at, _ in rows)
    yield from base(x, y.length, along=along)
    yield path([(0, 0), (0, y.length)], stroke=INK, stroke_width=0.6)
    yield group((label(text, -5, at + 2.5) for at, text in rows), text_anchor="end", font_size=7)
    yield label(up, -34, y.length / 2, text_anchor="middle", transform=f"rotate(-90 -34 {number(y.length / 2)})")


def base(x: Axis, height: float, *, along: str) -> Iterator[str]:
    """Yield the horizontal axis below a figure of that height, its tick labels, and the grid lines above them."""
    columns = [(x.place(value), text) for value, text in x.ticks]
    yield _grid(path([(at, 0), (at, height)]) for at, _ in columns)
    yield path([(0, height), (x.length, height)], stroke=INK, stroke_width=0.6)
    yield group((label(text, at, height + 11) for at, text in columns), text_anchor="middle", font_size=7)
    yield label(along, x.length / 2, height + 25, limit=60, text_anchor="middle")


def _grid(lines: Iterable[str]) -> str:
    return group(lines, stroke=INK, stroke_opacity=0.15, stroke_width=0.8)


def mark(shape: str, x: float, y: float, size: float = 3.0, **attributes: Any) -> str:
    """Return a mark of one of the shapes in MARKERS."""
    if shape == "o":
        return element("circle", cx=x, cy=y, r=size, **attributes)
    corners = {
        "s": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "^": [(0, -1.1), (1.1, 0.9), (-1.1, 0.9)],
        "v": [(0, 1.1), (1.1, -0.9), (-1.1, -0.9)],
        "D": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    }
    plus = [(-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)]
    plus += [(-a, -b) for a, b in plus]
    cross = [((a - b) * 0.75, (a + b) * 0.75) for a, b in plus]
    points = corners | {"P": plus, "X": cross}
    return path([(x + size * a, y + size * b) for a, b in points[shape]], closed=True, **attributes)


def legend(
    styles: dict[str, Style], x: float, y: float, *, lines: bool = True, unfinal: Set[str] = frozenset()
) -> Iterator[str]:
    """Yield the name of each architecture beside a piece of its line, or beside a dot where `lines` is false.

    `unfinal`: the architectures that did not converge, whose names have a sign.
    """
    for row, (name, style) in enumerate(styles.items()):
        at = y + 11.5 * row
        if lines:
            dash_pattern = DASHES[style.line]
            yield path([(x, at), (x + 22, at)], stroke=style.colour, stroke_width=1.4, stroke_dasharray=dash_pattern)
        yield mark(style.marker if lines else "o", x + 11, at, 2.2, fill=style.colour)
        shown = convergence.marked(printable(name), converged=name not in unfinal)
        yield label(shown, x + 27, at + 2.5, limit=34, font_size=7)


def legend_width(names: Iterable[str]) -> float:
    """Return the width of a legend in points."""
    return 34 + LETTER * max((min(len(name), 32) + 2 for name in names), default=0)
