"""Curves over epochs: a small panel for everything compared, all on the same scales."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import MaxNLocator

from rnnbench.report.figures.style import INK, Style
from rnnbench.report.figures.svg import INCH, Drawing, drawing, group, path, words
from rnnbench.report.views.queries import Frame, at

WIDTH, HEIGHT, COLUMNS = 1.61 * INCH, 0.62 * INCH, 4
"""A panel's size, and how many stand in a row where nothing else says so."""
LEFT, BETWEEN, ABOVE = 0.5 * INCH, 0.14 * INCH, 0.28 * INCH
"""Room for the numbers at the left, between panels, and above each for its name."""
TITLE = 24
"""Letters that fit over a panel."""
DASHES = (None, "5 2", "1.5 1.5", "5 2 1.5 2")
"""How the lines of encoders differ where one panel has several."""


@dataclass(frozen=True)
class CurveScale:
    """The range of both axes, the same in all panels, and the values at which lines of the grid stand."""

    last: float
    low: float
    high: float

    def x(self, epoch: float) -> float:
        """Return how far to the right an epoch lies."""
        return WIDTH * epoch / self.last

    def y(self, value: float) -> float:
        """Return how far below a panel's top a value lies."""
        return HEIGHT * (self.high - value) / (self.high - self.low)

    @property
    def epochs(self) -> list[float]:
        """Return the epochs that are marked."""
        return [tick for tick in MaxNLocator(5, integer=True).tick_values(0, self.last) if 0 <= tick <= self.last]

    @property
    def values(self) -> list[float]:
        """Return the values that are marked."""
        return [tick for tick in MaxNLocator(3).tick_values(self.low, self.high) if self.low <= tick <= self.high]


@dataclass(frozen=True)
class CurvePanel:
    """What one panel is called, and the lines in it."""

    title: str
    lines: list[str]


def learning_curves(
    train: Frame, validation: Frame, *, looks: dict[str, Style], encoders: list[str], ceiling: float | None
) -> Drawing:
    """Return a panel for every combination: validation as a line with a band, train as a thin dashed line.

    `train`, `validation`: mean and std indexed by encoder, architecture, epoch. `ceiling`: a dotted line.
    """
    scale = _scale(train, validation, also=ceiling)
    several = len(encoders) > 1
    panels = []
    for name, look in looks.items():
        for encoder in encoders:
            lines = [at(table, encoder=encoder, architecture=name) for table in (train, validation)]
            title = name if encoder == encoders[0] else ""
            panels.append(CurvePanel(title, _learning(*lines, colour=look.colour, ceiling=ceiling, scale=scale)))
    columns = len(encoders) if several else min(COLUMNS, len(panels))
    return _picture(panels, columns, scale, heads=encoders if several else [])


def _learning(train: Frame, validation: Frame, *, colour: str, ceiling: float | None, scale: CurveScale) -> list[str]:
    if train.empty and validation.empty:
        return [_nothing()]
    top = [] if ceiling is None else [_level(scale, ceiling, stroke_dasharray="1 1.5")]
    mean, spread = validation["mean"], validation["std"].fillna(0.0)
    band = [*_points(scale, mean + spread), *reversed(_points(scale, mean - spread))]
    return [
        *top,
        path(band, closed=True, fill=colour, fill_opacity=0.22),
        _line(scale, train["mean"], colour, stroke_width=0.8, stroke_dasharray="3 1.5"),
        _line(scale, mean, colour, stroke_width=1.5),
    ]


def gap_curves(gaps: Frame, *, looks: dict[str, Style], encoders: list[str]) -> Drawing:
    """Return a panel for each architecture: train minus validation against epoch, a line for each encoder.

    `gaps`: mean and std indexed by encoder, architecture, epoch.
    """
    scale = _scale(gaps, also=0.0)
    panels = []
    for name, look in looks.items():
        lines = [at(gaps, encoder=encoder, architecture=name)["mean"] for encoder in encoders]
        drawn = [
            _line(scale, line, look.colour, stroke_width=1.2, stroke_dasharray=DASHES[number % len(DASHES)])
            for number, line in enumerate(lines)
        ]
        panels.append(CurvePanel(name, [_level(scale, 0.0), *drawn] if any(drawn) else [_nothing()]))
    return _picture(panels, min(COLUMNS, len(panels)), scale, legend=encoders if len(encoders) > 1 else [])


