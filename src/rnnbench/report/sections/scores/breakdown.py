"""The tables of what is hard: every architecture on every split that tests, and on every phenomenon."""

from dataclasses import dataclass, replace

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.glossary import PHENOMENA, SPLITS, described
from rnnbench.report.page.table import Table, TableCell, headings
from rnnbench.report.sections.scores.combination_grid import networks, references
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import Tables


@dataclass(frozen=True)
class BreakdownTopic:
    """Something by which a task is broken down: its picture, and the tables for the best encoder and the others."""

    picture: str
    heading: str
    note: str
    words: dict[str, str]
    best: Table
    others: Table | None


def topics(tables: Tables, task: str) -> list[BreakdownTopic]:
    """Return what is told of a task beyond its test split: of its splits, if it has several, and its phenomena."""
    return [topic for topic in (_splits(tables, task), _phenomena(tables, task)) if topic]


def _splits(tables: Tables, task: str) -> BreakdownTopic | None:
    known = breakdown.split_parts(tables, task)
    if len(known) < 2:
        return None
    columns = [TableCell(part.split, METRICS[part.metric]) for part in known]
    best, others = _tables(tables, task, known, columns, f"Scores on the splits of {task}")
    words = described((part.split for part in known), SPLITS)
    return BreakdownTopic("splits", "Split by split", _metrics(known), words, best, others)


def _metrics(known: list[Part]) -> str:
    """Return in a sentence which metric stands where."""
    splits: dict[str, list[str]] = {}
    for part in known:
        splits.setdefault(METRICS[part.metric], []).append(part.split)
    first, *more = splits
    exceptions = "".join(f"; for {', '.join(splits[metric])}: {metric}" for metric in more)
    return f"The metric is {first}{exceptions}."


def _phenomena(tables: Tables, task: str) -> BreakdownTopic | None:
    known = breakdown.phenomenon_parts(tables, task)
    if not known:
        return None
    columns = headings(*(part.phenomenon for part in known))
    best, others = _tables(tables, task, known, columns, f"Token accuracy on the test split of {task}, by phenomenon")
    words = described((part.phenomenon for part in known), PHENOMENA)
    note = f"The metric is {METRICS[breakdown.PHENOMENON_METRIC]} on the words that show the phenomenon."
    return BreakdownTopic("phenomena", "Phenomenon by phenomenon", note, words, best, others)


def _tables(
    tables: Tables, task: str, known: list[Part], columns: list[TableCell], caption: str
) -> tuple[Table, Table | None]:
    """Return a table for the best encoder, under oracle and rivals, and one for all other encoders."""
    encoders = queries.best_encoders(tables, task)
    first, rest = (networks(tables, task, some, known) for some in (encoders[:1], encoders[1:]))
    best = Table(
        caption=f"{caption}: mean ± standard deviation over seeds. The best network of a column, with any encoder, is "
        "bold.",
        corner="architecture",
        columns=[*columns, TableCell("seeds")],
        groups=[*references(tables, task, known), *first],
    )
    return best, replace(best, groups=rest) if rest else None
