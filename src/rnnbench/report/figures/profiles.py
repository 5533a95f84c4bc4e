"""Performance profiles: which share of the runs is above a score, whatever the score (Agarwal et al. 2021)."""

import numpy as np

from rnnbench.analysis.statistics.ranks import profile
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.axes import LINES, Axis, around, frame, legend, legend_width, mark
from rnnbench.report.figures.style import Style, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, path
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables

WIDTH, HEIGHT, LEFT, TOP = 330.0, 190.0, 46.0, 10.0


def profiles(tables: Tables, task: str) -> Drawing | None:
    """Return a line for each architecture: the share of its selected runs, all encoders, that are above a score."""
    found = selected(tables, task)
    if found.empty:
        return None
    x, y = around(found["value"], WIDTH, room=0.02), Axis(0.0, 1.0, HEIGHT)
    trained = set(found["architecture"])
    shown = {name: look for name, look in styles(queries.architectures(tables)).items() if name in trained}
    lines = [
        part
        for name, look in shown.items()
        for part in _line(found.loc[found["architecture"] == name, "value"].to_numpy(float), look, x, y)
    ]
    metric = METRICS[queries.headline(tables, task) or ""]
    body = [*frame(x, y, along=f"{metric} above", up="share of runs"), *lines, *legend(shown, WIDTH + 20, 6)]
    height = max(HEIGHT + 32, 11.5 * len(shown) + 8)
    width = LEFT + WIDTH + 20 + legend_width(shown)
    return drawing(width, TOP + height, [group(body, transform=f"translate({LEFT:g} {TOP:g})")])


def selected(tables: Tables, task: str) -> Frame:
    """Return the test scores of a task's selected runs, all encoders, by its headline metric; rows of `scores`."""
    scores = tables["scores"]
    own = scores[(scores["task"] == task) & scores["selected"] & (scores["split"] == "test")]
    return own[own["metric"] == queries.headline(tables, task)].dropna(subset="value")


def stairs(scores: Array) -> list[tuple[float, float]]:
    """Return the corners (score, share of runs above) of a profile, from all runs at the lowest score to none.

    >>> stairs(np.array([0.5, 0.9, 0.5, 0.7]))
    [(0.5, 1.0), (0.5, 0.5), (0.7, 0.5), (0.7, 0.25), (0.9, 0.25), (0.9, 0.0)]
    """
    levels = np.unique(scores)
    shares = [1.0, *profile(scores, levels).tolist()]
    return [
        (float(level), share) for level, *both in zip(levels, shares[:-1], shares[1:], strict=True) for share in both
    ]


def _line(scores: Array, look: Style, x: Axis, y: Axis) -> list[str]:
    """Return the line of one network, and its mark at the median."""
    line = [(x.place(score), HEIGHT - y.place(share)) for score, share in stairs(scores)]
    style = {"stroke": look.colour, "stroke_width": 1.4, "stroke_dasharray": LINES[look.line]}
    middle = x.place(float(np.median(scores)))
    return [path(line, fill="none", **style), mark(look.marker, middle, HEIGHT / 2, 2.4, fill=look.colour)]
