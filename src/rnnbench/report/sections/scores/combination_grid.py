"""The rows of tables over encoders x architectures, which accuracy, breakdown, overfitting and parameters share."""

from collections.abc import Callable

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.report.page.table import Group, Row, TableCell, score, several, whole
from rnnbench.report.views import breakdown, convergence, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import INFORMATION, Column, Frame, Tables, at

Fill = Callable[[str, str], list[TableCell] | None]
"""Encoder and architecture -> the cells of their row; None without any number."""


def references(tables: Tables, task: str, parts: list[Part]) -> list[Group]:
    """Return the scores of the oracle and the baselines: a column for each part, and an empty one for the seeds."""
    oracle = breakdown.ceilings(tables, task, parts).rename(index=INFORMATION)
    scores = {"The oracle, seeing": oracle, "Baselines": breakdown.baselines(tables, task, parts)}
    return [Group(heading, _reference_rows(table), fixed=True) for heading, table in scores.items() if len(table)]


def _reference_rows(table: Frame) -> list[Row]:
    return [
        Row(str(name), [*(TableCell(score(value)) for value in values), TableCell("")])
        for name, values in table.iterrows()
    ]


def networks(tables: Tables, task: str, encoders: list[str], parts: list[Part]) -> list[Group]:
    """Return a group for each encoder: a column of scores for each part, and one for the number of seeds.

    The best score of a column, over all encoders of the task, is bold.
    """
    means = breakdown.network_scores(tables, task, parts)
    best = means["mean"].groupby(list(Part._fields)).max().to_dict()
    rows = means.to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        by_part = {part: rows.get((encoder, architecture, *part)) for part in parts}
        counts = [row["count"] for row in by_part.values() if row]
        cells = [_mean(row, best.get(part)) for part, row in by_part.items()]
        return [*cells, TableCell(whole(max(counts)))] if counts else None

    return grid(tables, task, encoders, fill, len(parts) + 1)


def _mean(row: dict[str, float] | None, best: float | None) -> TableCell:
    if row is None:
        return TableCell("\N{EN DASH}", mark="faint")
    mark = "best" if best is not None and row["mean"] >= best else ""
    return TableCell(score(row["mean"]), interval_text(row["low"], row["high"], score), mark)


def grid(tables: Tables, task: str, encoders: list[str], fill: Fill, width: int) -> list[Group]:
    """Return a group for each encoder and a row for each architecture.

    A row without numbers is one hatched cell over `width` columns with the reason.
    """
    states = at(queries.states(tables), task=task)
    unfinal = convergence.not_converged(tables)
    return [
        Group(
            encoder,
            [
                _row(
                    architecture,
                    fill(encoder, architecture),
                    states.loc[(encoder, architecture)],
                    width=width,
                    converged=(task, encoder, architecture) not in unfinal,
                )
                for architecture in queries.architectures(tables, task)
            ],
        )
        for encoder in encoders
    ]


def _row(architecture: str, cells: list[TableCell] | None, state: Column, *, width: int, converged: bool) -> Row:
    no_number = TableCell(reason_without_number(state), mark="hatched", span=width)
    return Row(architecture, cells or [no_number], note=unfinished(state), converged=converged)


def reason_without_number(state: Column) -> str:
    """Return in words why a combination has no number, from its row of `queries.states`."""
    if state["state"] == queries.LEFT_OUT:
        return "not part of the experiment"
    if state["state"] == "missing":
        return "missing: not trained yet"
    if state["state"] == "done":
        return "no score yet"
    planned = int(state[["done", "diverged", "failed", "missing"]].sum())
    return f"{state['state']}: {several(state[state['state']], 'run')} of {planned}"


def unfinished(state: Column) -> str:
    """Return the number of runs that diverged, failed or are missing, if others are done; else ""."""
    if state["state"] != "done":
        return ""
    return ", ".join(f"{state[status]} {status}" for status in ("diverged", "failed", "missing") if state[status])
