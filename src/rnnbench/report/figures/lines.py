"""Curves over training steps: a small panel for each network that has any, all on the same scales."""

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import MaxNLocator

from rnnbench.report.figures.heatmap import count
from rnnbench.report.figures.style import INK, Style, printable
from rnnbench.report.figures.svg import INCH, Drawing, drawing, group, label, path
from rnnbench.report.views import convergence
from rnnbench.report.views.queries import Frame, at

WIDTH, HEIGHT, COLUMNS = 1.75 * INCH, 0.75 * INCH, 4
"""Width and height of a panel, and the largest number of panels in a row."""
LEFT, BETWEEN, ABOVE, BELOW, HEAD = 0.5 * INCH, 0.16 * INCH, 0.28 * INCH, 0.2 * INCH, 0.16 * INCH
"""Room at the left for tick labels, between panels, above each panel for its title, and below and above a group."""
TEXT = 8.25
"""Size of letters: 11 pixels."""
MAX_TITLE_LENGTH = 24
"""Number of letters that fit above a panel."""
LEAST_DISTANCE = 1.0
"""Points of a line are so many points of the page apart: closer ones are left out, since nobody could see them."""
DASHES = (None, "5 2", "1.5 1.5", "5 2 1.5 2")
"""Dash patterns of the encoders where one panel shows several."""


@dataclass(frozen=True)
class CurveScale:
    """The range of both axes, the same in all panels, and their ticks."""

    last: float
    low: float
    high: float

    def x(self, step: float) -> float:
        """Return the horizontal position of a training step in a panel, in points."""
        return WIDTH * step / self.last

    def y(self, value: float) -> float:
        """Return how far a value lies below the top of a panel, in points."""
        return HEIGHT * (self.high - value) / (self.high - self.low)

    @property
    def steps(self) -> list[float]:
        """The training steps with ticks."""
        return [tick for tick in MaxNLocator(5, integer=True).tick_values(0, self.last) if 0 <= tick <= self.last]

    @property
    def values(self) -> list[float]:
        """The values with ticks."""
        return [tick for tick in MaxNLocator(3).tick_values(self.low, self.high) if self.low <= tick <= self.high]


@dataclass(frozen=True)
class CurvePanel:
    """The title of one panel, and the lines in it as SVG."""

    title: str
    lines: list[str]


def learning_curves(
    train: Frame,
    validation: Frame,
    *,
    styles: dict[str, Style],
    encoders: list[str],
    ceiling: float | None,
    unfinal: Set[tuple[str, str]] = frozenset(),
) -> Drawing:
    """Return a panel for every combination with a curve, behind each encoder.

    Validation is a line with a band of ± std, train a thin dashed line.

    `train`, `validation`: mean and std indexed by encoder, architecture, step. `ceiling` is drawn as a dotted line.
    `unfinal`: encoder and architecture of what did not converge, which has a sign.
    """
    scale = _scale(train, validation, value=ceiling)
    groups: dict[str, list[CurvePanel]] = {encoder: [] for encoder in encoders}
    for encoder, (name, style) in itertools.product(encoders, styles.items()):
        lines = [at(table, encoder=encoder, architecture=name) for table in (train, validation)]
        if any(len(line) for line in lines):
            title = convergence.marked(printable(name, MAX_TITLE_LENGTH - 2), converged=(encoder, name) not in unfinal)
            drawn = _learning(*lines, colour=style.colour, ceiling=ceiling, scale=scale)
            groups[encoder].append(CurvePanel(title, drawn))
    return _picture({encoder: panels for encoder, panels in groups.items() if panels}, scale, named=len(encoders) > 1)


def _learning(train: Frame, validation: Frame, *, colour: str, ceiling: float | None, scale: CurveScale) -> list[str]:
    ceiling_line = [] if ceiling is None else [_level(scale, ceiling, stroke_dasharray="1 1.5")]
    mean, spread = validation["mean"], validation["std"].fillna(0.0)
    band = [*_points(scale, mean + spread), *reversed(_points(scale, mean - spread))]
    return [
        *ceiling_line,
        path(band, closed=True, fill=colour, fill_opacity=0.22),
        _line(scale, train["mean"], colour, stroke_width=0.8, stroke_dasharray="3 1.5"),
        _line(scale, mean, colour, stroke_width=1.5),
    ]


def gap_curves(gaps: Frame, *, styles: dict[str, Style], encoders: list[str]) -> Drawing:
    """Return a panel for each architecture with a curve: train minus validation against the step.

    A line for each encoder.

    `gaps`: mean and std indexed by encoder, architecture, step.
    """
    scale = _scale(gaps, value=0.0)
    panels = []
    for name, style in styles.items():
        means = [at(gaps, encoder=encoder, architecture=name)["mean"] for encoder in encoders]
        lines = [
            _line(scale, mean, style.colour, stroke_width=1.2, stroke_dasharray=DASHES[number % len(DASHES)])
            for number, mean in enumerate(means)
        ]
        if any(lines):
            panels.append(CurvePanel(name, [_level(scale, 0.0), *lines]))
    return _picture({"": panels}, scale, legend=encoders if len(encoders) > 1 else [])


