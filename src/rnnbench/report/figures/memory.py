"""Memory: mean calibrated scores against the lag, and against lengths beyond those of training."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.figures.style import INK, Style, house_style, printable, styles
from rnnbench.report.views import convergence, memory
from rnnbench.report.views.queries import Frame, Tables, at

WIDTH, HEIGHT = 4.6, 2.5
"""Width and height of the axes, in inches."""
MIN_LOGARITHMIC_RATIO = 8
"""Smallest ratio of the longest to the shortest lag from which on the axis is logarithmic."""
MIN_SCORE = -0.5
"""Lowest score on the scale: calibrated scores have no lower bound."""
SPREAD = 0.02
"""The share of the axis over which the intervals at one lag are spread, so that none hides another."""
LEVELS = {0.0: "no memory 0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", SOLVED: f"solved {SOLVED:g}", 1.0: "oracle 1"}
"""Ticks of the calibrated score, and their labels."""


def lags(tables: Tables, family: str) -> Figure | None:
    """Return the score on the test split against the lag, a line for each architecture; None without several lags."""
    if family not in memory.several_lags(tables):
        return None
    rows = memory.families(tables)[family]
    return _lines(
        tables,
        memory.over_lags(tables, family),
        memory.setting(tables, family),
        memory.horizons(tables, family),
        unfinal=memory.not_converged(tables, *rows["task"]),
    )


def lengths(tables: Tables, task: str) -> Figure | None:
    """Return the score against the length of the test sequences, in training lengths; None without a longer test."""
    scores = memory.over_lengths(tables, task)
    several = scores.index.get_level_values("times").nunique() > 1
    unfinal = memory.not_converged(tables, task)
    return _lines(tables, scores, "times the length in training", unfinal=unfinal) if several else None


def _lines(
    tables: Tables,
    scores: Frame,
    along: str,
    horizons: dict[str, int] | None = None,
    *,
    unfinal: frozenset[str],
) -> Figure | None:
    """Return a line for each architecture, with a ring around the score at its memory horizon.

    `unfinal`: the architectures that did not converge, whose names have a sign.
    """
    style_of = {name: style for name, style in styles(tables).items() if name in scores.index}
    if not style_of:
        return None
    places = sorted(set(scores.index.get_level_values(1)))
    legend = 0.35 + 0.075 * max(len(printable(name)) + 2 for name in style_of)
    width, height = 0.95 + WIDTH + legend + 0.25, max(HEIGHT, 0.17 * len(style_of)) + 0.65
    with house_style():
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0.95 / width, 0.5 / height, WIDTH / width, (height - 0.65) / height))
        _scales(axes, places, along, lowest=float(scores[["value", "low"]].min(axis=None)))
        for number, (name, style) in enumerate(style_of.items()):
            line, shift = at(scores, architecture=name), _shift(number, len(style_of))
            _line(axes, line, convergence.marked(printable(name), converged=name not in unfinal), style, shift=shift)
            _ring(axes, line, style, horizon=(horizons or {}).get(name, 0), shift=shift)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=7, handlelength=3)
    return figure


def _scales(axes: Axes, places: list[int], along: str, *, lowest: float) -> None:
    """Set up the axes: ticks at the measured places, lines at 0, at SOLVED and at 1."""
    if min(places) > 0 and max(places) >= MIN_LOGARITHMIC_RATIO * min(places):
        axes.set_xscale("log")
    scale = axes.xaxis.get_transform()
    first, last = scale.transform(np.array([min(places), max(places)], float))
    room = max(0.05 * (last - first), 1e-3)
    axes.set_xlim(*scale.inverted().transform(np.array([first - room, last + room])))
    axes.set_ylim(max(MIN_SCORE, min(lowest, 0.0)) - 0.05, 1.05)
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(list(LEVELS), list(LEVELS.values()))
    axes.set_xlabel(printable(along))
    axes.grid(True)
    axes.axhline(SOLVED, color=INK, linewidth=0.8, linestyle=":")
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.axhline(1, color=INK, linewidth=0.8)


def _shift(number: int, count: int) -> float:
    """Return by which share of the axis a line is shifted, so that lines lie side by side."""
    return SPREAD * (2 * number / max(count - 1, 1) - 1) / 2 if count > 1 else 0.0


def _ring(axes: Axes, scores: Frame, style: Style, *, horizon: int, shift: float) -> None:
    """Draw a ring around the score at the memory horizon; nothing where not even the shortest lag is solved."""
    if horizon in scores.index:
        x, mean = _shifted(axes, np.array([horizon], float), shift), [scores.loc[horizon, "value"]]
        axes.plot(x, mean, marker="o", markersize=10, fillstyle="none", color=style.colour, linestyle="")


def _shifted(axes: Axes, places: np.ndarray, shift: float) -> np.ndarray:
    """Return places shifted by a share of the axis, linear or logarithmic."""
    scale = axes.xaxis.get_transform()
    left, right = scale.transform(np.array(axes.get_xlim()))
    return scale.inverted().transform(scale.transform(places) + shift * (right - left))


def _line(axes: Axes, scores: Frame, name: str, style: Style, *, shift: float) -> None:
    """Draw means as a line with markers, and their intervals; values below the scale are drawn at its lower edge."""
    x = _shifted(axes, scores.index.to_numpy(float), shift)
    mean, low, high = np.maximum(scores[["value", "low", "high"]].to_numpy(float), MIN_SCORE).T
    axes.vlines(x, low, high, color=style.colour, linewidth=1.0, alpha=0.6)
    axes.plot(
        x,
        mean,
        color=style.colour,
        linestyle=style.line,
        marker=style.marker,
        markersize=4,
        linewidth=1.4,
        label=name,
    )
