"""The table of accuracy: the test scores of every combination."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Table, headings
from rnnbench.report.sections.scores.combination_grid import networks, references
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.queries import Tables


def accuracy_table(tables: Tables, task: str) -> Table:
    """Return the test scores of every combination: means with 95 % intervals, below the oracle and baselines."""
    parts = breakdown.whole_split("test", queries.metrics(tables, task))
    return Table(
        caption=f"Test scores on {task}: mean over seeds and its 95 % interval. The best network of a column is bold.",
        corner="architecture",
        columns=headings(*(METRICS[part.metric] for part in parts), "seeds"),
        groups=[*references(tables, task, parts), *networks(tables, task, queries.encoders(tables, task), parts)],
    )
