"""Solved against training budget: which share of the blocks had solved a lag after so many training steps."""

from collections.abc import Iterator

from scipy.special import betaincinv

from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.figures.axes import DASHES, Axis, frame, legend, legend_width, mark
from rnnbench.report.figures.style import Style, styles
from rnnbench.report.figures.svg import Drawing, drawing, group, label, path
from rnnbench.report.views import memory
from rnnbench.report.views.memory import Budget
from rnnbench.report.views.queries import Tables

WIDTH, HEIGHT, COLUMNS = 170.0, 92.0, 3
"""Width and height of a panel in points, and the largest number of panels in a row."""
LEFT, TOP, BETWEEN, BELOW = 40.0, 34.0, 44.0, 46.0
"""Room to the left of each panel and above all, between panels, and below each for its axis and the next title."""
APART = 1.2
"""Lines are shifted by so many points each, so that none hides another where both are 0 or both are 1."""


def budget(tables: Tables, family: str) -> Drawing | None:
    """Return a panel for each lag: the share of blocks that had solved it, against the training step.

    A line for each architecture; its mark is where the last of its runs ended, with the 95 % interval.
    None where no run has a curve.
    """
    by_lag = memory.budgets(tables, family)
    if not by_lag:
        return None
    setting = memory.setting(tables, family)
    shown = {name for networks in by_lag.values() for name in networks}
    style_of = {name: style for name, style in styles(tables).items() if name in shown}
    x, y = steps_axis(by_lag, WIDTH), Axis(0.0, 1.0, HEIGHT)
    parts = [label(f"Share of blocks with a calibrated score of {SOLVED:g} on validation", 0, 10, limit=90)]
    for number, (lag, networks) in enumerate(by_lag.items()):
        column, row = number % COLUMNS, number // COLUMNS
        place = f"translate({LEFT + column * (WIDTH + BETWEEN):g} {TOP + row * (HEIGHT + BELOW):g})"
        last_row = number + COLUMNS >= len(by_lag)
        lines = budget_lines(networks, style_of, x, y)
        title = label(f"{setting} {lag}", 0, -6, font_weight="bold")
        axes = frame(x, y, along="training step" if last_row else "", up="")
        parts.append(group([title, *axes, *lines], transform=place))
    right = LEFT + min(len(by_lag), COLUMNS) * (WIDTH + BETWEEN) - BETWEEN / 2
    unfinal = {name for networks in by_lag.values() for name, shown in networks.items() if not shown.converged}
    parts += legend(style_of, right, TOP + 4, unfinal=unfinal)
    height = TOP + max(-(-len(by_lag) // COLUMNS) * (HEIGHT + BELOW), 11.5 * len(style_of) + 8)
    return drawing(right + legend_width(style_of), height, parts)


def steps_axis(by_lag: dict[int, dict[str, Budget]], width: float) -> Axis:
    """Return the axis of training steps: logarithmic, from the first step at which any run had solved its lag."""
    every = [budget for networks in by_lag.values() for budget in networks.values()]
    last = max(budget.steps for budget in every)
    first = min((float(budget.solved_after[0]) for budget in every if len(budget.solved_after)), default=last / 100)
    return Axis(max(first, 1.0) / 1.5, max(last * 1.1, first * 2.0, 2.0), width, logarithmic=True)


def budget_lines(networks: dict[str, Budget], style_of: dict[str, Style], x: Axis, y: Axis) -> Iterator[str]:
    """Yield the lines of the networks of one panel."""
    for number, (name, style) in enumerate(style_of.items()):
        if name in networks:
            yield from _line(networks[name], style, x, y, APART * number)


def _line(budget: Budget, style: Style, x: Axis, y: Axis, shift: float) -> Iterator[str]:
    """Yield the line of one network, and the mark and the interval at its end; all `shift` points higher."""
    corners, share = [(x.low, 0.0)], 0.0
    for count, step in enumerate(budget.solved_after, 1):
        corners += [(float(step), share), (float(step), count / budget.blocks)]
        share = count / budget.blocks
    corners.append((float(budget.steps), share))
    points = [(x.place(step), y.length - y.place(level) - shift) for step, level in corners]
    yield path(points, fill="none", stroke=style.colour, stroke_width=1.4, stroke_dasharray=DASHES[style.line])
    across, ends = points[-1][0], interval_of_share(len(budget.solved_after), budget.blocks)
    yield path([(across, y.length - y.place(end) - shift) for end in ends], stroke=style.colour, stroke_width=0.8)
    look = {"fill": style.colour} if budget.converged else {"fill": "none", "stroke": style.colour}
    yield mark(style.marker, *points[-1], 2.6, **look)


def interval_of_share(count: int, of: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934).

    >>> interval_of_share(0, 20)[0], round(interval_of_share(0, 20)[1], 3), interval_of_share(20, 20)[1]
    (0.0, 0.168, 1.0)
    """
    low = float(betaincinv(count, of - count + 1, 0.025)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 0.975)) if count < of else 1.0
    return low, high
