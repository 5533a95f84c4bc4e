"""The tables of numbers over every encoder x architecture: accuracy, overfitting, parameters; and the encoders."""

from collections.abc import Callable

from rnnbench.report.page.table import Group, Row, TableCell, score, several, spread, whole
from rnnbench.report.views import breakdown, queries
from rnnbench.report.views.breakdown import Part
from rnnbench.report.views.queries import INFORMATION, Column, Frame, Tables, at

Fill = Callable[[str, str], list[TableCell] | None]
"""Encoder and architecture -> the cells of their row; None when there is nothing to say."""


def references(tables: Tables, task: str, known: list[Part]) -> list[Group]:
    """Return what the oracle and the classical rivals score, a column for each part and one more; perhaps nothing."""
    oracle = breakdown.ceilings(tables, task, known).rename(index=INFORMATION)
    found = {"The oracle, seeing": oracle, "Rivals": breakdown.baselines(tables, task, known)}
    return [Group(heading, _given(table), fixed=True) for heading, table in found.items() if len(table)]


def _given(table: Frame) -> list[Row]:
    return [
        Row(str(name), [*(TableCell(score(value)) for value in line), TableCell("")]) for name, line in table.iterrows()
    ]


def networks(tables: Tables, task: str, encoders: list[str], known: list[Part], *, signed: bool = False) -> list[Group]:
    """Return a group for each encoder: a column for each part, and the number of seeds.

    The best of a column, over all of the task's encoders, is marked unless the numbers are signed.
    """
    values = breakdown.network_scores(tables, task, known)
    return grid(tables, task, encoders, _scores(values, known, signed=signed), len(known) + 1)


def _scores(values: Frame, known: list[Part], *, signed: bool) -> Fill:
    """Return what makes the cells of a row of means."""
    best = {} if signed else values["mean"].groupby(list(Part._fields)).max().to_dict()
    found = values.to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        own = [found.get((encoder, architecture, *part)) for part in known]
        counts = [one["count"] for one in own if one]
        cells = [_cell(one, best.get(part), signed=signed) for one, part in zip(own, known, strict=True)]
        return [*cells, TableCell(whole(max(counts)))] if counts else None

    return fill


def _cell(found: dict[str, float] | None, best: float | None, *, signed: bool) -> TableCell:
    if found is None:
        return TableCell("\N{EN DASH}", mark="faint")
    mark = "best" if best is not None and found["mean"] >= best else ""
    return TableCell(score(found["mean"], signed=signed), spread(found["std"]), mark)


def grid(tables: Tables, task: str, encoders: list[str], fill: Fill, width: int) -> list[Group]:
    """Return a group for each encoder, a row for each architecture; who has no cells says why."""
    states = at(queries.states(tables), task=task)
    return [
        Group(
            encoder,
            [
                _row(name, fill(encoder, name), states.loc[(encoder, name)], width)
                for name in queries.architectures(tables, task)
            ],
        )
        for encoder in encoders
    ]


def _row(name: str, cells: list[TableCell] | None, state: Column, width: int) -> Row:
    return Row(name, cells or [TableCell(why(state), mark="hatched", span=width)], note=unfinished(state))


def why(state: Column) -> str:
    """Return in words why a combination has no number."""
    if state["state"] == "missing":
        return "missing: not trained yet"
    if state["state"] == "done":
        return "no score yet"
    due = int(state[["done", "diverged", "failed", "missing"]].sum())
    return f"{state['state']}: {several(state[state['state']], 'run')} of {due}"


def unfinished(state: Column) -> str:
    """Return what became of the runs that are not done, when some others are."""
    if state["state"] != "done":
        return ""
    return ", ".join(f"{state[kind]} {kind}" for kind in ("diverged", "failed", "missing") if state[kind])
