"""How much networks learn by heart, as tables: gaps with their intervals, and when validation turns."""

import math

from rnnbench.evaluation.metrics import METRICS, compared_by
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.queries import Frame, Tables, at, of_task
from rnnbench.results.schemas import COMBINATION

PLACE = ["encoder", "architecture"]


def between(low: float, high: float) -> str:
    """Return an interval as a note; nothing where a single seed has none."""
    return "" if math.isnan(low) else f"{score(low, signed=True)} to {score(high, signed=True)}"


def gap_table(tables: Tables, task: str) -> Table:
    """Return train minus test of every combination with its interval, and when validation turns."""
    rows = of_task(tables["overfitting"], task)
    known = [metric for metric in METRICS if metric in set(rows["metric"])]
    headline = compared_by(known)
    found = rows.set_index([*PLACE, "metric"]).to_dict("index")
    turning = of_task(tables["turning"], task).set_index(PLACE).to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        own = [found.get((encoder, architecture, metric)) for metric in known]
        if not any(own):
            return None
        end = found.get((encoder, architecture, headline))
        turn = turning.get((encoder, architecture))
        return [
            *map(_gap, own),
            _gap(end, "_at_end"),
            *_turning(turn),
            TableCell(whole(max(one["runs"] for one in own if one))),
        ]

    names = [METRICS[metric] for metric in known]
    late = f"{METRICS[headline]}, last epoch" if headline else "last epoch"
    columns = headings(*names, late, "loss turns", "runs that turn", "loss rises by", "seeds")
    caption = f"Overfitting on {task}: train minus test after the best epoch, mean over seeds and its 95 % interval."
    groups = grid(tables, task, queries.encoders(tables, task), fill, len(columns))
    return Table(caption, "architecture", columns, groups)


def _gap(found: dict[str, float] | None, ending: str = "") -> TableCell:
    if found is None or math.isnan(found[f"gap{ending}"]):
        return TableCell("\N{EN DASH}", mark="faint")
    low, high = found[f"low{ending}"], found[f"high{ending}"]
    return TableCell(score(found[f"gap{ending}"], signed=True), between(low, high))


def _turning(found: dict[str, float] | None) -> list[TableCell]:
    if found is None:
        return [TableCell("\N{EN DASH}", mark="faint")] * 3
    turns = TableCell(f"epoch {found['epoch']:.1f}", f"of {whole(found['epochs'])}")
    return [turns, TableCell(f"{100 * found['turned']:.0f} %"), TableCell(score(found["rise"]))]


def sizes_table(tables: Tables, family: str) -> Table:
    """Return score and gap of every combination of a family, a column for each number of training sequences."""
    metric, found = training_size.over_sizes(tables, family)
    numbers = sorted(set(found.index.get_level_values("size")))
    groups = [
        Group(f"{SPLITS[split]}, {encoder}", list(_rows(at(found, encoder=encoder, split=split), numbers)))
        for split in SPLITS
        for encoder in dict.fromkeys(found.index.get_level_values("encoder"))
    ]
    caption = f"{METRICS.get(metric, metric)} on {family} by training sequences: mean over seeds, 95 % interval."
    return Table(caption, "architecture", headings(*(f"{n:,}" for n in numbers)), groups)


SPLITS = {"test": "Test", "gap": "Gap after the best epoch", "gap_at_end": "Gap after the last epoch"}


def _rows(found: Frame, numbers: list[int]) -> list[Row]:
    known = found.to_dict("index")
    names = dict.fromkeys(found.index.get_level_values("architecture"))
    return [Row(name, [_size(known.get((name, number))) for number in numbers]) for name in names]


def _size(found: dict[str, float] | None) -> TableCell:
    return (
        TableCell("\N{EN DASH}")
        if found is None
        else TableCell(score(found["mean"]), between(found["low"], found["high"]))
    )


assert set(PLACE) < set(COMBINATION)
