"""Grids of numbers: architectures down, encoders across, a panel for each metric."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize, to_hex, to_rgb

from rnnbench.report.figures.style import INK, printable
from rnnbench.report.figures.svg import HATCHED, INCH, Drawing, drawing, element, group, label, path

CELL_WIDTH, CELL_HEIGHT, LETTER, MARGIN = 0.52 * INCH, 0.27 * INCH, 0.072 * INCH, 0.15 * INCH
TOP, BAR = 0.35 * INCH, 0.1 * INCH
"""Room for the titles above the cells, and the height of a colour bar."""
FAINTEST, FULLEST = 0.03, 0.6
"""The range of a colour map that is used: on paler colours text stays easy to read."""
SLANT = -38
"""Rotation of the column headings, in degrees."""


@dataclass(frozen=True)
class Panel:
    """One grid: `values`, (rows, columns), NaN for none, the text of each cell, and the ends of the colour scale.

    `marks`: name -> value, marked on the colour bar; `framed`: the cells with a frame, (row, column).
    """

    title: str
    columns: list[str]
    values: np.ndarray
    texts: list[list[str]]
    low: float
    high: float
    colours: str = "Blues"
    logarithmic: bool = False
    bar: bool = True
    marks: dict[str, float] = field(default_factory=dict)
    framed: frozenset[tuple[int, int]] = frozenset()

    @property
    def scale(self) -> Normalize:
        """The map from a value to its place on the colour bar, 0 to 1."""
        if self.logarithmic:
            return LogNorm(max(self.low, 1.0), max(self.high, self.low + 1, 2.0))
        return Normalize(self.low, max(self.high, self.low + 1e-9))


def heatmap(rows: list[str], panels: list[Panel], *, ruled: frozenset[int] = frozenset()) -> Drawing:
    """Return the panels side by side, with the names of their rows at the left of the first.

    A cell without a value is hatched. `ruled`: rows with a line above them.
    """
    names = [printable(row) for row in rows]
    slant = 0.6 * LETTER * max(len(printable(name)) for panel in panels for name in panel.columns) + 0.2 * INCH
    widths = [max(CELL_WIDTH * len(panel.columns), 1.3 * INCH) for panel in panels]
    first = max(LETTER * max(map(len, names)), slant - CELL_WIDTH / 2) + MARGIN
    gap, body = 0.3 * INCH, CELL_HEIGHT * len(rows)
    height = TOP + body + slant + (0.6 if panels[0].bar else 0.1) * INCH
    parts = [_names(names, first - 4)]
    left = first
    for panel, width in zip(panels, widths, strict=True):
        parts += [
            _title(panel, left),
            *_cells(panel, left),
            _columns(panel, left, TOP + body),
            _rules(panel, left, ruled),
        ]
        parts += [_bar(panel, left, height - 0.4 * INCH, width)] if panel.bar else []
        left += width + gap
    return drawing(left - gap + 0.1 * INCH, height, parts)


def _names(names: list[str], x: float) -> str:
    places = (TOP + CELL_HEIGHT * (row + 0.5) + 3 for row in range(len(names)))
    return group((label(name, x, y) for name, y in zip(names, places, strict=True)), text_anchor="end")


def _title(panel: Panel, left: float) -> str:
    return label(panel.title, left, TOP - 7, limit=40, font_weight="bold", font_size=8.5)


def _columns(panel: Panel, left: float, bottom: float) -> str:
    places = (left + CELL_WIDTH * (column + 0.5) for column in range(len(panel.columns)))
    headings = (
        label(name, 0, 3, transform=f"translate({x:.1f} {bottom + 6:.1f}) rotate({SLANT})")
        for name, x in zip(panel.columns, places, strict=True)
    )
    return group(headings, text_anchor="end")


def _rules(panel: Panel, left: float, ruled: frozenset[int]) -> str:
    right = left + CELL_WIDTH * len(panel.columns)
    lines = (path([(left, TOP + CELL_HEIGHT * row), (right, TOP + CELL_HEIGHT * row)]) for row in sorted(ruled))
    return group(lines, stroke=INK, stroke_width=0.8)


def _cells(panel: Panel, left: float) -> Iterator[str]:
    """Yield the boxes of the cells, then their texts, one group for each colour of text."""
    boxes, texts_of_colour = [], {"#000000": [], "#ffffff": [], INK: []}
    for row, column in np.ndindex(panel.values.shape):
        fill = _fill(panel, float(panel.values[row, column]))
        x, y = left + CELL_WIDTH * column, TOP + CELL_HEIGHT * row
        framed = (row, column) in panel.framed
        boxes.append(_box(x, y, fill, framed=framed))
        colour = _ink_on(fill) if fill and fill != "none" else INK
        text = label(panel.texts[row][column], x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2 + 2.5)
        texts_of_colour[colour].append(text)
    yield group(boxes)
    for colour, texts in texts_of_colour.items():
        yield group(texts, fill=colour, font_size=7, text_anchor="middle")


def _box(x: float, y: float, fill: str | None, *, framed: bool) -> str:
    place = {"x": x + 1, "y": y + 1, "width": CELL_WIDTH - 2, "height": CELL_HEIGHT - 2}
    frame = {"stroke": INK, "stroke_width": 1.3} if framed else {}
    return element("rect", **place, fill=fill or HATCHED, **frame)


def _fill(panel: Panel, value: float) -> str | None:
    """Return a value's colour: "none" for a zero on a logarithmic scale, None for no value."""
    if np.isnan(value):
        return None
    if panel.logarithmic and value <= 0:
        return "none"
    return _shade(panel.colours, float(np.clip(panel.scale(value), 0, 1)))


