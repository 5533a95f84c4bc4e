"""Small panels that a page sets side by side, as wide as a telephone allows; the page has their titles and legend."""

from collections.abc import Iterable, Iterator, Sequence

from rnnbench.report.figures.axes import DASHES, Axis, mark
from rnnbench.report.figures.style import INK, Style
from rnnbench.report.figures.svg import Drawing, drawing, element, group, label, number, path

PANEL_WIDTH, PANEL_HEIGHT = 134.0, 88.0
"""Width and height of the inside of a panel, in points."""
LEFT, RIGHT, ABOVE, BELOW = 32.0, 8.0, 8.0, 30.0
"""Room around it for the labels of the axes."""
LETTERS = 8.4
"""Size of all letters, in points: 11.2 pixels."""
LEAST_DISTANCE = 26.0
"""Points between two ticks of the horizontal axis, at least; those between are left out."""
Ticks = Sequence[tuple[float, str]]
Point = tuple[float, float, float, float]
"""A place on the horizontal axis, a mean, and the ends of its interval."""


def panel(
    x: Axis, y: Axis, lines: Iterable[str], *, along: str, ticks: Ticks | None = None, levels: Ticks | None = None
) -> Drawing:
    """Return a panel with these lines.

    `along` is the name of the horizontal axis; `ticks` and `levels` replace the ticks of the horizontal and the
    vertical axis.
    """
    below = [(x.place(value), text) for value, text in (x.ticks if ticks is None else ticks)]
    left = [(y.length - y.place(value), text) for value, text in (y.ticks if levels is None else levels)]
    body = [*_grid(below, left, x.length, y.length), *lines, *_texts(below, left, x.length, y.length, along)]
    placed = group(body, transform=f"translate({number(LEFT)} {number(ABOVE)})", font_size=LETTERS)
    return drawing(LEFT + x.length + RIGHT, ABOVE + y.length + BELOW, [placed])


def _grid(below: list[tuple[float, str]], left: list[tuple[float, str]], width: float, height: float) -> Iterator[str]:
    lines = [path([(at, 0), (at, height)]) for at, _ in below] + [path([(0, at), (width, at)]) for at, _ in left]
    yield group(lines, stroke=INK, stroke_opacity=0.15, stroke_width=0.8)
    yield path([(0, 0), (0, height), (width, height)], fill="none", stroke=INK, stroke_width=0.6)


def _texts(
    below: list[tuple[float, str]], left: list[tuple[float, str]], width: float, height: float, along: str
) -> Iterator[str]:
    yield group((label(text, -4, at + 3) for at, text in left), text_anchor="end")
    yield group((label(text, at, height + 11) for at, text in _apart(below)), text_anchor="middle")
    yield label(along, width / 2, height + 24, text_anchor="middle")


def _apart(ticks: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Yield the ticks that are far enough from the one before."""
    last = -LEAST_DISTANCE
    for at, text in ticks:
        if at - last >= LEAST_DISTANCE:
            last = at
            yield at, text


def band(x: Axis, y: Axis, line: Sequence[Point], style: Style) -> Iterator[str]:
    """Yield a line through means with the band of their intervals."""
    lower = [(x.place(at), y.length - y.place(low)) for at, _, low, _ in line]
    upper = [(x.place(at), y.length - y.place(high)) for at, _, _, high in line]
    means = [(x.place(at), y.length - y.place(mean)) for at, mean, _, _ in line]
    yield path([*lower, *reversed(upper)], closed=True, fill=style.colour, fill_opacity=0.18)
    yield path(means, fill="none", stroke=style.colour, stroke_width=1.4, stroke_dasharray=DASHES[style.line])


def marks(x: Axis, y: Axis, line: Sequence[Point], style: Style) -> Iterator[str]:
    """Yield the mark of each point, and its interval as a vertical line."""
    for at, mean, low, high in line:
        across = x.place(at)
        ends = [(across, y.length - y.place(end)) for end in (low, high)]
        yield path(ends, stroke=style.colour, stroke_width=1.0)
        yield mark(style.marker, across, y.length - y.place(mean), 2.4, fill=style.colour)


def swatch(style: Style) -> str:
    """Return a piece of a network's line with its mark, as an SVG element for a legend; its lengths are pixels."""
    line = path([(0, 7), (34, 7)], stroke=style.colour, stroke_width=2, stroke_dasharray=DASHES[style.line])
    point = mark(style.marker, 17, 7, 3.5, fill=style.colour)
    return element("svg", line + point, width=34, height=14, viewBox="0 0 34 14", aria_hidden="true")
