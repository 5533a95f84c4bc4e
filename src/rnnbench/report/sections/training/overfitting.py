"""The tables of overfitting: gaps with their intervals, and the step at which the validation loss turns."""

import math

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS, compared_by
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, signed_score, whole
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.queries import Frame, Tables, at, of_task

KEYS = ["encoder", "architecture"]
SPLITS = {"test": "Test", "gap": "Gap after the best step", "gap_at_end": "Gap after the last step"}


def gap_table(tables: Tables, task: str) -> Table:
    """Return the gap of every combination with its interval, and the step at which its validation loss turns."""
    rows = of_task(tables["overfitting"], task)
    metrics = [metric for metric in METRICS if metric in set(rows["metric"])]
    headline = compared_by(metrics)
    gaps = rows.set_index([*KEYS, "metric"]).to_dict("index")
    turning = of_task(tables["turning"], task).set_index(KEYS).to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        by_metric = [gaps.get((encoder, architecture, metric)) for metric in metrics]
        if not any(by_metric):
            return None
        return [
            *map(_gap, by_metric),
            _gap(gaps.get((encoder, architecture, headline)), "_at_end"),
            *_turning(turning.get((encoder, architecture))),
            TableCell(whole(max(gap["runs"] for gap in by_metric if gap))),
        ]

    names = [METRICS[metric] for metric in metrics]
    at_end = f"{METRICS[headline]}, last step" if headline else "last step"
    columns = headings(*names, at_end, "loss turns", "runs that turn", "loss rises by", "seeds")
    caption = f"Overfitting on {task}: train minus test after the best step, mean over seeds and its 95 % interval."
    groups = grid(tables, task, queries.encoders(tables, task), fill, len(columns))
    return Table(caption, "architecture", columns, groups)


def _gap(row: dict[str, float] | None, suffix: str = "") -> TableCell:
    """Return the gap after the best step, or after the last one (suffix "_at_end"), with its interval."""
    if row is None or math.isnan(row[f"gap{suffix}"]):
        return TableCell("\N{EN DASH}", mark="faint")
    return TableCell(
        score(row[f"gap{suffix}"], signed=True), interval_text(row[f"low{suffix}"], row[f"high{suffix}"], signed_score)
    )


def _turning(row: dict[str, float] | None) -> list[TableCell]:
    """Return the step at which the loss turns, the share of runs in which it does, and by how much it rises."""
    if row is None:
        return [TableCell("\N{EN DASH}", mark="faint")] * 3
    step = TableCell(f"step {whole(row['step'])}", f"of {whole(row['steps'])}")
    return [step, TableCell(f"{100 * row['turned']:.0f} %"), TableCell(score(row["rise"]))]


def sizes_table(tables: Tables, family: str) -> Table:
    """Return score and gaps of every combination of a family, with a column for each number of training sequences."""
    metric, means = training_size.over_sizes(tables, family)
    sizes = sorted(set(means.index.get_level_values("size")))
    unfinal = training_size.not_converged(tables, family)
    groups = [
        Group(f"{heading}, {encoder}", _rows(at(means, encoder=encoder, split=split), sizes, unfinal))
        for split, heading in SPLITS.items()
        for encoder in dict.fromkeys(means.index.get_level_values("encoder"))
    ]
    caption = f"{METRICS.get(metric, metric)} on {family} by training sequences: mean over seeds, 95 % interval."
    return Table(caption, "architecture", headings(*(f"{size:,}" for size in sizes)), groups)


def _rows(means: Frame, sizes: list[int], unfinal: frozenset[str]) -> list[Row]:
    """Return a row for each architecture, with a cell for each number of training sequences."""
    rows = means.to_dict("index")
    names = dict.fromkeys(means.index.get_level_values("architecture"))
    return [
        Row(name, [_mean(rows.get((name, size))) for size in sizes], converged=name not in unfinal) for name in names
    ]


def _mean(row: dict[str, float] | None) -> TableCell:
    return (
        TableCell("\N{EN DASH}")
        if row is None
        else TableCell(score(row["mean"]), interval_text(row["low"], row["high"], signed_score))
    )
