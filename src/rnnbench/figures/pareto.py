"""What parameters buy: score against size, and who is not beaten by a smaller network."""

from typing import NamedTuple

from rnnbench import summaries
from rnnbench.figures.axes import Axis, around, frame, legend, legend_width, mark
from rnnbench.figures.drawing import Drawing, drawing, group, path, words
from rnnbench.figures.style import INK, MARKERS, looks
from rnnbench.summaries import METRICS, Tables, at

WIDTH, HEIGHT, LEFT, TOP = 330.0, 230.0, 48.0, 12.0


class Point(NamedTuple):
    """A combination: how large it is, and how good."""

    encoder: str
    architecture: str
    parameters: float
    score: float


def points(tables: Tables, task: str) -> list[Point]:
    """Return the combinations of a task that have a score by its headline metric."""
    scores = at(summaries.means(tables, "test"), task=task, metric=summaries.headline(tables, task))["mean"]
    sizes = at(summaries.parameters(tables), task=task)["parameters"]
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
    metric = summaries.headline(tables, task) or ""
    ceilings = summaries.ceilings(tables, task, metric)
    x = around([point.parameters for point in known], WIDTH, logarithmic=True)
    y = around([*(point.score for point in known), *ceilings.values()], HEIGHT)
    names = dict.fromkeys(point.architecture for point in known)
    known_looks = {name: look for name, look in looks(summaries.architectures(tables)).items() if name in names}
    encoders = list(dict.fromkeys(point.encoder for point in known))
    legends = [
        *legend(known_looks, WIDTH + 30, 6, lines=False),
        *_encoders(encoders, 6 + 11.5 * (len(known_looks) + 1)),
    ]
    body = [
        *frame(x, y, along="parameters", up=METRICS[metric]),
        *_ceilings(ceilings, x, y),
        *_front(front(known), x, y),
        *(
            mark(
                MARKERS[encoders.index(point.encoder) % len(MARKERS)],
                x.place(point.parameters),
                HEIGHT - y.place(point.score),
                fill=known_looks[point.architecture].colour,
                fill_opacity=0.85,
            )
            for point in known
        ),
        *_names(front(known), x, y),
        *legends,
    ]
    height = max(HEIGHT + 32, 11.5 * (len(known_looks) + len(encoders) + 2))
    width = LEFT + WIDTH + 30 + legend_width([*names, *encoders])
    return drawing(width, TOP + height, [group(body, transform=f"translate({LEFT:g} {TOP:g})")])


def _encoders(encoders: list[str], top: float) -> list[str]:
    """Return what the shapes of marks mean; nothing where there is one encoder."""
    if len(encoders) < 2:
        return []
    rows = [(encoder, MARKERS[row % len(MARKERS)], top + 11.5 * row) for row, encoder in enumerate(encoders)]
    marks = [mark(shape, WIDTH + 41, at, 2.6, fill="none", stroke=INK) for _, shape, at in rows]
    return [*marks, *(words(encoder, WIDTH + 57, at + 2.5, font_size=7) for encoder, _, at in rows)]


def _ceilings(ceilings: dict[str, float], x: Axis, y: Axis) -> list[str]:
    """Return what the oracle scores, by what it sees; names that would lie upon each other are joined."""
    places: dict[float, list[str]] = {}
    for name, value in sorted(ceilings.items(), key=lambda one: one[1]):
        at_y = HEIGHT - y.place(value)
        near = next((place for place in places if abs(place - at_y) < 8), at_y)
        places.setdefault(near, []).append(name)
    lines = [path([(0, HEIGHT - y.place(v)), (x.length, HEIGHT - y.place(v))]) for v in ceilings.values()]
    told = (words(f"oracle: {', '.join(names)}", WIDTH - 4, place - 3, limit=60) for place, names in places.items())
    names = group(told, font_size=6.5, text_anchor="end")
    return [group(lines, stroke=INK, stroke_width=0.8, stroke_dasharray="1 2"), names]


def _front(best: list[Point], x: Axis, y: Axis) -> list[str]:
    """Return the front as a staircase: what can be had at most with so many parameters."""
    steps: list[tuple[float, float]] = []
    for point in best:
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        steps += [(at_x, steps[-1][1]), (at_x, at_y)] if steps else [(at_x, at_y)]
    steps.append((x.length, steps[-1][1]))
    return [path(steps, fill="none", stroke=INK, stroke_width=1.2, stroke_opacity=0.6)]


def _names(best: list[Point], x: Axis, y: Axis) -> list[str]:
    """Return the name of each architecture on the front, at its smallest member; a line leads to it where it is far."""
    first = {point.architecture: point for point in reversed(best)}
    drawn, last = [], -100.0
    for point in sorted(first.values(), key=lambda one: -one.score):
        at_x, at_y = x.place(point.parameters), HEIGHT - y.place(point.score)
        last = max(at_y + 12, last + 9)
        side = at_x - 14 if at_x > 0.6 * WIDTH else at_x + 14
        drawn.append(path([(at_x, at_y), (side, last - 2)], stroke=INK, stroke_width=0.5, stroke_opacity=0.7))
        drawn.append(words(point.architecture, side, last, font_size=6.5, text_anchor="end" if side < at_x else None))
    return drawn
