"""TODO"""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Table, headings
from rnnbench.report.sections.scores.combination_grid import networks, references
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.queries import Tables


def accuracy_table(tables: Tables, task: str) -> Table:
    """Return test scores of every combination, mean ± standard deviation over seeds, under oracle and rivals."""
    known = breakdown.whole_split("test", queries.metrics(tables, task))
    return Table(
        caption=f"Test scores on {task}: mean ± standard deviation over seeds. The best network of a column is bold.",
        corner="architecture",
        columns=headings(*(METRICS[part.metric] for part in known), "seeds"),
        groups=[*references(tables, task, known), *networks(tables, task, queries.encoders(tables, task), known)],
    )
