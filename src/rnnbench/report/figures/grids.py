"""Grids over every encoder x architecture: accuracy, overfitting, parameters."""

from collections.abc import Callable

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.heatmap import Panel, count, heatmap
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables, at

PARTS = {
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}
SMALL_GAP = 0.05
"""The scale of gaps reaches at least this far: smaller gaps stay pale."""


def accuracy(tables: Tables, task: str) -> Drawing | None:
    """Return the test score of every combination, a grid for each metric; the ceilings are marked on its scale."""
    values = at(queries.means(tables, "test"), task=task)
    marks = {metric: queries.ceilings(tables, task, metric) for metric in queries.metrics(tables, task)}
    return _grids(tables, task, values, colours="Blues", form="{:.3f}".format, ends=(1.0,), marks=marks)


def gap(tables: Tables, task: str) -> Drawing | None:
    """Return the overfitting gap, train minus test, of every combination, a grid for each metric."""
    values = at(queries.means(tables, "gap"), task=task)
    return _grids(tables, task, values, colours="Oranges", form="{:+.3f}".format, ends=(0.0, SMALL_GAP), marks={})


def _grids(
    tables: Tables,
    task: str,
    values: Frame,
    *,
    colours: str,
    form: Callable[[float], str],
    ends: tuple[float, ...],
    marks: dict[str, dict[str, float]],
) -> Drawing | None:
    """Return a grid for each metric; its scale holds at least the values `ends`."""
    rows, columns = queries.architectures(tables, task), queries.encoders(tables, task)
    panels = []
    for metric in queries.metrics(tables, task):
        grid = queries.matrix(at(values, metric=metric)["mean"], rows, columns)
        known = [*grid[~np.isnan(grid)], *marks.get(metric, {}).values(), *ends]
        panels.append(
            Panel(
                title=METRICS[metric],
                columns=columns,
                values=grid,
                words=_words(tables, task, grid, form),
                low=max(0.0, min(known)),
                high=max(known),
                colours=colours,
                marks=marks.get(metric, {}),
            )
        )
    return heatmap(rows, panels) if panels and rows and columns else None


def _words(tables: Tables, task: str, grid: np.ndarray, form: Callable[[float], str]) -> list[list[str]]:
    """Return what to write into each cell: its number, or why it has none."""
    states = at(queries.states(tables), task=task)["state"].to_dict()
    rows, columns = queries.architectures(tables, task), queries.encoders(tables, task)
    return [
        [word(value, form, states[encoder, name]) for encoder, value in zip(columns, line, strict=True)]
        for name, line in zip(rows, grid, strict=True)
    ]


def word(value: float, form: Callable[[float], str], state: str) -> str:
    """Return what to write into a cell: its number, or why it has none."""
    if np.isnan(value):
        return "no score" if state == "done" else state
    return form(value)


def parameters(tables: Tables, task: str) -> Drawing | None:
    """Return the parameters of every combination, in total and by part, on a logarithmic scale."""
    rows, columns = queries.architectures(tables, task), queries.encoders(tables, task)
    table = at(queries.parameters(tables), task=task)
    if table.empty:
        return None
    sizes = table[list(PARTS)]
    low, high = float(sizes[sizes > 0].min(axis=None)), float(sizes.max(axis=None))
    panels = []
    for part, title in PARTS.items():
        grid = queries.matrix(table[part], rows, columns)
        words = _words(tables, task, grid, count)
        panels.append(Panel(title, columns, grid, words, low, high, colours="Purples", logarithmic=True, bar=False))
    return heatmap(rows, panels)