def _scale(*tables: Frame, value: float | None) -> CurveScale:
    """Return the scale that holds every curve and one more value."""
    values = [mean for table in tables for mean in table["mean"]] + ([] if value is None else [value])
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = max(0.06 * (high - low), 1e-3)
    last = max((step for table in tables for step in table.index.get_level_values("step")), default=1)
    return CurveScale(last + max(0.5, 0.03 * last), low - room, high + room)


def _points(scale: CurveScale, line: Frame) -> list[tuple[float, float]]:
    """Return the points of a line without those that are too close to the one before, except for the last.

    Values outside the scale lie on its border.
    """
    values = line.dropna().clip(scale.low, scale.high)
    points: list[tuple[float, float]] = []
    for step, value in values.items():
        x = scale.x(step)
        if not points or x - points[-1][0] >= LEAST_DISTANCE or step == values.index[-1]:
            points.append((x, scale.y(value)))
    return points


def _line(scale: CurveScale, line: Frame, colour: str, **attributes: Any) -> str:
    """Return a line; a single step becomes a short horizontal stroke, since a line of one point is invisible."""
    points = _points(scale, line)
    ends = [(points[0][0] - 1.5, points[0][1]), (points[0][0] + 1.5, points[0][1])] if len(points) == 1 else points
    return path(ends, fill="none", stroke=colour, **attributes)


def _level(scale: CurveScale, value: float, **attributes: Any) -> str:
    return path([(0, scale.y(value)), (WIDTH, scale.y(value))], stroke=INK, stroke_width=0.8, **attributes)


def _picture(
    groups: dict[str, list[CurvePanel]],
    scale: CurveScale,
    *,
    named: bool = False,
    legend: Sequence[str] = (),
) -> Drawing:
    """Return the panels of each group in rows, below the group's name where `named`.

    `legend` has the names of the lines in each panel.
    """
    head = HEAD if named else 0.0
    columns = min(COLUMNS, max((len(panels) for panels in groups.values()), default=1))
    width, top = LEFT + (WIDTH + BETWEEN) * columns, 0.0
    parts: list[str] = []
    for name, panels in groups.items():
        if named:
            parts.append(label(name, LEFT, top + 11, limit=MAX_TITLE_LENGTH, font_weight="bold", font_size=9))
        for i, panel in enumerate(panels):
            column, row = i % columns, i // columns
            place = LEFT + (WIDTH + BETWEEN) * column, top + head + ABOVE + (HEIGHT + ABOVE) * row
            parts.append(_panel(panel, place, scale, left=column == 0, below=i + columns >= len(panels)))
        top += head + (HEIGHT + ABOVE) * -(-len(panels) // columns) + BELOW
    foot = label("training step", (LEFT + width) / 2, top + 10, text_anchor="middle", font_size=TEXT)
    height = top + (0.48 if legend else 0.2) * INCH
    return drawing(width, height, [*parts, foot, *_legend(legend, top + 30)])


def _panel(panel: CurvePanel, place: tuple[float, float], scale: CurveScale, *, left: bool, below: bool) -> str:
    grid = [path([(0, scale.y(value)), (WIDTH, scale.y(value))]) for value in scale.values]
    grid += [path([(scale.x(step), 0), (scale.x(step), HEIGHT)]) for step in scale.steps]
    axes = path([(0, 0), (0, HEIGHT), (WIDTH, HEIGHT)], fill="none", stroke=INK, stroke_width=0.6)
    values = [label(f"{value:g}", -4, scale.y(value) + 2.2) for value in scale.values] if left else []
    steps = [label(count(step), scale.x(step), HEIGHT + 9) for step in scale.steps] if below else []
    return group(
        [
            label(panel.title, 0, -4, limit=MAX_TITLE_LENGTH, font_size=TEXT),
            group(grid, stroke=INK, stroke_opacity=0.15, stroke_width=0.8),
            *panel.lines,
            axes,
            group(values, text_anchor="end", font_size=TEXT),
            group(steps, text_anchor="middle", font_size=TEXT),
        ],
        transform=f"translate({place[0]:.1f} {place[1]:.1f})",
    )


def _legend(names: Sequence[str], y: float) -> Iterator[str]:
    """Yield the name of each line beside a piece of it."""
    for number, name in enumerate(names):
        x = LEFT + 1.5 * INCH * (number % COLUMNS)
        line = [(x, y + 11 * (number // COLUMNS)), (x + 22, y + 11 * (number // COLUMNS))]
        yield path(line, stroke=INK, stroke_width=1.2, stroke_dasharray=DASHES[number % len(DASHES)])
        yield label(name, x + 27, line[0][1] + 2.5, limit=MAX_TITLE_LENGTH, font_size=TEXT)
