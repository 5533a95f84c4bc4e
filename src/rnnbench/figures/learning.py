"""Scores and gaps while learning."""

from rnnbench import summaries
from rnnbench.figures.drawing import Drawing
from rnnbench.figures.lines import gap_curves, learning_curves
from rnnbench.figures.style import looks
from rnnbench.summaries import Tables


def curves(tables: Tables, task: str) -> Drawing | None:
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


def gap_over_epochs(tables: Tables, task: str) -> Drawing | None:
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
