"""Pictures: tidy tables -> matplotlib figures -> SVG text, the same bytes each time."""

import io
import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure

from rnnbench.report.figures.breakdown import phenomena, splits
from rnnbench.report.figures.grids import accuracy, gap, parameters
from rnnbench.report.figures.learning import curve_metric, curves, gap_over_epochs
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


@dataclass(frozen=True)
class Picture:
    """A picture of one task: `kind` is the function that drew it; some are of one encoder.

    Some are of a family of tasks, at several lags or numbers of training sequences: then `task` is the family's name.
    """

    kind: str
    task: str
    encoder: str
    file: str
    svg: str


def figure_files(tables: Tables) -> dict[str, str]:
    """Return the SVG text of every picture by file name."""
    return {picture.file: picture.svg for picture in pictures(tables)}


def pictures(tables: Tables) -> list[Picture]:
    """Return every picture for which the tables have something to show, of the tasks that are told."""
    tables = training_size.shown_tables(tables)
    drawn: list[Picture] = []
    for task, kind, encoder, figure in _all_figures(tables):
        file = _file_name({picture.file for picture in drawn}, kind, task, encoder)
        drawn.append(Picture(kind, task, encoder, file, svg(figure)))
    return drawn


Drawn = Figure | Drawing


def _all_figures(tables: Tables) -> Iterator[tuple[str, str, str, Drawn]]:
    of = queries.by_task(tables)
    for task in training_size.alone(tables):
        yield from ((task, *found) for found in _figures(of[task], task))
    for family in memory.several_lags(tables):
        figure = lags(tables, family)
        if figure is not None:
            yield family, "lags", "", figure
    for family in training_size.families(tables):
        figure = gap_by_size(tables, family)
        if figure is not None:
            yield family, "gap_by_size", "", figure


def _figures(tables: Tables, task: str) -> Iterator[tuple[str, str, Drawn]]:
    for draw in (accuracy, gap, parameters, pareto, ranks, profiles, curves, gap_over_epochs, lengths):
        figure = draw(tables, task)
        if figure is not None:
            yield draw.__name__, "", figure
    for draw, encoder in _with_encoders(tables, task):
        figure = draw(tables, task, encoder)
        if figure is not None:
            yield draw.__name__, encoder, figure


def _with_encoders(tables: Tables, task: str) -> Iterator[tuple[Callable[[Tables, str, str], Drawn | None], str]]:
    """Yield what draws a picture of one encoder, and for which: that which is best on average."""
    yield from itertools.product((splits, phenomena, seeds, pair), queries.best_encoders(tables, task)[:1])


def _file_name(taken: set[str], *words: str) -> str:
    stem = "-".join(re.sub(r"\W+", "_", word, flags=re.ASCII).strip("_")[:40] or "x" for word in words if word)
    names = (f"{stem}{number}.svg" for number in ("", *(f"-{again}" for again in range(2, len(taken) + 3))))
    return next(name for name in names if name not in taken)


def svg(figure: Drawn) -> str:
    """Return a picture as SVG text: no date, no random name, letters as letters."""
    if isinstance(figure, Drawing):
        return figure.svg
    buffer = io.StringIO()
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's browser has it
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
