"""Performance profiles: which share of the runs is above a score, whatever the score (Agarwal et al. 2021)."""

import numpy as np

from rnnbench import summaries
from rnnbench.figures.axes import LINES, Axis, around, frame, legend, legend_width
from rnnbench.figures.drawing import Drawing, drawing, group, path
from rnnbench.figures.style import looks
from rnnbench.statistics.ranks import profile
from rnnbench.summaries import METRICS, Frame, Tables

WIDTH, HEIGHT, LEFT, TOP = 330.0, 190.0, 46.0, 10.0
POINTS = 60


def profiles(tables: Tables, task: str) -> Drawing | None:
    """Return a line for each architecture: the share of its selected runs, all encoders, that are above a score."""
    found = _selected(tables, task)
    if found.empty:
        return None
    x, y = around(found["value"], WIDTH, room=0.02), Axis(0.0, 1.0, HEIGHT)
    known = looks(summaries.architectures(tables))
    names = [name for name in summaries.architectures(tables, task) if name in set(found["architecture"])]
    shown = {name: known[name] for name in names}
    thresholds = np.linspace(x.low, x.high, POINTS)
    lines = [
        path(
            [
                (x.place(t), HEIGHT - y.place(share))
                for t, share in zip(thresholds, _shares(found, name, thresholds), strict=True)
            ],
            fill="none",
            stroke=look.colour,
            stroke_width=1.4,
            stroke_dasharray=LINES[look.line],
        )
        for name, look in shown.items()
    ]
    metric = METRICS[summaries.headline(tables, task) or ""]
    body = [*frame(x, y, along=f"{metric} at least", up="share of runs"), *lines, *legend(shown, WIDTH + 20, 6)]
    height = max(HEIGHT + 32, 11.5 * len(shown) + 8)
    width = LEFT + WIDTH + 20 + legend_width(shown)
    return drawing(width, TOP + height, [group(body, transform=f"translate({LEFT:g} {TOP:g})")])


def _selected(tables: Tables, task: str) -> Frame:
    scores = tables["scores"]
    own = scores[(scores["task"] == task) & scores["selected"] & (scores["split"] == "test")]
    return own[own["metric"] == summaries.headline(tables, task)].dropna(subset="value")


def _shares(found: Frame, name: str, thresholds: np.ndarray) -> np.ndarray:
    return profile(found.loc[found["architecture"] == name, "value"].to_numpy(float), thresholds)
