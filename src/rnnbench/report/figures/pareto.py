"""What parameters buy: score against size, and who is not beaten by a smaller network."""

from typing import NamedTuple

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LETTER, Axis, around, frame, legend, legend_width, mark
from rnnbench.report.figures.style import INK, MARKERS, Style, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, path, words
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, at

WIDTH, HEIGHT, LEFT, TOP = 360.0, 230.0, 48.0, 12.0
RISE, FALL = 6.5, 2.0
"""How far a name reaches above and below its base line."""
MAX_LABEL_LENGTH = 32


class Point(NamedTuple):
    """A combination: how large it is, and how good."""

    encoder: str
    architecture: str
    parameters: float
    score: float


class PointLabel(NamedTuple):
    """The name of a point of the front: where the point lies, and the name's base line. It ends at the point."""

    text: str
    x: float
    y: float
    base: float


def points(tables: Tables, task: str) -> list[Point]:
    """Return the combinations of a task that have a score by its headline metric."""
    scores = at(queries.means(tables, "test"), task=task, metric=queries.headline(tables, task))["mean"]
    sizes = at(queries.parameters(tables), task=task)["parameters"]
    return [
        Point(encoder, name, float(sizes[encoder, name]), float(score))
        for (encoder, name), score in scores.items()
        if (encoder, name) in sizes.index
    ]


def front(known: list[Point]) -> list[Point]:
    """Return those that no smaller or equal network reaches, smallest first.

    >>> known = [Point("e", "a", 9, 0.5), Point("e", "b", 5, 0.5), Point("e", "c", 9, 0.6)]
    >>> [point.architecture for point in front(known)]
    ['b', 'c']
    """
    best: list[Point] = []
    for point in sorted(known, key=lambda one: (one.parameters, -one.score)):
        if not best or point.score > best[-1].score:
            best.append(point)
    return best


def pareto(tables: Tables, task: str) -> Drawing | None:
    """Return the score of every combination against its parameters, the front, and what can be known at most."""
    known = points(tables, task)
    if len(known) < 2:
        return None
    metric, best = queries.headline(tables, task) or "", front(known)
    ceilings = queries.ceilings(tables, task, metric)
    x = _parameters(known, best)
    y = around([*(point.score for point in known), *ceilings.values()], HEIGHT)
    names = named(best, x, y, ruled=[HEIGHT - y.place(value) for value in ceilings.values()])
    trained = {point.architecture for point in known}
    shown = {name: look for name, look in styles(queries.architectures(tables)).items() if name in trained}
    encoders = list(dict.fromkeys(point.encoder for point in known))
    told = _together(ceilings, y)
    right = WIDTH + 14 + LETTER * max(map(len, told.values()), default=0)
    parts = [
        *frame(x, y, along="parameters", up=METRICS[metric]),
        *_ceilings(ceilings, told, y),
        *_front(best, x, y),
        *_marks(known, shown, encoders, x, y),
        *_names(names),
        *legend(shown, right, 6, lines=False),
        *_encoders(encoders, right, 6 + 11.5 * (len(shown) + 1)),
    ]
    height = max(HEIGHT + 32, 11.5 * (len(shown) + len(encoders) + 2))
    top = max(TOP, RISE + 4 - min(name.base for name in names))
    width = LEFT + right + legend_width([*shown, *encoders])
    return drawing(width, top + height, [group(parts, transform=f"translate({LEFT:g} {top:g})")])


def _parameters(known: list[Point], best: list[Point]) -> Axis:
    """Return the axis of parameters; left of the smallest network there is room for the longest name of the front."""
    side = _long(max((point.architecture for point in best), key=len))
    narrow = around([point.parameters for point in known], WIDTH - side, logarithmic=True)
    factor = (narrow.high / narrow.low) ** (side / (WIDTH - side))
    return Axis(narrow.low / factor, narrow.high, WIDTH, logarithmic=True)


def _long(name: str) -> float:
    return LETTER * min(len(name), MAX_LABEL_LENGTH)


