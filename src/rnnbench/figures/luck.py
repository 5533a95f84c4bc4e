"""How lucky was this number? The test score of every seed with every learning rate."""

from rnnbench import summaries
from rnnbench.figures.axes import LETTER, Axis, around, base
from rnnbench.figures.drawing import Drawing, drawing, element, group, path, words
from rnnbench.figures.style import INK, looks
from rnnbench.summaries import METRICS, Frame, Tables

WIDTH, STRIP, GAP = 380.0, 7.0, 6.0
"""The strips, the height of one, and what is free between two architectures."""


def luck(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return a strip for each architecture and learning rate, a dot for each seed; chosen rates are in colour."""
    found = summaries.tried(tables, task, encoder)
    if found.empty:
        return None
    x = around(found["value"], WIDTH, room=0.02)
    names = [name for name in summaries.architectures(tables, task) if name in set(found["architecture"])]
    known, left = looks(summaries.architectures(tables)), LETTER * max(min(len(name), 32) for name in names) + 46
    parts, y = [], 0.0
    for name in names:
        own = found[found["architecture"] == name]
        strips = [_strip(rows, x, known[name].colour) for _, rows in own.groupby("learning_rate")]
        rates = sorted(set(own["learning_rate"]))
        lines = [group([strip], transform=f"translate(0 {y + STRIP * (i + 0.5):g})") for i, strip in enumerate(strips)]
        told = [words(f"{rate:g}", -6, y + STRIP * (i + 0.5) + 2) for i, rate in enumerate(rates)]
        middle = y + STRIP * len(rates) / 2 + 2.5
        parts += [*lines, group(told, text_anchor="end", font_size=5.5, fill_opacity=0.8)]
        parts.append(words(name, -34, middle, text_anchor="end", font_size=7.5))
        y += STRIP * len(rates) + GAP
    body = [*base(x, y, along=METRICS[summaries.headline(tables, task) or ""]), *parts]
    return drawing(left + WIDTH + 10, y + 40, [group(body, transform=f"translate({left:g} 6)")])


def _strip(rows: Frame, x: Axis, colour: str) -> str:
    """Return the dots of one learning rate around 0, and a line at their mean; pale where it was not chosen."""
    chosen = bool(rows["selected"].any())
    dots = [element("circle", cx=x.place(value), cy=0, r=1.9) for value in rows["value"]]
    mean = x.place(float(rows["value"].mean()))
    look = {"fill": colour, "fill_opacity": 0.6} if chosen else {"fill": INK, "fill_opacity": 0.18}
    line = path([(mean, -3.4), (mean, 3.4)], stroke=colour if chosen else INK, stroke_width=1.3)
    return group(dots, **look) + group([line], stroke_opacity=1.0 if chosen else 0.35)
