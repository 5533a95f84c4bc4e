"""The table of parameters: the size of every network by part, its training time and its score."""

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.pareto import front, points
from rnnbench.report.page.table import Table, TableCell, headings, score, whole
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, at

SIZES = {
    "hidden": "hidden units",
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}


def parameters_table(tables: Tables, task: str) -> Table:
    """Return the number of parameters of every combination, its training seconds and its score on the test split."""
    sizes = at(queries.parameters(tables), task=task).to_dict("index")
    metric, scored = queries.headline(tables, task), points(tables, task)
    scores = {(point.encoder, point.architecture): point for point in scored}
    best = front(scored)

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        size, point = sizes.get((encoder, architecture)), scores.get((encoder, architecture))
        if not size:
            return None
        score_cell = TableCell(score(point.score if point else np.nan), mark="best" if point in best else "")
        return [*(TableCell(whole(size[name])) for name in SIZES), TableCell(f"{size['seconds']:.1f}"), score_cell]

    return Table(
        caption=f"The parameters of a network on {task}, its training seconds (its share of the time of its stack of "
        "runs), and its test score. Bold: no network with at most that many parameters scores higher.",
        corner="architecture",
        columns=headings(*SIZES.values(), "seconds", METRICS.get(metric or "", "score")),
        groups=grid(tables, task, queries.encoders(tables, task), fill, len(SIZES) + 2),
    )
