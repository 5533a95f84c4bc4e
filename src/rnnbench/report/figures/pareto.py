"""Score against the number of parameters, and the Pareto front: networks that no smaller network equals."""

from typing import NamedTuple

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LETTER, Axis, around, frame, legend, legend_width, mark
from rnnbench.report.figures.style import INK, MARKERS, Style, printable, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, label, path
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Tables, at

WIDTH, HEIGHT, LEFT, TOP = 360.0, 230.0, 48.0, 12.0
"""Width and height of the axes, and the room to their left and above them, in points."""
ASCENT, DESCENT = 6.5, 2.0
"""How far a name reaches above and below its base line, in points."""
MAX_LABEL_LENGTH = 32
"""Largest number of letters of a name in the figure."""


class Point(NamedTuple):
    """A combination, its number of parameters, its mean test score, and whether it was trained to a plateau."""

    encoder: str
    architecture: str
    parameters: float
    score: float
    converged: bool = True


class PointLabel(NamedTuple):
    """The name of a point on the front: the point's place, where the name ends, and the name's base line."""

    text: str
    x: float
    y: float
    base: float


def points(tables: Tables, task: str) -> list[Point]:
    """Return the combinations of a task that have a score in its headline metric."""
    scores = at(queries.means(tables, "test"), task=task, metric=queries.headline(tables, task))["mean"]
    sizes, unfinal = at(queries.parameters(tables), task=task)["parameters"], convergence.not_converged(tables)
    return [
        Point(encoder, name, float(sizes[encoder, name]), float(score), (task, encoder, name) not in unfinal)
        for (encoder, name), score in scores.items()
        if (encoder, name) in sizes.index
    ]


def front(combinations: list[Point]) -> list[Point]:
    """Return the Pareto front, smallest first: the points whose score no point with at most as many parameters reaches.

    >>> combinations = [Point("e", "a", 9, 0.5), Point("e", "b", 5, 0.5), Point("e", "c", 9, 0.6)]
    >>> [point.architecture for point in front(combinations)]
    ['b', 'c']
    """
    best: list[Point] = []
    for point in sorted(combinations, key=lambda point: (point.parameters, -point.score)):
        if not best or point.score > best[-1].score:
            best.append(point)
    return best


def pareto(tables: Tables, task: str) -> Drawing | None:
    """Return the score of every combination against its parameters, the Pareto front, and the ceilings."""
    combinations = points(tables, task)
    if len(combinations) < 2:
        return None
    metric, best = queries.headline(tables, task) or "", front(combinations)
    ceilings = queries.ceilings(tables, task, metric)
    x = _parameter_axis(combinations, best)
    y = around([*(point.score for point in combinations), *ceilings.values()], HEIGHT)
    names = front_labels(best, x, y, ruled=[HEIGHT - y.place(value) for value in ceilings.values()])
    trained = {point.architecture for point in combinations}
    style_of = {name: style for name, style in styles(tables).items() if name in trained}
    encoders = list(dict.fromkeys(point.encoder for point in combinations))
    ceiling_names = _ceiling_names(ceilings, y)
    right = WIDTH + 14 + LETTER * max(map(len, ceiling_names.values()), default=0)
    parts = [
        *frame(x, y, along="parameters", up=METRICS[metric]),
        *_ceilings(ceilings, ceiling_names, y),
        *_front(best, x, y),
        *_marks(combinations, style_of, encoders, x, y),
        *_names(names),
        *legend(style_of, right, 6, lines=False, unfinal=convergence.architectures(tables, task)),
        *_encoders(encoders, right, 6 + 11.5 * (len(style_of) + 1)),
    ]
    height = max(HEIGHT + 32, 11.5 * (len(style_of) + len(encoders) + 2))
    top = max(TOP, ASCENT + 4 - min(name.base for name in names))
    width = LEFT + right + legend_width([*style_of, *encoders])
    return drawing(width, top + height, [group(parts, transform=f"translate({LEFT:g} {top:g})")])


def _parameter_axis(combinations: list[Point], best: list[Point]) -> Axis:
    """Return the axis of parameters, with room for the longest name of the front left of the smallest network."""
    side = _name_width(max((point.architecture for point in best), key=len)) + 2 * LETTER
    narrow = around([point.parameters for point in combinations], WIDTH - side, logarithmic=True)
    factor = (narrow.high / narrow.low) ** (side / (WIDTH - side))
    return Axis(narrow.low / factor, narrow.high, WIDTH, logarithmic=True)


def _name_width(name: str) -> float:
    return LETTER * min(len(name), MAX_LABEL_LENGTH)