def named(best: list[Point], x: Axis, y: Axis, *, ruled: list[float]) -> list[PointLabel]:
    """Return the name of each architecture on the front, at its smallest member: above it and to the left.

    No other network is there, or it would be on the front. `ruled`: the heights of lines that no name may lie upon.
    """
    first = {point.architecture: point for point in reversed(best)}
    names: list[PointLabel] = []
    for point in sorted(first.values(), key=lambda one: one.parameters):
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        left = at_x - _long(point.architecture)
        taken = [(name.base - RISE, name.y) for name in names if name.x > left]
        base = _free(at_y - 6, [*taken, *((line, line) for line in ruled)])
        names.append(PointLabel(point.architecture, at_x, at_y, base))
    return names


def _free(base: float, taken: list[tuple[float, float]]) -> float:
    """Return a base line, no lower than this one, such that a name does not meet what is taken: tops and bottoms.

    >>> _free(50, [(48, 48), (30, 40)]), _free(50, [(20, 30)])
    (28.0, 50)
    """
    for top, bottom in sorted(taken, key=lambda one: -one[1]):
        if top < base + FALL and bottom > base - RISE:
            base = top - FALL
    return base


def _marks(known: list[Point], shown: dict[str, Style], encoders: list[str], x: Axis, y: Axis) -> list[str]:
    """Return a mark for each combination: its colour is the architecture, its shape the encoder."""
    return [
        mark(
            MARKERS[encoders.index(point.encoder) % len(MARKERS)],
            x.place(point.parameters),
            HEIGHT - y.place(point.score),
            fill=shown[point.architecture].colour,
            fill_opacity=0.85,
        )
        for point in known
    ]


def _encoders(encoders: list[str], left: float, top: float) -> list[str]:
    """Return what the shapes of marks mean; nothing where there is one encoder."""
    if len(encoders) < 2:
        return []
    rows = [(encoder, MARKERS[row % len(MARKERS)], top + 11.5 * row) for row, encoder in enumerate(encoders)]
    marks = [mark(shape, left + 11, at, 2.6, fill="none", stroke=INK) for _, shape, at in rows]
    return [*marks, *(words(encoder, left + 27, at + 2.5, font_size=7) for encoder, _, at in rows)]


def _together(ceilings: dict[str, float], y: Axis) -> dict[float, str]:
    """Return height -> name of what the oracle scores, by what it sees; names that would meet are joined."""
    places: dict[float, list[str]] = {}
    for name, value in sorted(ceilings.items(), key=lambda one: one[1]):
        at_y = HEIGHT - y.place(value)
        near = next((place for place in places if abs(place - at_y) < RISE + FALL), at_y)
        places.setdefault(near, []).append(name)
    return {place: f"oracle: {', '.join(names)}" for place, names in places.items()}


def _ceilings(ceilings: dict[str, float], told: dict[float, str], y: Axis) -> list[str]:
    """Return a dotted line for each score of the oracle; the names stand behind their ends, where no mark is."""
    heights = [HEIGHT - y.place(value) for value in ceilings.values()]
    lines = [path([(0, at_y), (WIDTH, at_y)]) for at_y in heights]
    names = (words(text, WIDTH + 5, at_y + 2.3, limit=60) for at_y, text in told.items())
    return [group(lines, stroke=INK, stroke_width=0.8, stroke_dasharray="1 2"), group(names, font_size=6.5)]


def _front(best: list[Point], x: Axis, y: Axis) -> list[str]:
    """Return the front as a staircase: what can be had at most with so many parameters."""
    steps: list[tuple[float, float]] = []
    for point in best:
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        steps += [(at_x, steps[-1][1]), (at_x, at_y)] if steps else [(at_x, at_y)]
    steps.append((x.length, steps[-1][1]))
    return [path(steps, fill="none", stroke=INK, stroke_width=1.2, stroke_opacity=0.6)]


def _names(names: list[PointLabel]) -> list[str]:
    """Return the names; a line leads to one that had to move up from its point."""
    far = [name for name in names if name.base < name.y - 7]
    lines = [path([(name.x, name.y - 3), (name.x - 2, name.base + FALL)]) for name in far]
    told = (words(name.text, name.x - 2, name.base, limit=MAX_LABEL_LENGTH) for name in names)
    return [group(lines, stroke=INK, stroke_width=0.5), group(told, font_size=6.5, text_anchor="end")]
