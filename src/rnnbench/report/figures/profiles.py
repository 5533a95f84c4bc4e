"""Performance profiles: the share of runs above each score (Agarwal et al. 2021)."""

import numpy as np

from rnnbench.analysis.statistics.ranks import profile
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import DASHES, Axis, around, frame, legend, legend_width, mark
from rnnbench.report.figures.style import Style, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, path
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables

WIDTH, HEIGHT, LEFT, TOP = 330.0, 190.0, 46.0, 10.0
"""Width and height of the axes, and the room to their left and above them, in points."""


def profiles(tables: Tables, task: str) -> Drawing | None:
    """Return a line for each architecture: the share of its selected runs, with all encoders, above a score.

    None where they would show nothing.
    """
    rows = selected_scores(tables, task)
    if rows.empty or tied(rows):
        return None
    x, y = around(rows["value"], WIDTH, room=0.02), Axis(0.0, 1.0, HEIGHT)
    scores = {name: values.to_numpy(float) for name, values in rows.groupby("architecture")["value"]}
    style_of = {name: style for name, style in styles(tables).items() if name in scores}
    lines = [part for name, style in style_of.items() for part in _line(scores[name], style, x, y)]
    metric = METRICS[queries.headline(tables, task) or ""]
    body = [*frame(x, y, along=f"{metric} above", up="share of runs"), *lines]
    body += legend(style_of, WIDTH + 20, 6, unfinal=convergence.architectures(tables, task))
    height = max(HEIGHT + 32, 11.5 * len(style_of) + 8)
    width = LEFT + WIDTH + 20 + legend_width(style_of)
    return drawing(width, TOP + height, [group(body, transform=f"translate({LEFT:g} {TOP:g})")])


def selected_scores(tables: Tables, task: str) -> Frame:
    """Return the rows of `scores` of a task's selected runs, all encoders, on the test split in its headline metric."""
    scores = tables["scores"]
    rows = scores[(scores["task"] == task) & scores["selected"] & (scores["split"] == "test")]
    return rows[rows["metric"] == queries.headline(tables, task)].dropna(subset="value")


def tied(rows: Frame) -> bool:
    """Return whether profiles of several networks would show nothing: all are the same, or no network has a spread."""
    lines = [stairs(scores.to_numpy(float)) for _, scores in rows.round({"value": 3}).groupby("architecture")["value"]]
    same, upright = all(line == lines[0] for line in lines), all(len(line) == 2 for line in lines)
    return len(lines) > 1 and (same or upright)


def stairs(scores: Array) -> list[tuple[float, float]]:
    """Return the corners (score, share of runs above it) of a profile, from the lowest score to the highest.

    >>> stairs(np.array([0.5, 0.9, 0.5, 0.7]))
    [(0.5, 1.0), (0.5, 0.5), (0.7, 0.5), (0.7, 0.25), (0.9, 0.25), (0.9, 0.0)]
    """
    levels = np.unique(scores)
    shares = [1.0, *profile(scores, levels).tolist()]
    steps = zip(levels.tolist(), shares[:-1], shares[1:], strict=True)
    return [(level, share) for level, *before_and_after in steps for share in before_and_after]


def _line(scores: Array, style: Style, x: Axis, y: Axis) -> list[str]:
    """Return the profile of one network, and its mark at the median."""
    line = [(x.place(score), HEIGHT - y.place(share)) for score, share in stairs(scores)]
    stroke = {"stroke": style.colour, "stroke_width": 1.4, "stroke_dasharray": DASHES[style.line]}
    median = x.place(float(np.median(scores)))
    return [path(line, fill="none", **stroke), mark(style.marker, median, HEIGHT / 2, 2.4, fill=style.colour)]