def front_labels(best: list[Point], x: Axis, y: Axis, *, ruled: list[float]) -> list[PointLabel]:
    """Return the names of the architectures on the front, each above and left of its smallest point.

    No other network lies there, since it would be on the front itself. `ruled`: the heights of lines that no name may
    cover.
    """
    smallest = {point.architecture: point for point in reversed(best)}
    names: list[PointLabel] = []
    for point in sorted(smallest.values(), key=lambda point: point.parameters):
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        left = at_x - _name_width(point.architecture) - (0 if point.converged else 2 * LETTER)
        taken = [(name.base - ASCENT, name.y) for name in names if name.x > left]
        base = _free_base(at_y - 6, [*taken, *((line, line) for line in ruled)])
        name = convergence.marked(printable(point.architecture), converged=point.converged)
        names.append(PointLabel(name, at_x, at_y, base))
    return names


def _free_base(base: float, taken: list[tuple[float, float]]) -> float:
    """Return the lowest base line, from `base` upwards, on which a name overlaps no (top, bottom) that is taken.

    >>> _free_base(50, [(48, 48), (30, 40)]), _free_base(50, [(20, 30)])
    (28.0, 50)
    """
    for top, bottom in sorted(taken, key=lambda span: -span[1]):
        if top < base + DESCENT and bottom > base - ASCENT:
            base = top - DESCENT
    return base


def _marks(combinations: list[Point], style_of: dict[str, Style], encoders: list[str], x: Axis, y: Axis) -> list[str]:
    """Return a mark for each combination, its colour by architecture and its shape by encoder.

    It is hollow where the combination did not converge.
    """
    return [
        mark(
            MARKERS[encoders.index(point.encoder) % len(MARKERS)],
            x.place(point.parameters),
            HEIGHT - y.place(point.score),
            fill=style_of[point.architecture].colour if point.converged else "none",
            stroke=None if point.converged else style_of[point.architecture].colour,
            fill_opacity=0.85,
        )
        for point in combinations
    ]


def _encoders(encoders: list[str], left: float, top: float) -> list[str]:
    """Return the legend of the shapes of marks; nothing where there is one encoder."""
    if len(encoders) < 2:
        return []
    rows = [(encoder, MARKERS[row % len(MARKERS)], top + 11.5 * row) for row, encoder in enumerate(encoders)]
    marks = [mark(shape, left + 11, at, 2.6, fill="none", stroke=INK) for _, shape, at in rows]
    return [*marks, *(label(encoder, left + 27, at + 2.5, font_size=7) for encoder, _, at in rows)]


def _ceiling_names(ceilings: dict[str, float], y: Axis) -> dict[float, str]:
    """Return height -> names of the ceilings, by the information they use; names that would overlap are joined."""
    places: dict[float, list[str]] = {}
    for name, value in sorted(ceilings.items(), key=lambda item: item[1]):
        at_y = HEIGHT - y.place(value)
        near = next((place for place in places if abs(place - at_y) < ASCENT + DESCENT), at_y)
        places.setdefault(near, []).append(name)
    return {place: f"oracle: {', '.join(names)}" for place, names in places.items()}


def _ceilings(ceilings: dict[str, float], names: dict[float, str], y: Axis) -> list[str]:
    """Return a dotted line for each ceiling, and their names at the right ends, where no mark lies."""
    heights = [HEIGHT - y.place(value) for value in ceilings.values()]
    lines = [path([(0, at_y), (WIDTH, at_y)]) for at_y in heights]
    labels = (label(text, WIDTH + 5, at_y + 2.3, limit=60) for at_y, text in names.items())
    return [group(lines, stroke=INK, stroke_width=0.8, stroke_dasharray="1 2"), group(labels, font_size=6.5)]


def _front(best: list[Point], x: Axis, y: Axis) -> list[str]:
    """Return the front as a staircase: the best score with at most that many parameters."""
    steps: list[tuple[float, float]] = []
    for point in best:
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        steps += [(at_x, steps[-1][1]), (at_x, at_y)] if steps else [(at_x, at_y)]
    steps.append((x.length, steps[-1][1]))
    return [path(steps, fill="none", stroke=INK, stroke_width=1.2, stroke_opacity=0.6)]


def _names(names: list[PointLabel]) -> list[str]:
    """Return the names, with a line from the point to each name that had to move up."""
    moved = [name for name in names if name.base < name.y - 7]
    lines = [path([(name.x, name.y - 3), (name.x - 2, name.base + DESCENT)]) for name in moved]
    labels = (label(name.text, name.x - 2, name.base, limit=MAX_LABEL_LENGTH + 2) for name in names)
    return [group(lines, stroke=INK, stroke_width=0.5), group(labels, font_size=6.5, text_anchor="end")]
