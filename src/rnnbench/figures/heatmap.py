"""Grids of numbers: architectures down, encoders across, a panel for each metric."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnnbench.figures.style import INK, house_style, plain

CELL_WIDTH, CELL_HEIGHT, LETTER, MARGIN = 0.52, 0.27, 0.072, 0.15
"""Inches."""
FAINTEST, FULLEST = 0.03, 0.6
"""How much of a colour map is used: letters stay easy to read, and the page calm."""


@dataclass(frozen=True)
class Panel:
    """One grid: `values` (rows x columns; nan = no value), what to write into each cell, and the scale's ends.

    `marks`: values to point out on the colour bar, by a short name; `framed`: cells to frame.
    """

    title: str
    columns: list[str]
    values: np.ndarray
    words: list[list[str]]
    low: float
    high: float
    colours: str = "Blues"
    logarithmic: bool = False
    bar: bool = True
    marks: dict[str, float] = field(default_factory=dict)
    framed: frozenset[tuple[int, int]] = frozenset()

    @property
    def scale(self) -> Normalize:
        """The map from a value to the share of the colour bar."""
        if self.logarithmic:
            return LogNorm(max(self.low, 1.0), max(self.high, self.low + 1, 2.0))
        return Normalize(self.low, max(self.high, self.low + 1e-9))


def heatmap(rows: list[str], panels: list[Panel], *, ruled: frozenset[int] = frozenset()) -> Figure:
    """Return the panels side by side, the names of their rows at the left of the first.

    A cell without a value is hatched, and says in `words` why. `ruled`: rows with a line above them.
    """
    names = [plain(row) for row in rows]
    slant = 0.6 * LETTER * max(len(plain(name)) for panel in panels for name in panel.columns) + 0.2
    widths = [max(CELL_WIDTH * len(panel.columns), 1.3) for panel in panels]
    left = max(LETTER * max(map(len, names)), slant - CELL_WIDTH / 2) + MARGIN
    top, bottom, gap = 0.35, slant + (0.6 if panels[0].bar else 0.1), 0.3
    body = CELL_HEIGHT * len(rows)
    with house_style():
        figure = Figure(figsize=(left + sum(widths) + gap * len(panels), top + body + bottom))
        for number, (panel, width) in enumerate(zip(panels, widths, strict=True)):
            cells = _place(figure, left, bottom, CELL_WIDTH * len(panel.columns), body)
            _cells(cells, panel, names if number == 0 else [""] * len(names))
            cells.hlines(sorted(ruled), 0, len(panel.columns), colors=INK, linewidth=0.8)
            if panel.bar:
                _bar(_place(figure, left, 0.3, width, 0.1), panel)
            left += width + gap
    return figure


def _place(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place in inches."""
    wide, high = figure.get_size_inches()
    return figure.add_axes((left / wide, bottom / high, width / wide, height / high))


def _cells(axes: Axes, panel: Panel, names: list[str]) -> None:
    rows, columns = panel.values.shape
    axes.set(xlim=(0, columns), ylim=(rows, 0), autoscale_on=False)
    axes.set_title(panel.title, loc="left", pad=7, weight="bold")
    ticks = {"rotation": 38, "ha": "right", "va": "center", "rotation_mode": "anchor"}
    axes.set_xticks(np.arange(columns) + 0.5, [plain(name) for name in panel.columns], **ticks)
    axes.set_yticks(np.arange(rows) + 0.5, names)
    axes.tick_params(length=0, pad=4)
    axes.spines[:].set_visible(False)
    for row, column in np.ndindex(rows, columns):
        _cell(axes, panel, row, column)


def _cell(axes: Axes, panel: Panel, row: int, column: int) -> None:
    fill = _fill(panel, float(panel.values[row, column]))
    place = {"xy": (column + 0.03, row + 0.05), "width": 0.94, "height": 0.9}
    if fill is None:
        axes.add_artist(Rectangle(**place, fill=False, edgecolor=INK, linewidth=0, hatch="/////", alpha=0.6))
    else:
        axes.add_artist(Rectangle(**place, facecolor=fill, edgecolor="none"))
    if (row, column) in panel.framed:
        axes.add_artist(Rectangle(**place, fill=False, edgecolor=INK, linewidth=1.3))
    colour = _ink_on(fill) if fill and fill != "none" else INK
    axes.text(column + 0.5, row + 0.52, panel.words[row][column], ha="center", va="center", size=7, color=colour)


def _fill(panel: Panel, value: float) -> str | None:
    """Return a value's colour: none for a zero on a logarithmic scale, None for no value."""
    if np.isnan(value):
        return None
    if panel.logarithmic and value <= 0:
        return "none"
    return _shade(panel.colours, float(np.clip(panel.scale(value), 0, 1)))


@cache
def _shade(colours: str, share: float) -> str:
    return to_hex(colormaps[colours](FAINTEST + (FULLEST - FAINTEST) * share))


def _ink_on(fill: str) -> str:
    """Return black or white, whichever is read more easily on a colour."""
    red, green, blue = to_rgb(fill)
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "#ffffff"


def _bar(axes: Axes, panel: Panel) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), yticks=[], autoscale_on=False)
    for step in np.linspace(0, 1, 25)[:-1]:
        colour = _shade(panel.colours, step + 0.02)
        axes.add_artist(Rectangle((step, 0), 0.043, 1, facecolor=colour, edgecolor="none"))
    axes.set_xticks([0, 1], [f"{panel.low:.2f}", f"{panel.scale.vmax:.2f}"], size=6.5)
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(False)
    for place, name in _merged({name: float(panel.scale(value)) for name, value in panel.marks.items()}):
        side = "left" if place < 0.2 else "right" if place > 0.7 else "center"
        axes.text(place, 1.3, name, ha=side, va="bottom", size=6.5)
    for value in panel.marks.values():
        axes.plot([panel.scale(value)] * 2, [-0.15, 1.15], color=INK, linewidth=1.2, clip_on=False)


def _merged(marks: dict[str, float]) -> list[tuple[float, str]]:
    """Return marks and their places; neighbours too close to be written apart share a name."""
    merged: list[tuple[float, str]] = []
    for name, place in sorted(marks.items(), key=lambda mark: mark[1]):
        if merged and place - merged[-1][0] < 0.3:
            merged.append((place, f"{merged.pop()[1]}, {name}"))
        else:
            merged.append((place, name))
    return merged


def count(value: float) -> str:
    """Return a number of parameters in at most four letters or so.

    >>> count(950), count(12_345), count(1_234_567)
    ('950', '12.3k', '1.23M')
    """
    if value < 1000:
        return f"{value:.0f}"
    return f"{value / 1e3:.3g}k" if value < 999_500 else f"{value / 1e6:.3g}M"
