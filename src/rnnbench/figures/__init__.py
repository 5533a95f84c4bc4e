"""Pictures: tidy tables -> matplotlib figures -> SVG text, the same bytes each time."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from rnnbench import summaries
from rnnbench.figures.heatmap import Panel, count, heatmap
from rnnbench.figures.lines import gap_curves, learning_curves
from rnnbench.figures.style import house_style, looks, plain
from rnnbench.summaries import METRICS, Column, Frame, Tables, at

PARTS = {
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}
SMALL_GAP = 0.05
"""The scale of gaps reaches at least this far: smaller gaps stay pale."""


@dataclass(frozen=True)
class Picture:
    """A picture of one task: `kind` is the function below that drew it; the pair has one for each encoder."""

    kind: str
    task: str
    encoder: str
    file: str
    svg: str


def figure_files(tables: Tables) -> dict[str, str]:
    """Return the SVG text of every picture by file name."""
    return {picture.file: picture.svg for picture in pictures(tables)}


def pictures(tables: Tables) -> list[Picture]:
    """Return every picture for which the tables have something to show."""
    drawn: list[Picture] = []
    for task in summaries.tasks(tables):
        for kind, encoder, figure in _figures(tables, task):
            file = _file_name({picture.file for picture in drawn}, kind, task, encoder)
            drawn.append(Picture(kind, task, encoder, file, svg(figure)))
    return drawn


def _figures(tables: Tables, task: str) -> Iterator[tuple[str, str, Figure]]:
    for draw in (accuracy, gap, parameters, curves, gap_over_epochs):
        figure = draw(tables, task)
        if figure is not None:
            yield draw.__name__, "", figure
    for encoder in summaries.encoders(tables, task):
        figure = pair(tables, task, encoder)
        if figure is not None:
            yield "pair", encoder, figure


def _file_name(taken: set[str], *words: str) -> str:
    stem = "-".join(re.sub(r"\W+", "_", word, flags=re.ASCII).strip("_")[:40] or "x" for word in words if word)
    names = (f"{stem}{number}.svg" for number in ("", *(f"-{again}" for again in range(2, len(taken) + 3))))
    return next(name for name in names if name not in taken)


def svg(figure: Figure) -> str:
    """Return a figure as SVG text: no date, no random name, letters as letters."""
    buffer = io.StringIO()
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's browser has it
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def accuracy(tables: Tables, task: str) -> Figure | None:
    """Return the test score of every combination, a grid for each metric; the ceilings are marked on its scale."""
    values = at(summaries.means(tables, "test"), task=task)
    marks = {metric: summaries.ceilings(tables, task, metric) for metric in summaries.metrics(tables, task)}
    return _grids(tables, task, values, colours="Blues", form="{:.3f}".format, ends=(1.0,), marks=marks)


def gap(tables: Tables, task: str) -> Figure | None:
    """Return the overfitting gap, train minus test, of every combination, a grid for each metric."""
    values = at(summaries.means(tables, "gap"), task=task)
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
) -> Figure | None:
    """Return a grid for each metric; its scale holds at least the values `ends`."""
    rows, columns = summaries.architectures(tables), summaries.encoders(tables, task)
    panels = []
    for metric in summaries.metrics(tables, task):
        grid = summaries.matrix(at(values, metric=metric)["mean"], rows, columns)
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
    states = at(summaries.states(tables), task=task)["state"].to_dict()
    rows, columns = summaries.architectures(tables), summaries.encoders(tables, task)
    return [
        [_word(value, form, states[encoder, name]) for encoder, value in zip(columns, line, strict=True)]
        for name, line in zip(rows, grid, strict=True)
    ]


def _word(value: float, form: Callable[[float], str], state: str) -> str:
    if np.isnan(value):
        return "no score" if state == "done" else state
    return form(value)


def parameters(tables: Tables, task: str) -> Figure | None:
    """Return the parameters of every combination, in total and by part, on a logarithmic scale."""
    rows, columns = summaries.architectures(tables), summaries.encoders(tables, task)
    table = at(summaries.parameters(tables), task=task)
    if table.empty:
        return None
    sizes = table[list(PARTS)]
    low, high = float(sizes[sizes > 0].min(axis=None)), float(sizes.max(axis=None))
    panels = []
    for part, title in PARTS.items():
        grid = summaries.matrix(table[part], rows, columns)
        words = _words(tables, task, grid, count)
        panels.append(Panel(title, columns, grid, words, low, high, colours="Purples", logarithmic=True, bar=False))
    return heatmap(rows, panels)


def curves(tables: Tables, task: str) -> Figure | None:
    """Return train and validation score against epoch, a panel for every combination."""
    metric = curve_metric(tables, task)
    if metric is None:
        return None
    table = summaries.curves(tables, task, metric)
    return learning_curves(
        summaries.over_seeds(table["train"]),
        summaries.over_seeds(table["validation"]),
        looks=looks(summaries.architectures(tables)),
        encoders=summaries.encoders(tables, task),
        ceiling=summaries.ceilings(tables, task, metric).get("sentence"),
    )


def gap_over_epochs(tables: Tables, task: str) -> Figure | None:
    """Return train minus validation against epoch, a panel for each architecture."""
    metric = curve_metric(tables, task)
    if metric is None:
        return None
    table = summaries.curves(tables, task, metric)
    gaps = summaries.over_seeds(table["train"] - table["validation"])
    known = looks(summaries.architectures(tables))
    return gap_curves(gaps, looks=known, encoders=summaries.encoders(tables, task)) if len(gaps) else None


def curve_metric(tables: Tables, task: str) -> str | None:
    """Return the metric whose curve is drawn: the task's headline, or else another that was followed."""
    followed = set(summaries.of_task(tables["history"], task)["metric"])
    return next((metric for metric in (*summaries.HEADLINES, "loss") if metric in followed), None)


def pair(tables: Tables, task: str, encoder: str) -> Figure | None:
    """Return each architecture's probabilities of the slots of the word that two sentences share.

    Two panels, one for each sentence; the right slot is framed. None when the showcase has no such word.
    """
    showcase = summaries.of_task(tables["showcase"], task)
    position = summaries.pivot(showcase) if summaries.labelled(showcase) else None
    if position is None:
        return None
    values = at(summaries.answers(showcase), encoder=encoder, position=position)
    values = values.rename(index=summaries.slot, level="output").groupby(values.index.names, sort=False).sum()
    slots = list(dict.fromkeys(map(summaries.slot, showcase["output"])))
    states = at(summaries.states(tables), task=task, encoder=encoder)["state"]
    steps = summaries.sentences(showcase)
    panels = [
        _slots(at(values, sequence=number), slots, states, at(steps, sequence=number), position) for number in (0, 1)
    ]
    return heatmap(list(states.index), panels)


def _slots(values: Column, slots: list[str], states: Column, steps: Frame, position: int) -> Panel:
    """Return the probabilities of the slots at one position of one sequence: architectures x slots."""
    grid = summaries.matrix(values.swaplevel(), list(states.index), slots)
    right = summaries.slot(steps["target"][position])
    return Panel(
        title=plain(" ".join(steps["input"]), limit=40),
        columns=slots,
        values=grid,
        words=[
            [_word(value, "{:.2f}".format, state) for value in line] for line, state in zip(grid, states, strict=True)
        ],
        low=0.0,
        high=1.0,
        colours="Greens",
        bar=False,
        framed=frozenset((i, j) for i, j in np.argwhere(~np.isnan(grid)).tolist() if slots[j] == right),
    )
