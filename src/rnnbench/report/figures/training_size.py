"""Test score and overfitting gaps against the number of training sequences."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from rnnbench.report.figures.style import INK, Style, house_style, printable, styles
from rnnbench.report.views import convergence, training_size
from rnnbench.report.views.grid import GAPS
from rnnbench.report.views.queries import Frame, Tables, at

WIDTH, HEIGHT = 2.4, 1.9
"""Width and height of a panel, in inches."""
PANELS = {"test": "test score", "gap": "gap, best step", "gap_at_end": "gap, last step"}
"""Split -> title of its panel."""


def gap_by_size(tables: Tables, family: str) -> Figure | None:
    """Return a row for each encoder: score and gaps against training sequences, a line for each architecture."""
    if family not in training_size.families(tables):
        return None
    unfinal = training_size.not_converged(tables, family)
    _, table = training_size.over_sizes(tables, family)
    encoders = list(dict.fromkeys(table.index.get_level_values("encoder")))
    trained = set(table.index.get_level_values("architecture"))
    style_of = {name: style for name, style in styles(tables).items() if name in trained}
    if not style_of:
        return None
    legend = 0.35 + 0.075 * max(len(printable(name)) for name in style_of)
    width, height = 0.6 + 3 * (WIDTH + 0.45) + legend, len(encoders) * (HEIGHT + 0.75) + 0.1
    with house_style():
        figure = Figure(figsize=(width, height))
        for row, encoder in enumerate(encoders):
            for column, (split, title) in enumerate(PANELS.items()):
                left, bottom = 0.6 + column * (WIDTH + 0.45), 0.45 + (len(encoders) - 1 - row) * (HEIGHT + 0.75)
                axes = figure.add_axes((left / width, bottom / height, WIDTH / width, HEIGHT / height))
                _panel(axes, at(table, encoder=encoder, split=split), style_of, f"{title}, {encoder}")
                if split in GAPS:
                    axes.axhline(0, color=INK, linewidth=0.8)
        for line in figure.axes[2].lines:
            name = str(line.get_label())
            line.set_label(convergence.marked(printable(name), converged=name not in unfinal))
        figure.axes[2].legend(loc="center left", bbox_to_anchor=(1.03, 0.5), fontsize=7, handlelength=3)
    return figure


def _panel(axes: Axes, scores: Frame, style_of: dict[str, Style], title: str) -> None:
    """Draw a line with a band for each architecture; `scores`: mean, low and high indexed by architecture and size."""
    axes.set_xscale("log")
    places = sorted(set(scores.index.get_level_values("size")))
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_title(printable(title, 40), loc="left", pad=3, size=7.5)
    axes.set_xlabel("training sequences")
    axes.tick_params(length=2, labelsize=6.5)
    axes.grid(True)
    for name, style in style_of.items():
        line = at(scores, architecture=name).sort_index()
        if line.empty:
            continue
        low, high = (np.where(np.isnan(line[end]), line["mean"], line[end]) for end in ("low", "high"))
        axes.fill_between(line.index, low, high, color=style.colour, alpha=0.18, linewidth=0)
        axes.plot(
            line.index,
            line["mean"],
            color=style.colour,
            linestyle=style.line,
            marker=style.marker,
            markersize=3,
            linewidth=1.3,
            label=name,
        )