@cache
def _shade(colours: str, share: float) -> str:
    return to_hex(colormaps[colours](FAINTEST + (FULLEST - FAINTEST) * share))


def _ink_on(fill: str) -> str:
    """Return black or white, whichever has more contrast to a colour."""
    red, green, blue = to_rgb(fill)
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "#ffffff"


def _bar(panel: Panel, left: float, top: float, width: float) -> str:
    """Return the colour bar with its two ends and its marks."""
    steps = [
        element(
            "rect", x=left + width * step, y=top, width=width / 24 + 0.2, height=BAR, fill=_shade(panel.colours, step)
        )
        for step in np.linspace(0, 1, 25)[:-1]
    ]
    places = {name: float(panel.scale(value)) for name, value in panel.marks.items()}
    marks = [
        path([(left + width * place, top - 1), (left + width * place, top + BAR + 1)], stroke=INK, stroke_width=1.2)
        for place in places.values()
    ]
    names = [label(name, left + width * place, top - 3, text_anchor=_anchor(place)) for place, name in _merged(places)]
    ends = [
        label(f"{panel.low:.2f}", left, top + BAR + 8),
        label(f"{panel.scale.vmax:.2f}", left + width, top + BAR + 8, text_anchor="end"),
    ]
    return group([*steps, *marks, *names, *ends], font_size=6.5)


def _anchor(place: float) -> str:
    """Return the SVG text anchor by which the name of a mark stays within the colour bar."""
    return "start" if place < 0.2 else "end" if place > 0.7 else "middle"


def _merged(marks: dict[str, float]) -> list[tuple[float, str]]:
    """Return places and names of marks; the names of marks too close to each other are joined."""
    merged: list[tuple[float, str]] = []
    for name, place in sorted(marks.items(), key=lambda mark: mark[1]):
        if merged and place - merged[-1][0] < 0.3:
            merged.append((place, f"{merged.pop()[1]}, {name}"))
        else:
            merged.append((place, name))
    return merged


def count(value: float) -> str:
    """Return a number with three significant digits, in thousands (k) or millions (M).

    >>> count(950), count(12_345), count(1_234_567)
    ('950', '12.3k', '1.23M')
    """
    if value < 1000:
        return f"{value:.0f}"
    return f"{value / 1e3:.3g}k" if value < 999_500 else f"{value / 1e6:.3g}M"
