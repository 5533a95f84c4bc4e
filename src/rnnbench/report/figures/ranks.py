"""How far each network is behind the best: paired differences with their intervals, one row for each network."""

from collections.abc import Iterator

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LETTER, Axis, around, base
from rnnbench.report.figures.style import INK, printable, styles
from rnnbench.report.figures.svg import Drawing, drawing, element, group, label, path
from rnnbench.report.views import convergence
from rnnbench.report.views.queries import Tables, of_task

WIDTH, ROW = 300.0, 12.0
"""Length of the axis, and distance between names, in points."""
MAX_NAME = 32
"""Largest number of letters of a name."""


def ranks(tables: Tables, task: str) -> Drawing | None:
    """Return the distances from the best network of a task, behind the encoder of the best; None without a ranking."""
    rows = of_task(tables["rankings"], task)
    rows = rows[rows["fair"] == rows["fair"].iloc[0]].reset_index(drop=True) if len(rows) else rows
    if len(rows) < 2:
        return None
    first = rows.loc[rows["mean"].idxmax()]
    networks = rows[rows["encoder"] == first["encoder"]].sort_values("behind", kind="stable").to_dict("records")
    x = around([0.0, *(row[name] for row in networks for name in ("behind_low", "behind_high"))], WIDTH)
    side = LETTER * max(min(len(row["architecture"]), MAX_NAME) + 2 for row in networks) + 14
    height = ROW * len(networks)
    style_of = styles(tables)
    colours = {row["architecture"]: getattr(style_of.get(row["architecture"]), "colour", INK) for row in networks}
    metric = METRICS.get(first["metric"], first["metric"])
    along = f"{metric}: mean of {first['architecture']} minus this one, reading {first['encoder']}"
    zero = path([(x.place(0), 0), (x.place(0), height)], stroke=INK, stroke_width=0.8, stroke_dasharray="2 2")
    parts = [*base(x, height, along=along), zero]
    unfinal = convergence.architectures(tables, task, str(first["encoder"]))
    for number, row in enumerate(networks):
        name = printable(row["architecture"], MAX_NAME)
        name = convergence.marked(name, converged=row["architecture"] not in unfinal)
        parts += _row(row, name, x, ROW * (number + 0.5), colours[row["architecture"]])
    body = group(parts, transform=f"translate({side:g} 8)")
    return drawing(side + WIDTH + 110, height + 42, [body])


def _row(row: dict, name: str, x: Axis, y: float, colour: str) -> Iterator[str]:
    """Yield a network's name, its distance from the best with the interval, and both as text."""
    ends = [(x.place(row[name]), y) for name in ("behind_low", "behind_high")]
    numbers = f"{row['behind']:.3f} ({interval_text(row['behind_low'], row['behind_high'], '{:.3f}'.format)})"
    yield label(name, -6, y + 2.5, limit=MAX_NAME + 2, font_size=7, text_anchor="end")
    yield path(ends, stroke=colour, stroke_width=1.4)
    yield element("circle", cx=x.place(row["behind"]), cy=y, r=2.4, fill=colour)
    yield label(numbers, WIDTH + 6, y + 2.5, font_size=7)
