"""Grids of architectures x encoders: test scores, overfitting gaps, parameters."""

from collections.abc import Callable

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.heatmap import Panel, count, heatmap
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables, at

PARTS = {
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}
"""Column of parameter counts -> title of its panel."""
SMALL_GAP = 0.05
"""The scale of gaps reaches at least this far, so that gaps that are all small stay pale."""


def accuracy(tables: Tables, task: str) -> Drawing | None:
    """Return the test score of every combination, a grid for each metric; its colour bar marks the ceilings."""
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
    """Return a grid for each metric; its colour scale covers its values, its marks, and `ends`."""
    rows, columns = queries.architectures(tables, task), queries.encoders(tables, task)
    panels = []
    for metric in queries.metrics(tables, task):
        grid = queries.matrix(at(values, metric=metric)["mean"], rows, columns)
        scale = [*grid[~np.isnan(grid)], *marks.get(metric, {}).values(), *ends]
        panels.append(
            Panel(
                title=METRICS[metric],
                columns=columns,
                values=grid,
                texts=_cell_texts(tables, task, grid, form),
                low=max(0.0, min(scale)),
                high=max(scale),
                colours=colours,
                marks=marks.get(metric, {}),
            )
        )
    return heatmap(rows, panels) if panels and rows and columns else None


def _cell_texts(
    tables: Tables, task: str, grid: np.ndarray, form: Callable[[float], str], *, final: bool = False
) -> list[list[str]]:
    """Return the text of each cell: see `cell_text`. More training does not change what is `final`."""
    states = at(queries.states(tables), task=task)["state"].to_dict()
    rows, columns = queries.architectures(tables, task), queries.encoders(tables, task)
    unfinal = frozenset() if final else convergence.not_converged(tables)
    return [
        [
            cell_text(value, form, states[encoder, name], converged=(task, encoder, name) not in unfinal)
            for encoder, value in zip(columns, row, strict=True)
        ]
        for name, row in zip(rows, grid, strict=True)
    ]


def cell_text(value: float, form: Callable[[float], str], state: str, *, converged: bool = True) -> str:
    """Return the text of a cell: its value, or the state of its runs where it has none."""
    if np.isnan(value):
        return "no score" if state == "done" else state
    return convergence.marked(form(value), converged=converged)


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
        texts = _cell_texts(tables, task, grid, count, final=True)
        panels.append(Panel(title, columns, grid, texts, low, high, colours="Purples", logarithmic=True, bar=False))
    return heatmap(rows, panels)
