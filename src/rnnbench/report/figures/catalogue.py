"""The figures of every task: tidy tables -> figures -> SVG text, the same bytes for the same tables."""

import io
import itertools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure

from rnnbench.report.figures.breakdown import phenomena, splits
from rnnbench.report.figures.budget import budget
from rnnbench.report.figures.grids import accuracy, gap, parameters
from rnnbench.report.figures.learning import curve_metric, curves, gap_over_steps
from rnnbench.report.figures.memory import lags, lengths
from rnnbench.report.figures.pair import pair
from rnnbench.report.figures.pareto import pareto
from rnnbench.report.figures.profiles import profiles
from rnnbench.report.figures.ranks import ranks
from rnnbench.report.figures.seeds import seeds
from rnnbench.report.figures.style import house_style
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.figures.training_size import gap_by_size
from rnnbench.report.views import memory, queries, training_size
from rnnbench.report.views.queries import Tables

__all__ = ["Picture", "curve_metric", "figure_files", "pictures", "svg"]

Graphic = Figure | Drawing
"""What the function of a figure returns."""


@dataclass(frozen=True)
class Picture:
    """A figure of one task: `kind` is the name of its function, `encoder` is empty where it shows several encoders.

    Of a family of tasks, with several lags or numbers of training sequences, `task` is the family's name.
    """

    kind: str
    task: str
    encoder: str
    file: str
    svg: str


def figure_files(tables: Tables) -> dict[str, str]:
    """Return the SVG text of every figure by file name."""
    return {picture.file: picture.svg for picture in pictures(tables)}


def pictures(tables: Tables) -> list[Picture]:
    """Return every figure for which the tables have data, of the tasks in `training_size.shown_tables`."""
    tables = training_size.shown_tables(tables)
    result: list[Picture] = []
    for task, kind, encoder, figure in _all_figures(tables):
        file = _file_name({picture.file for picture in result}, kind, task, encoder)
        result.append(Picture(kind, task, encoder, file, svg(figure)))
    return result


def _all_figures(tables: Tables) -> Iterator[tuple[str, str, str, Graphic]]:
    """Yield task, kind, encoder and figure."""
    tables_of_task = queries.by_task(tables)
    for task in training_size.alone(tables):
        yield from ((task, *figure) for figure in _figures(tables_of_task[task], task))
    for draw, family in itertools.product((lags, budget), memory.several_lags(tables)):
        figure = draw(tables, family)
        if figure is not None:
            yield family, draw.__name__, "", figure
    for family in training_size.families(tables):
        figure = gap_by_size(tables, family)
        if figure is not None:
            yield family, "gap_by_size", "", figure


def _figures(tables: Tables, task: str) -> Iterator[tuple[str, str, Graphic]]:
    """Yield kind, encoder and figure of one task; figures of one encoder are of the best encoder on average."""
    for draw in (accuracy, gap, parameters, pareto, ranks, profiles, curves, gap_over_steps, lengths):
        figure = draw(tables, task)
        if figure is not None:
            yield draw.__name__, "", figure
    for draw, encoder in itertools.product((splits, phenomena, seeds, pair), queries.best_encoders(tables, task)[:1]):
        figure = draw(tables, task, encoder)
        if figure is not None:
            yield draw.__name__, encoder, figure


def _file_name(taken: set[str], *words: str) -> str:
    """Return a file name of letters, digits and hyphens that is not taken yet."""
    stem = "-".join(re.sub(r"\W+", "_", word, flags=re.ASCII).strip("_")[:40] or "x" for word in words if word)
    names = (f"{stem}{number}.svg" for number in ("", *(f"-{again}" for again in range(2, len(taken) + 3))))
    return next(name for name in names if name not in taken)


def svg(figure: Graphic) -> str:
    """Return a figure as SVG text, without a date or random identifiers; letters stay text."""
    if isinstance(figure, Drawing):
        return figure.svg
    buffer = io.StringIO()
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's browser has it
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
