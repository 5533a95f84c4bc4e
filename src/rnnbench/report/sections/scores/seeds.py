"""TODO"""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, run_scores


def seeds_table(tables: Tables, task: str, encoder: str) -> Table | None:
    """Return the lowest, mean and highest test score over seeds, with every learning rate; None without a score."""
    found = run_scores(tables, task, encoder)
    rows = []
    for (name, rate), own in found.groupby(["architecture", "learning_rate"], sort=False):
        values = own["value"]
        cells = [TableCell(f"{rate:g}", mark="best" if own["selected"].any() else "")]
        cells += [TableCell(score(number)) for number in (values.min(), values.mean(), values.max())]
        rows.append(Row(name, [*cells, TableCell(whole(len(values)))]))
    metric = METRICS.get(queries.headline(tables, task) or "", "")
    caption = f"{metric} on {task}, reading {encoder}; the chosen learning rate is bold."
    columns = headings("learning rate", "lowest", "mean", "highest", "seeds")
    return Table(caption, "architecture", columns, [Group("", rows)]) if rows else None
