"""The tables of the breakdown: every architecture on every test split, and on every phenomenon."""

from dataclasses import dataclass, replace

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Table, TableCell, headings
from rnnbench.report.sections.scores.combination_grid import networks, references
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.glossary import PHENOMENA, SPLITS, meanings


@dataclass(frozen=True)
class BreakdownTopic:
    """One breakdown of a task: its picture, and a table for the best encoder and one for all others."""

    picture: str
    heading: str
    note: str
    meanings: dict[str, str]
    best: Table
    others: Table | None


def topics(tables: Tables, task: str) -> list[BreakdownTopic]:
    """Return the breakdowns of a task: by split, if it has several test splits, and by phenomenon, if it has any."""
    return [topic for topic in (_splits(tables, task), _phenomena(tables, task)) if topic]


def _splits(tables: Tables, task: str) -> BreakdownTopic | None:
    parts = breakdown.split_parts(tables, task)
    if len(parts) < 2:
        return None
    columns = [TableCell(part.split, METRICS[part.metric]) for part in parts]
    best, others = _tables(tables, task, parts, columns, f"Scores on the splits of {task}")
    names = meanings((part.split for part in parts), SPLITS)
    return BreakdownTopic("splits", "By split", _metrics_sentence(parts), names, best, others)


def _metrics_sentence(parts: list[Part]) -> str:
    """Return a sentence that names the metric of each split."""
    splits: dict[str, list[str]] = {}
    for part in parts:
        splits.setdefault(METRICS[part.metric], []).append(part.split)
    first, *more = splits
    exceptions = "".join(f"; for {', '.join(splits[metric])}: {metric}" for metric in more)
    return f"The metric is {first}{exceptions}."


def _phenomena(tables: Tables, task: str) -> BreakdownTopic | None:
    parts = breakdown.phenomenon_parts(tables, task)
    if not parts:
        return None
    columns = headings(*(part.phenomenon for part in parts))
    best, others = _tables(tables, task, parts, columns, f"Token accuracy on the test split of {task}, by phenomenon")
    names = meanings((part.phenomenon for part in parts), PHENOMENA)
    note = f"The metric is {METRICS[breakdown.PHENOMENON_METRIC]} on the words that show the phenomenon."
    return BreakdownTopic("phenomena", "By phenomenon", note, names, best, others)


def _tables(
    tables: Tables, task: str, parts: list[Part], columns: list[TableCell], caption: str
) -> tuple[Table, Table | None]:
    """Return a table for the best encoder, below the oracle and the baselines, and one for all other encoders."""
    encoders = queries.best_encoders(tables, task)
    first, rest = (networks(tables, task, names, parts) for names in (encoders[:1], encoders[1:]))
    best = Table(
        caption=f"{caption}: mean over seeds and its 95 % interval. The best network of a column, with any encoder, is "
        "bold.",
        corner="architecture",
        columns=[*columns, TableCell("seeds")],
        groups=[*references(tables, task, parts), *first],
    )
    return best, replace(best, groups=rest) if rest else None
