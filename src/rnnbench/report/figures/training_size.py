"""What more training sequences do: test score and overfitting gap against their number."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from rnnbench.report.figures.style import INK, Style, house_style, printable, styles
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.queries import Frame, Tables, at

WIDTH, HEIGHT = 2.4, 1.9
"""A panel, in inches."""
PANELS = {"test": "test score", "gap": "gap, best epoch", "gap_at_end": "gap, last epoch"}


def gap_by_size(tables: Tables, family: str) -> Figure | None:
    """Return a row for each encoder: score and gaps against training sequences, a line for each architecture."""
    if family not in training_size.families(tables):
        return None
    _, table = training_size.over_sizes(tables, family)
    encoders = list(dict.fromkeys(table.index.get_level_values("encoder")))
    trained = set(table.index.get_level_values("architecture"))
    known = {name: look for name, look in styles(queries.architectures(tables)).items() if name in trained}
    if not known:
        return None
    legend = 0.35 + 0.075 * max(len(printable(name)) for name in known)
    wide, high = 0.6 + 3 * (WIDTH + 0.45) + legend, len(encoders) * (HEIGHT + 0.75) + 0.1
    with house_style():
        figure = Figure(figsize=(wide, high))
        for row, encoder in enumerate(encoders):
            for column, (split, title) in enumerate(PANELS.items()):
                left, bottom = 0.6 + column * (WIDTH + 0.45), 0.45 + (len(encoders) - 1 - row) * (HEIGHT + 0.75)
                axes = figure.add_axes((left / wide, bottom / high, WIDTH / wide, HEIGHT / high))
                _panel(axes, at(table, encoder=encoder, split=split), known, f"{title}, {encoder}")
        figure.axes[2].legend(loc="center left", bbox_to_anchor=(1.03, 0.5), fontsize=7, handlelength=3)
    return figure


def _panel(axes: Axes, found: Frame, known: dict[str, Style], title: str) -> None:
    axes.set_xscale("log")
    places = sorted(set(found.index.get_level_values("size")))
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_title(printable(title, 40), loc="left", pad=3, size=7.5)
    axes.set_xlabel("training sequences")
    axes.tick_params(length=2, labelsize=6.5)
    axes.grid(True)
    for name, look in known.items():
        line = at(found, architecture=name).sort_index()
        if line.empty:
            continue
        low, high = (np.where(np.isnan(line[end]), line["mean"], line[end]) for end in ("low", "high"))
        axes.fill_between(line.index, low, high, color=look.colour, alpha=0.18, linewidth=0)
        style = {"color": look.colour, "linestyle": look.line, "marker": look.marker, "markersize": 3}
        axes.plot(line.index, line["mean"], linewidth=1.3, label=printable(name), **style)
    if "gap" in title:
        axes.axhline(0, color=INK, linewidth=0.8)
