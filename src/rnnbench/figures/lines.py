"""Curves over epochs: a small panel for everything compared, all on the same scales."""

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rnnbench.figures.style import INK, Look, house_style, plain
from rnnbench.summaries import Frame, at

WIDTH, HEIGHT, COLUMNS = 1.75, 0.9, 4
"""A panel's size in inches, and how many stand in a row where nothing else says so."""
TITLE = 24
"""Letters that fit over a panel."""
LINES = ("-", "--", ":", "-.")
Limits = tuple[tuple[float, float], tuple[float, float]]


def learning_curves(
    train: Frame, validation: Frame, *, looks: dict[str, Look], encoders: list[str], ceiling: float | None
) -> Figure:
    """Return a panel for every combination: validation as a line with a band, train as a thin dashed line.

    `train`, `validation`: mean and std indexed by encoder, architecture, epoch. `ceiling`: a dotted line.
    """
    names = [(name, encoder) for name in looks for encoder in encoders]
    columns = len(encoders) if len(encoders) > 1 else min(COLUMNS, len(names))
    limits = _limits(train, validation, also=ceiling)
    with house_style():
        figure, panels = _panels(len(names), columns, limits, head=0.2 if len(encoders) > 1 else 0.0)
        for place, (axes, (name, encoder)) in enumerate(zip(panels, names, strict=True)):
            lines = [at(table, encoder=encoder, architecture=name) for table in (train, validation)]
            _learning(axes, *lines, colour=looks[name].colour, ceiling=ceiling)
            if encoder == encoders[0]:
                axes.set_title(plain(name, TITLE), loc="left", pad=3, size=7.5)
            if len(encoders) > 1 and place < columns:
                _column_head(axes, encoder)
    return figure


def _learning(axes: Axes, train: Frame, validation: Frame, *, colour: str, ceiling: float | None) -> None:
    if ceiling is not None:
        axes.axhline(ceiling, color=INK, linewidth=0.8, linestyle=":")
    if train.empty and validation.empty:
        _say(axes, "no curve")
        return
    axes.plot(train.index, train["mean"], color=colour, linewidth=0.8, linestyle="--", marker=_dot(train))
    mean, spread = validation["mean"], validation["std"]
    axes.fill_between(mean.index, mean - spread, mean + spread, color=colour, alpha=0.22, linewidth=0)
    axes.plot(mean.index, mean, color=colour, linewidth=1.5, marker=_dot(mean))


def gap_curves(gaps: Frame, *, looks: dict[str, Look], encoders: list[str]) -> Figure:
    """Return a panel for each architecture: train minus validation against epoch, a line for each encoder.

    `gaps`: mean and std indexed by encoder, architecture, epoch.
    """
    limits = _limits(gaps, also=0.0)
    legend = len(encoders) > 1
    with house_style():
        figure, panels = _panels(len(looks), min(COLUMNS, len(looks)), limits, foot=0.3 if legend else 0.0)
        for axes, (name, look) in zip(panels, looks.items(), strict=True):
            axes.axhline(0, color=INK, linewidth=0.8)
            axes.set_title(plain(name, TITLE), loc="left", pad=3, size=7.5)
            lines = [at(gaps, encoder=encoder, architecture=name)["mean"] for encoder in encoders]
            if all(line.empty for line in lines):
                _say(axes, "no curve")
            for number, line in enumerate(lines):
                axes.plot(line.index, line, color=look.colour, linestyle=LINES[number % 4], linewidth=1.2)
        if legend:
            handles = [
                Line2D([], [], color=INK, linestyle=LINES[number % 4], linewidth=1.2, label=plain(name))
                for number, name in enumerate(encoders)
            ]
            figure.legend(handles=handles, loc="lower center", ncols=4, fontsize=7, handlelength=3)
    return figure


def _limits(*tables: Frame, also: float | None) -> Limits:
    """Return the ends of both axes such that every curve, and the value `also`, lies inside."""
    values = [value for table in tables for value in table["mean"]] + ([] if also is None else [also])
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = max(0.06 * (high - low), 1e-3)
    last = max((epoch for table in tables for epoch in table.index.get_level_values("epoch")), default=1)
    return (0.0, last + max(0.5, 0.03 * last)), (low - room, high + room)


def _panels(
    count: int, columns: int, limits: Limits, *, head: float = 0.0, foot: float = 0.0
) -> tuple[Figure, Iterator[Axes]]:
    """Return a figure with as many panels, in rows; margins are in inches, whatever their number."""
    rows = -(-count // columns)
    left, right, above, below, between = 0.5, 0.1, 0.25 + head, 0.42 + foot, 0.14
    wide, high = left + WIDTH * columns + right, above + HEIGHT * rows + below
    figure = Figure(figsize=(wide, high))
    figure.text((left + wide) / 2 / wide, (below - 0.36) / high, "epoch", ha="center")
    return figure, (
        _panel(
            figure,
            (left + WIDTH * column) / wide,
            (below + HEIGHT * (rows - 1 - row) + 0.05) / high,
            (WIDTH - between) / wide,
            (HEIGHT - 0.28) / high,
            limits,
            labels=(row * columns + column + columns >= count, column == 0),
        )
        for row in range(rows)
        for column in range(min(columns, count - row * columns))
    )


def _panel(
    figure: Figure,
    left: float,
    bottom: float,
    width: float,
    height: float,
    limits: Limits,
    *,
    labels: tuple[bool, bool],
) -> Axes:
    axes = figure.add_axes((left, bottom, width, height))
    axes.set(xlim=limits[0], ylim=limits[1], autoscale_on=False)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.tick_params(length=2, labelsize=6.5, labelbottom=labels[0], labelleft=labels[1])
    axes.grid(True)
    return axes


def _column_head(axes: Axes, encoder: str) -> None:
    axes.annotate(
        plain(encoder, TITLE),
        (0.5, 1),
        (0, 15),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        weight="bold",
        size=8,
    )


def _say(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.4, text, transform=axes.transAxes, ha="center", size=7, style="italic")


def _dot(line: Frame) -> str:
    """Return the marker without which a curve of one epoch would not be seen."""
    return "o" if len(line) == 1 else ""
