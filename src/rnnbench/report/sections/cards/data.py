"""The data cards: statistics of each corpus, its Bayes-optimal ceilings, and its audit for shortcuts."""

import numpy as np

from rnnbench import tasks
from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.cards import Card, cards_of
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, percent, score, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Tables, of_task
from rnnbench.report.wording.glossary import FACTS, MEASURES, display_name, meanings
from rnnbench.tasks import Task


def corpus_stats_table(tables: Tables, task: str) -> Table | None:
    """Return the statistics of a task's corpus: a row for each, a column for each split; None without any."""
    rows = of_task(tables["corpora"], task)
    values = dict(zip(zip(rows["split"], rows["fact"], strict=True), rows["value"], strict=True))
    names, splits = dict.fromkeys(rows["fact"]), dict.fromkeys(rows["split"])
    lines = [
        Row(
            display_name(name, FACTS), [TableCell(_number(name, values.get((split, name), np.nan))) for split in splits]
        )
        for name in names
    ]
    caption = f"The sequences of {task}: means over the corpora of all seeds."
    return Table(caption, "statistic", headings(*splits), [Group("", lines)]) if lines else None


def _number(name: str, value: float) -> str:
    if np.isnan(value):
        return "\N{EN DASH}"
    if name.endswith("_share"):
        return percent(value)
    return whole(value) if value == int(value) or value >= 1000 else f"{value:.1f}"


def ceilings_table(tables: Tables, task: str) -> Table | None:
    """Return the scores of the oracle on each split, by the information that it uses; None without an oracle."""
    metric = queries.headline(tables, task)
    rows = of_task(tables["ceilings"], task)
    rows = rows[(rows["metric"] == metric) & (rows["phenomenon"] == ALL)]
    if metric is None or rows.empty:
        return None
    scores = rows.set_index(["information", "split"])["value"].to_dict()
    splits = list(dict.fromkeys(rows["split"]))
    lines = [
        Row(name, [TableCell(score(scores.get((information, split), np.nan))) for split in splits])
        for information, name in INFORMATION.items()
    ]
    caption = f"The ceiling: {METRICS[metric]} of the Bayes-optimal tagger on {task}."
    return Table(caption, "it sees", headings(*splits), [Group("", lines)])


def audit_table(tables: Tables, task: str) -> Table | None:
    """Return the figures of a task's audit with their upper limits; None without an audit."""
    rows = of_task(tables["audit"], task).to_dict("records")
    lines = [
        Row(row["measure"], _figure(row["value"], row["limit"]), note="" if row["part"] == ALL else row["part"])
        for row in rows
    ]
    caption = (
        f"The audit of {task}: the first seed's corpus, on the test split. A figure with a limit must not be above it."
    )
    return Table(caption, "measure", headings("figure", "limit"), [Group("", lines)]) if lines else None


def _figure(value: float, limit: float) -> list[TableCell]:
    mark: Mark = "" if np.isnan([value, limit]).any() else "right" if value <= limit else "wrong"
    return [TableCell(score(value), mark=mark), TableCell(score(limit))]


def probes(tables: Tables, task: str) -> dict[str, str]:
    """Return the parts of the sentence that the probes of a task's audit see, by the name of the probe."""
    names = of_task(tables["audit"], task)["measure"]
    return meanings((name for name in names if name.startswith("probe_")), MEASURES)


def measures(tables: Tables, task: str) -> dict[str, str]:
    """Return the meanings of the other measures of a task's audit, by name."""
    names = of_task(tables["audit"], task)["measure"]
    return meanings((name for name in names if not name.startswith("probe_")), MEASURES)


def families(tables: Tables, names: list[str]) -> list[tuple[str, list[str]]]:
    """Return a heading and the tasks below it: these tasks, where those of one family and kind share a heading."""
    facts = tables["corpora"].drop_duplicates("task").set_index("task")[["family", "kind"]].T.to_dict("list")
    groups: dict[tuple[str, str], list[str]] = {}
    for name in names:
        family, kind = facts.get(name, ("", ""))
        groups.setdefault((family or name, kind), []).append(name)
    return [(family if len(members) > 1 else members[0], members) for (family, _), members in groups.items()]


def task_card(tables: Tables, task: str) -> Card | None:
    """Return the card of a task's kind; None where nothing is known of its corpus."""
    return next(iter(cards_of(tasks, Task, list(of_task(tables["corpora"], task)["kind"][:1]))), None)
