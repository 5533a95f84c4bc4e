"""How lucky was this number? The test score of every seed with every learning rate."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LETTER, Axis, around, base
from rnnbench.report.figures.style import INK, styles
from rnnbench.report.figures.svg import Drawing, drawing, element, group, number, path, words
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables

WIDTH, STRIP, GAP = 380.0, 7.0, 6.0
"""The strips, the height of one, and what is free between two architectures."""


def seeds(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return a strip for each architecture and learning rate, a dot for each seed; chosen rates are in colour."""
    found = queries.tried(tables, task, encoder)
    if found.empty:
        return None
    x = around(found["value"], WIDTH, room=0.02)
    names = [name for name in queries.architectures(tables, task) if name in set(found["architecture"])]
    known, left = styles(queries.architectures(tables)), LETTER * max(min(len(name), 32) for name in names) + 46
    parts, y = [], 0.0
    for name in names:
        own = found[found["architecture"] == name]
        strips = [rows for _, rows in own.groupby("learning_rate")]
        parts += [_strip(rows, x, y + STRIP * (row + 0.5), known[name].colour) for row, rows in enumerate(strips)]
        parts.append(words(name, -34, y + STRIP * len(strips) / 2 + 2.5, text_anchor="end", font_size=7.5))
        y += STRIP * len(strips) + GAP
    body = [*base(x, y, along=METRICS[queries.headline(tables, task) or ""]), *parts]
    return drawing(left + WIDTH + 10, y + 40, [group(body, transform=f"translate({left:g} 6)")])


def _strip(rows: Frame, x: Axis, y: float, colour: str) -> str:
    """Return one learning rate: runs as dots, their mean as a stroke; hollow and pale where it was not chosen."""
    chosen, mean = bool(rows["selected"].any()), x.place(float(rows["value"].mean()))
    rate = words(f"{rows['learning_rate'].iloc[0]:g}", -6, 2, font_weight="bold" if chosen else None)
    dots = [element("circle", cx=x.place(value), r=1.6) for value in rows["value"]]
    stroke = path([(mean, -3.4), (mean, 3.4)], stroke_width=1.6 if chosen else 1.0)
    full = {"fill": colour, "fill_opacity": 0.5, "stroke": colour, "stroke_width": 0.6}
    pale = {"fill": "none", "stroke": INK, "stroke_width": 0.6, "opacity": 0.55}
    runs = group([*dots, stroke], **(full if chosen else pale))
    return group([rate, runs], transform=f"translate(0 {number(y)})", text_anchor="end", font_size=5.5)
