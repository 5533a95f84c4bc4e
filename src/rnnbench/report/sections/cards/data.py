"""The data card: what a corpus is made of, and whether it has shortcuts."""

import numpy as np

from rnnbench import tasks
from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.cards import Card, cards_of, kinds_of
from rnnbench.report.page.glossary import FACTS, MEASURES, called, described
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, percent, score, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Tables, of_task
from rnnbench.tasks import Task


def facts_table(tables: Tables, task: str) -> Table | None:
    """Return the facts about a task's corpus: a row for each fact, a column for each split."""
    rows = of_task(tables["corpora"], task)
    known = dict(zip(zip(rows["split"], rows["fact"], strict=True), rows["value"], strict=True))
    names, splits = dict.fromkeys(rows["fact"]), dict.fromkeys(rows["split"])
    lines = [
        Row(called(name, FACTS), [TableCell(_fact(name, known.get((split, name), np.nan))) for split in splits])
        for name in names
    ]
    return Table(f"The sequences of {task}.", "fact", headings(*splits), [Group("", lines)]) if lines else None


def _fact(name: str, value: float) -> str:
    if np.isnan(value):
        return "\N{EN DASH}"
    return percent(value) if name.endswith("_share") else whole(value) if value == int(value) else f"{value:g}"


def ceilings_table(tables: Tables, task: str) -> Table | None:
    """Return what the oracle scores on each split, by what it sees; None where there is no oracle."""
    metric = queries.headline(tables, task)
    rows = of_task(tables["ceilings"], task)
    rows = rows[(rows["metric"] == metric) & (rows["phenomenon"] == ALL)]
    if metric is None or rows.empty:
        return None
    known = rows.set_index(["information", "split"])["value"].to_dict()
    splits = list(dict.fromkeys(rows["split"]))
    lines = [
        Row(words, [TableCell(score(known.get((kind, split), np.nan))) for split in splits])
        for kind, words in INFORMATION.items()
    ]
    caption = f"What can be known: {METRICS[metric]} of the exact oracle on {task}."
    return Table(caption, "it sees", headings(*splits), [Group("", lines)])


def audit_table(tables: Tables, task: str) -> Table | None:
    """Return the figures of a task's audit beside the limits that they must not be above."""
    rows = of_task(tables["audit"], task).to_dict("records")
    lines = [Row(row["measure"], _figure(row["value"], row["limit"]), note=_part(row["part"])) for row in rows]
    caption = f"The audit of {task}, on the test split. Where there is a limit, a figure must not be above it."
    return Table(caption, "measure", headings("figure", "limit"), [Group("", lines)]) if lines else None


def _part(name: str) -> str:
    return "" if name == ALL else name


def _figure(value: float, limit: float) -> list[TableCell]:
    mark: Mark = "" if np.isnan([value, limit]).any() else "right" if value <= limit else "wrong"
    return [TableCell(score(value), mark=mark), TableCell(score(limit))]


def probes(tables: Tables, task: str) -> dict[str, str]:
    """Return what the probes of a task's audit see, by name."""
    measured = of_task(tables["audit"], task)["measure"]
    return described((name for name in measured if name.startswith("probe_")), MEASURES)


def measures(tables: Tables, task: str) -> dict[str, str]:
    """Return what the other figures of a task's audit mean, by name."""
    measured = of_task(tables["audit"], task)["measure"]
    return described((name for name in measured if not name.startswith("probe_")), MEASURES)


def task_card(task: str) -> Card | None:
    """Return the card of a task, whatever its settings; None for one with a name of its own."""
    return next(iter(cards_of(tasks, Task, kinds_of([task]))), None)
