"""The table of seeds: how far the scores of one network differ between seeds, at every learning rate."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Tables, run_scores


def seeds_table(tables: Tables, task: str, encoder: str) -> Table | None:
    """Return the lowest, mean and highest test score over seeds at every learning rate; None without any score."""
    rows, unfinal = [], convergence.architectures(tables, task, encoder)
    runs = run_scores(tables, task, encoder)
    for (architecture, rate), runs_at_rate in runs.groupby(["architecture", "learning_rate"], sort=False):
        values = runs_at_rate["value"]
        cells = [TableCell(f"{rate:g}", mark="best" if runs_at_rate["selected"].any() else "")]
        cells += [TableCell(score(value)) for value in (values.min(), values.mean(), values.max())]
        rows.append(Row(architecture, [*cells, TableCell(whole(len(values)))], converged=architecture not in unfinal))
    metric = METRICS.get(queries.headline(tables, task) or "", "")
    caption = f"{metric} on {task}, reading {encoder}; the chosen learning rate is bold."
    columns = headings("learning rate", "lowest", "mean", "highest", "seeds")
    return Table(caption, "architecture", columns, [Group("", rows)]) if rows else None
