"""Grids over every architecture x part of what is tested, with one encoder: splits, and phenomena."""

from collections.abc import Callable

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.grids import word
from rnnbench.report.figures.heatmap import Panel, heatmap
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import Tables, at

UNKNOWN = "\N{EN DASH}"


def splits(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return the score on every split that tests, under those of the oracle and of the rivals; a grid per metric."""
    known = breakdown.split_parts(tables, task)
    return _grids(tables, known, (task, encoder), lambda part: part.split) if len(known) > 1 else None


def phenomena(tables: Tables, task: str, encoder: str) -> Drawing | None:
    """Return the score on the test split's words of every phenomenon, under those of the oracle and of the rivals."""
    known = breakdown.phenomenon_parts(tables, task)
    return _grids(tables, known, (task, encoder), lambda part: part.phenomenon) if known else None


def _grids(tables: Tables, known: list[Part], place: tuple[str, str], name: Callable[[Part], str]) -> Drawing | None:
    """Return a grid of the parts of each metric, for a task and encoder; `name` is what a part's column is called."""
    task, encoder = place
    architectures = queries.architectures(tables, task)
    if not architectures:
        return None
    oracle, rivals = breakdown.ceilings(tables, task, known), breakdown.rivals(tables, task, known)
    own = breakdown.means(breakdown.networks(tables, task, known), encoder, architectures, known)
    values = np.concatenate([oracle.to_numpy(float), rivals.to_numpy(float), own])
    given = [*(f"oracle: {kind}" for kind in oracle.index), *rivals.index]
    states = at(queries.states(tables), task=task, encoder=encoder)["state"]
    why = ["done"] * len(given) + [states[architecture] for architecture in architectures]
    panels = []
    for metric in dict.fromkeys(part.metric for part in known):
        where = [column for column, part in enumerate(known) if part.metric == metric]
        panels.append(_panel(METRICS[metric], [name(known[column]) for column in where], values[:, where], why))
    return heatmap([*given, *architectures], panels, ruled=frozenset({len(oracle), len(given)} - {0}))


def _panel(title: str, columns: list[str], values: np.ndarray, why: list[str]) -> Panel:
    words = [[_word(value, state) for value in line] for line, state in zip(values, why, strict=True)]
    return Panel(title, columns, values, words, low=float(np.nanmin(values, initial=1.0)), high=1.0)


def _word(value: float, state: str) -> str:
    return UNKNOWN if np.isnan(value) and state == "done" else word(value, "{:.3f}".format, state)
