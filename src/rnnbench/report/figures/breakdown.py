"""Grids of architectures x test splits, and of architectures x phenomena, with one encoder."""

from collections.abc import Callable

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.grids import cell_text
from rnnbench.report.figures.heatmap import Panel, heatmap
from rnnbench.report.figures.style import printable
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import breakdown, convergence, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import Tables, at

NOT_MEASURED = "\N{EN DASH}"
"""Text of a cell without a score although its runs are done."""


def splits(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return the scores on every test split, below those of the oracle and the baselines; a grid for each metric."""
    parts = breakdown.split_parts(tables, task)
    return _grids(tables, parts, (task, encoder), lambda part: part.split) if len(parts) > 1 else None


def phenomena(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return the scores on every phenomenon of the test split, below those of the oracle and the baselines."""
    parts = breakdown.phenomenon_parts(tables, task)
    return _grids(tables, parts, (task, encoder), lambda part: part.phenomenon) if parts else None


def _grids(tables: Tables, parts: list[Part], place: tuple[str, str], name: Callable[[Part], str]) -> Drawing | None:
    """Return a grid of the parts of each metric, for a task and encoder; `name` returns the heading of a part."""
    task, encoder = place
    architectures = queries.architectures(tables, task)
    if not architectures:
        return None
    oracle, baselines = breakdown.ceilings(tables, task, parts), breakdown.baselines(tables, task, parts)
    networks = breakdown.means(breakdown.network_scores(tables, task, parts), encoder, architectures, parts)
    values = np.concatenate([oracle.to_numpy(float), baselines.to_numpy(float), networks])
    references = [*(f"oracle: {kind}" for kind in oracle.index), *baselines.index]
    state_of = at(queries.states(tables), task=task, encoder=encoder)["state"]
    states = ["done"] * len(references) + [state_of[architecture] for architecture in architectures]
    panels = []
    for metric in dict.fromkeys(part.metric for part in parts):
        columns = [column for column, part in enumerate(parts) if part.metric == metric]
        headings = [name(parts[column]) for column in columns]
        panels.append(_panel(METRICS[metric], headings, values[:, columns], states))
    ruled = frozenset({len(oracle), len(references)} - {0})
    unfinal = convergence.architectures(tables, task, encoder)
    names = [convergence.marked(printable(name), converged=name not in unfinal) for name in architectures]
    return heatmap([*references, *names], panels, ruled=ruled)


def _panel(title: str, columns: list[str], values: np.ndarray, states: list[str]) -> Panel:
    texts = [[_cell_text(value, state) for value in row] for row, state in zip(values, states, strict=True)]
    return Panel(title, columns, values, texts, low=float(np.nanmin(values, initial=1.0)), high=1.0)


def _cell_text(value: float, state: str) -> str:
    return NOT_MEASURED if np.isnan(value) and state == "done" else cell_text(value, "{:.3f}".format, state)