def _scale(*tables: Frame, also: float | None) -> CurveScale:
    """Return the scale on which every curve, and the value `also`, lies inside."""
    values = [value for table in tables for value in table["mean"]] + ([] if also is None else [also])
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = max(0.06 * (high - low), 1e-3)
    last = max((epoch for table in tables for epoch in table.index.get_level_values("epoch")), default=1)
    return CurveScale(last + max(0.5, 0.03 * last), low - room, high + room)


def _points(scale: CurveScale, line: Frame) -> list[tuple[float, float]]:
    """Return a line's points; what is outside of the scale lies on its border."""
    values = line.dropna().clip(scale.low, scale.high)
    return [(scale.x(epoch), scale.y(value)) for epoch, value in values.items()]


def _line(scale: CurveScale, line: Frame, colour: str, **look: Any) -> str:
    """Return a line; of one epoch a dot, which a line would not be seen of."""
    points = _points(scale, line)
    ends = [(points[0][0] - 1.5, points[0][1]), (points[0][0] + 1.5, points[0][1])] if len(points) == 1 else points
    return path(ends, fill="none", stroke=colour, **look)


def _level(scale: CurveScale, value: float, **look: Any) -> str:
    return path([(0, scale.y(value)), (WIDTH, scale.y(value))], stroke=INK, stroke_width=0.8, **look)


def _nothing() -> str:
    return words("no curve", WIDTH / 2, 0.6 * HEIGHT, text_anchor="middle", font_size=7, font_style="italic")


def _picture(
    panels: list[CurvePanel],
    columns: int,
    scale: CurveScale,
    *,
    heads: list[str] | None = None,
    legend: list[str] | None = None,
) -> Drawing:
    """Return panels in rows; `heads` stand above the columns, and `legend` names the lines of all panels."""
    rows, head = -(-len(panels) // columns), 0.2 * INCH if heads else 0.0
    wide = LEFT + (WIDTH + BETWEEN) * columns
    bottom = head + (HEIGHT + ABOVE) * rows
    high = bottom + (0.68 if legend else 0.4) * INCH

    def place(i: int) -> tuple[float, float]:
        return (
            LEFT + (WIDTH + BETWEEN) * (i % columns),
            head + ABOVE + (HEIGHT + ABOVE) * (i // columns),
        )

    last = len(panels) - columns
    drawn = (_panel(panel, place(i), scale, left=i % columns == 0, below=i >= last) for i, panel in enumerate(panels))
    above = (
        words(text, place(i)[0] + WIDTH / 2, 9, limit=TITLE, text_anchor="middle", font_weight="bold")
        for i, text in enumerate(heads or [])
    )
    foot = words("epoch", (LEFT + wide) / 2, bottom + 20, text_anchor="middle")
    return drawing(wide, high, [*above, *drawn, foot, *_legend(legend or [], bottom + 40)])


def _panel(panel: CurvePanel, place: tuple[float, float], scale: CurveScale, *, left: bool, below: bool) -> str:
    grid = [path([(0, scale.y(value)), (WIDTH, scale.y(value))]) for value in scale.values]
    grid += [path([(scale.x(epoch), 0), (scale.x(epoch), HEIGHT)]) for epoch in scale.epochs]
    axes = path([(0, 0), (0, HEIGHT), (WIDTH, HEIGHT)], fill="none", stroke=INK, stroke_width=0.6)
    values = [words(f"{value:g}", -4, scale.y(value) + 2.2) for value in scale.values] if left else []
    epochs = [words(f"{epoch:g}", scale.x(epoch), HEIGHT + 8) for epoch in scale.epochs] if below else []
    return group(
        [
            words(panel.title, 0, -4, limit=TITLE, font_size=7.5),
            group(grid, stroke=INK, stroke_opacity=0.15, stroke_width=0.8),
            *panel.lines,
            axes,
            group(values, text_anchor="end", font_size=6.5),
            group(epochs, text_anchor="middle", font_size=6.5),
        ],
        transform=f"translate({place[0]:.1f} {place[1]:.1f})",
    )


def _legend(names: list[str], y: float) -> Iterator[str]:
    """Yield the names of lines beside a piece of each."""
    for number, name in enumerate(names):
        x = LEFT + 1.5 * INCH * (number % COLUMNS)
        line = [(x, y + 11 * (number // COLUMNS)), (x + 22, y + 11 * (number // COLUMNS))]
        yield path(line, stroke=INK, stroke_width=1.2, stroke_dasharray=DASHES[number % len(DASHES)])
        yield words(name, x + 27, line[0][1] + 2.5, limit=TITLE, font_size=7)
