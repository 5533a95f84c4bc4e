"""The spread over seeds: the test score of every seed with every learning rate."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LETTER, Axis, around, base
from rnnbench.report.figures.style import INK, printable, styles
from rnnbench.report.figures.svg import Drawing, drawing, element, group, label, number, path
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables

WIDTH, STRIP, GAP = 380.0, 7.0, 6.0
"""Width and height of a strip, and the room between two architectures, in points."""


def seeds(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return a strip for each architecture and learning rate, with a dot for each seed; chosen rates are coloured."""
    scores = queries.run_scores(tables, task, encoder)
    if scores.empty:
        return None
    x = around(scores["value"], WIDTH, room=0.02)
    names = [name for name in queries.architectures(tables, task) if name in set(scores["architecture"])]
    style_of, left = styles(tables), LETTER * max(min(len(name), 32) + 2 for name in names) + 46
    parts, y, unfinal = [], 0.0, convergence.architectures(tables, task, encoder)
    for name in names:
        strips = [rows for _, rows in scores[scores["architecture"] == name].groupby("learning_rate")]
        parts += [_strip(rows, x, y + STRIP * (row + 0.5), style_of[name].colour) for row, rows in enumerate(strips)]
        shown = convergence.marked(printable(name), converged=name not in unfinal)
        parts.append(label(shown, -34, y + STRIP * len(strips) / 2 + 2.5, text_anchor="end", font_size=7.5))
        y += STRIP * len(strips) + GAP
    body = [*base(x, y, along=METRICS[queries.headline(tables, task) or ""]), *parts]
    return drawing(left + WIDTH + 10, y + 40, [group(body, transform=f"translate({left:g} 6)")])


def _strip(rows: Frame, x: Axis, y: float, colour: str) -> str:
    """Return the strip of one learning rate: dots for runs, a stroke for their mean; pale where it was not chosen."""
    chosen, mean = bool(rows["selected"].any()), x.place(float(rows["value"].mean()))
    rate = label(f"{rows['learning_rate'].iloc[0]:g}", -6, 2, font_weight="bold" if chosen else None)
    dots = [element("circle", cx=x.place(value), r=1.6) for value in rows["value"]]
    stroke = path([(mean, -3.4), (mean, 3.4)], stroke_width=1.6 if chosen else 1.0)
    chosen_style = {"fill": colour, "fill_opacity": 0.5, "stroke": colour, "stroke_width": 0.6}
    other_style = {"fill": "none", "stroke": INK, "stroke_width": 0.6, "opacity": 0.55}
    runs = group([*dots, stroke], **(chosen_style if chosen else other_style))
    return group([rate, runs], transform=f"translate(0 {number(y)})", text_anchor="end", font_size=5.5)
