"""How long networks remember: mean calibrated scores over lags, and over lengths beyond those of training."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.figures.style import INK, Style, house_style, printable, styles
from rnnbench.report.views import memory, queries
from rnnbench.report.views.queries import Frame, Tables, at

WIDTH, HEIGHT = 4.6, 2.5
"""The axes, in inches."""
LOGARITHMIC = 8
"""From this ratio of the longest to the shortest on, the axis is logarithmic."""
LOWEST = -0.5
"""The scale reaches no further down: who is worse than a good guess may be so without end."""
APART = 0.02
"""By how much of the axis all intervals at one place are spread, so that none hides another."""
LEVELS = {0.0: "no memory 0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", SOLVED: f"solved {SOLVED:g}", 1.0: "oracle 1"}


def lags(tables: Tables, family: str) -> Figure | None:
    """Return the score on the test split against the lag's setting, a line for each architecture."""
    if family not in memory.several_lags(tables):
        return None
    setting = memory.families(tables)[family]["setting"].iloc[0]
    return _lines(tables, memory.over_lags(tables, family), setting.replace("_", " "), memory.horizons(tables, family))


def lengths(tables: Tables, task: str) -> Figure | None:
    """Return the score against the length of the tests, in lengths of training; None without a longer test."""
    found = memory.over_lengths(tables, task)
    longer = found.index.get_level_values("times").nunique() > 1
    return _lines(tables, found, "times the length in training") if longer else None


def _lines(tables: Tables, found: Frame, along: str, horizons: dict[str, int] | None = None) -> Figure | None:
    """Return a line for each architecture; a ring stands around the horizon of each."""
    known = {name: look for name, look in styles(queries.architectures(tables)).items() if name in found.index}
    if not known:
        return None
    places = sorted(set(found.index.get_level_values(1)))
    legend = 0.35 + 0.075 * max(len(printable(name)) for name in known)
    wide, high = 0.95 + WIDTH + legend + 0.25, max(HEIGHT, 0.17 * len(known)) + 0.65
    with house_style():
        figure = Figure(figsize=(wide, high))
        axes = figure.add_axes((0.95 / wide, 0.5 / high, WIDTH / wide, (high - 0.65) / high))
        _scales(axes, places, along, lowest=float(found["low"].min()))
        for number, (name, look) in enumerate(known.items()):
            line = at(found, architecture=name)
            _line(axes, line, name, look, shift=_shift(number, len(known)))
            _ring(axes, line, look, horizon=(horizons or {}).get(name, 0), shift=_shift(number, len(known)))
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=7, handlelength=3)
    return figure


def _scales(axes: Axes, places: list[int], along: str, *, lowest: float) -> None:
    """Make the axes: ticks where something was measured, room for intervals, the three levels that matter."""
    if min(places) > 0 and max(places) >= LOGARITHMIC * min(places):
        axes.set_xscale("log")
    scale = axes.xaxis.get_transform()
    first, last = scale.transform(np.array([min(places), max(places)], float))
    room = max(0.05 * (last - first), 1e-3)
    axes.set_xlim(*scale.inverted().transform(np.array([first - room, last + room])))
    axes.set_ylim(max(LOWEST, min(lowest, 0.0)) - 0.05, 1.05)
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
    """Return where among its neighbours a line stands, in shares of the axis around 0."""
    return APART * (2 * number / max(count - 1, 1) - 1) / 2 if count > 1 else 0.0


def _ring(axes: Axes, found: Frame, look: Style, *, horizon: int, shift: float) -> None:
    """Draw a ring around the score at a horizon; none where not even the shortest lag is solved."""
    if horizon in found.index:
        x, mean = _shifted(axes, np.array([horizon], float), shift), [found.loc[horizon, "value"]]
        axes.plot(x, mean, marker="o", markersize=10, fillstyle="none", color=look.colour, linestyle="")


def _shifted(axes: Axes, places: np.ndarray, shift: float) -> np.ndarray:
    """Return places moved by a share of the axis, whatever its scale."""
    scale = axes.xaxis.get_transform()
    left, right = scale.transform(np.array(axes.get_xlim()))
    return scale.inverted().transform(scale.transform(places) + shift * (right - left))


def _line(axes: Axes, found: Frame, name: str, look: Style, *, shift: float) -> None:
    """Draw means as a line with markers, and their intervals; what is below the scale stands at its lower edge."""
    x = _shifted(axes, found.index.to_numpy(float), shift)
    mean, low, high = np.maximum(found[["value", "low", "high"]].to_numpy(float), LOWEST).T
    axes.vlines(x, low, high, color=look.colour, linewidth=1.0, alpha=0.6)
    axes.plot(
        x,
        mean,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markersize=4,
        linewidth=1.4,
        label=printable(name),
    )
