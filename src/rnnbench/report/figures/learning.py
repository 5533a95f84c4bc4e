"""Learning curves: scores and gaps against the training step."""

from rnnbench.report.figures.lines import gap_curves, learning_curves
from rnnbench.report.figures.style import styles
from rnnbench.report.figures.svg import Drawing
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Tables


def curves(tables: Tables, task: str) -> Drawing | None:
    """Return train and validation score against the training step, a panel for every combination."""
    metric = curve_metric(tables, task)
    if metric is None:
        return None
    table = queries.curves(tables, task, metric)
    return learning_curves(
        queries.over_seeds(table["train"]),
        queries.over_seeds(table["validation"]),
        styles=styles(tables),
        encoders=queries.encoders(tables, task),
        ceiling=queries.ceilings(tables, task, metric).get("sentence"),
        unfinal={(reads, name) for where, reads, name in convergence.not_converged(tables) if where == task},
    )


def gap_over_steps(tables: Tables, task: str) -> Drawing | None:
    """Return train minus validation against the training step, a panel for each architecture."""
    metric = curve_metric(tables, task)
    if metric is None:
        return None
    table = queries.curves(tables, task, metric)
    gaps = queries.over_seeds(table["train"] - table["validation"])
    if gaps.empty:
        return None
    return gap_curves(gaps, styles=styles(tables), encoders=queries.encoders(tables, task))


def curve_metric(tables: Tables, task: str) -> str | None:
    """Return the metric of the learning curves: the first of HEADLINES that `history` has, or else the loss."""
    metrics = set(queries.of_task(tables["history"], task)["metric"])
    return next((metric for metric in (*queries.HEADLINES, "loss") if metric in metrics), None)
