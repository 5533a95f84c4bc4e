"""TODO"""

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.pareto import front, points
from rnnbench.report.page.table import Table, TableCell, headings, score, whole
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, at

PARTS = {
    "hidden": "hidden units",
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}


def parameters_table(tables: Tables, task: str) -> Table:
    """Return the size of every combination, in total and by part, its time, and what it scores on test."""
    known = at(queries.parameters(tables), task=task).to_dict("index")
    metric, scored = queries.headline(tables, task), points(tables, task)
    scores = {(point.encoder, point.architecture): point for point in scored}
    best = front(scored)

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        found, point = known.get((encoder, architecture)), scores.get((encoder, architecture))
        if not found:
            return None
        mark = "best" if point in best else ""
        told = TableCell(score(point.score if point else np.nan), mark=mark)
        return [*(TableCell(whole(found[part])) for part in PARTS), TableCell(f"{found['seconds']:.1f}"), told]

    return Table(
        caption=f"What a network on {task} has to learn, its share of the seconds that its stack of runs took, and its "
        "score on test. Bold: no network of so few parameters or fewer does better.",
        corner="architecture",
        columns=headings(*PARTS.values(), "seconds", METRICS.get(metric or "", "score")),
        groups=grid(tables, task, queries.encoders(tables, task), fill, len(PARTS) + 2),
    )
