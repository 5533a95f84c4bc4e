"""The tables of numbers over every encoder x architecture: accuracy, overfitting, parameters; and the encoders."""

from collections.abc import Callable

import numpy as np

from rnnbench import summaries
from rnnbench.figures.pareto import front, points
from rnnbench.report.table import Cell, Group, Row, Table, headings, percent, score, several, spread, whole
from rnnbench.summaries import INFORMATION, METRICS, Column, Frame, Tables, at, parts, tried
from rnnbench.summaries.parts import Part

PARTS = {
    "hidden": "hidden units",
    "parameters": "total",
    "parameters_input": "input",
    "parameters_recurrent": "recurrent",
    "parameters_readout": "readout",
}
Fill = Callable[[str, str], list[Cell] | None]
"""Encoder and architecture -> the cells of their row; None when there is nothing to say."""


def accuracy_table(tables: Tables, task: str) -> Table:
    """Return test scores of every combination, mean ± standard deviation over seeds, under oracle and rivals."""
    known = parts.whole_split("test", summaries.metrics(tables, task))
    return Table(
        caption=f"Test scores on {task}: mean ± standard deviation over seeds. The best network of a column is bold.",
        corner="architecture",
        columns=headings(*(METRICS[part.metric] for part in known), "seeds"),
        groups=[*references(tables, task, known), *networks(tables, task, summaries.encoders(tables, task), known)],
    )


def references(tables: Tables, task: str, known: list[Part]) -> list[Group]:
    """Return what the oracle and the classical rivals score, a column for each part and one more; perhaps nothing."""
    oracle = parts.ceilings(tables, task, known).rename(index=INFORMATION)
    found = {"The oracle, seeing": oracle, "Rivals": parts.rivals(tables, task, known)}
    return [Group(heading, _given(table), fixed=True) for heading, table in found.items() if len(table)]


def _given(table: Frame) -> list[Row]:
    return [Row(str(name), [*(Cell(score(value)) for value in line), Cell("")]) for name, line in table.iterrows()]


def networks(tables: Tables, task: str, encoders: list[str], known: list[Part], *, signed: bool = False) -> list[Group]:
    """Return a group for each encoder: a column for each part, and the number of seeds.

    The best of a column, over all of the task's encoders, is marked unless the numbers are signed.
    """
    values = parts.networks(tables, task, known)
    return grid(tables, task, encoders, _scores(values, known, signed=signed), len(known) + 1)


def _scores(values: Frame, known: list[Part], *, signed: bool) -> Fill:
    """Return what makes the cells of a row of means."""
    best = {} if signed else values["mean"].groupby(list(Part._fields)).max().to_dict()
    found = values.to_dict("index")

    def fill(encoder: str, architecture: str) -> list[Cell] | None:
        own = [found.get((encoder, architecture, *part)) for part in known]
        counts = [one["count"] for one in own if one]
        cells = [_cell(one, best.get(part), signed=signed) for one, part in zip(own, known, strict=True)]
        return [*cells, Cell(whole(max(counts)))] if counts else None

    return fill


def _cell(found: dict[str, float] | None, best: float | None, *, signed: bool) -> Cell:
    if found is None:
        return Cell("\N{EN DASH}", mark="faint")
    mark = "best" if best is not None and found["mean"] >= best else ""
    return Cell(score(found["mean"], signed=signed), spread(found["std"]), mark)


def grid(tables: Tables, task: str, encoders: list[str], fill: Fill, width: int) -> list[Group]:
    """Return a group for each encoder, a row for each architecture; who has no cells says why."""
    states = at(summaries.states(tables), task=task)
    return [
        Group(
            encoder,
            [
                _row(name, fill(encoder, name), states.loc[(encoder, name)], width)
                for name in summaries.architectures(tables, task)
            ],
        )
        for encoder in encoders
    ]


def _row(name: str, cells: list[Cell] | None, state: Column, width: int) -> Row:
    return Row(name, cells or [Cell(why(state), mark="hatched", span=width)], note=unfinished(state))


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


def parameters_table(tables: Tables, task: str) -> Table:
    """Return the size of every combination, in total and by part, its time, and what it scores on test."""
    known = at(summaries.parameters(tables), task=task).to_dict("index")
    metric, scored = summaries.headline(tables, task), points(tables, task)
    scores = {(point.encoder, point.architecture): point for point in scored}
    best = front(scored)

    def fill(encoder: str, architecture: str) -> list[Cell] | None:
        found, point = known.get((encoder, architecture)), scores.get((encoder, architecture))
        if not found:
            return None
        mark = "best" if point in best else ""
        told = Cell(score(point.score if point else np.nan), mark=mark)
        return [*(Cell(whole(found[part])) for part in PARTS), Cell(f"{found['seconds']:.1f}"), told]

    return Table(
        caption=f"What a network on {task} has to learn, its share of the seconds that its stack of runs took, and its "
        "score on test. Bold: no network of so few parameters or fewer does better.",
        corner="architecture",
        columns=headings(*PARTS.values(), "seconds", METRICS.get(metric or "", "score")),
        groups=grid(tables, task, summaries.encoders(tables, task), fill, len(PARTS) + 2),
    )


def luck_table(tables: Tables, task: str, encoder: str) -> Table | None:
    """Return the lowest, mean and highest test score over seeds, with every learning rate; None without a score."""
    found = tried(tables, task, encoder)
    rows = []
    for (name, rate), own in found.groupby(["architecture", "learning_rate"], sort=False):
        values = own["value"]
        cells = [Cell(f"{rate:g}", mark="best" if own["selected"].any() else "")]
        cells += [Cell(score(number)) for number in (values.min(), values.mean(), values.max())]
        rows.append(Row(name, [*cells, Cell(whole(len(values)))]))
    metric = METRICS.get(summaries.headline(tables, task) or "", "")
    caption = f"{metric} on {task}, reading {encoder}; the chosen learning rate is bold."
    columns = headings("learning rate", "lowest", "mean", "highest", "seeds")
    return Table(caption, "architecture", columns, [Group("", rows)]) if rows else None


def encoders_table(tables: Tables) -> Table | None:
    """Return what each encoder makes of each task's words."""
    table = tables["encoders"]
    names = ("dimension", "dimensions in use", "training words", "share a code", "unseen", "without a code")
    groups = [
        Group(task, [_encoder(row) for row in summaries.of_task(table, task).to_dict("records")])
        for task in dict.fromkeys(table["task"])
    ]
    return Table("The encoders.", "encoder", headings(*names), groups) if groups else None


def _encoder(row: dict) -> Row:
    counts = [Cell(whole(row[name])) for name in ("dimension", "codes", "training_words", "collisions")]
    return Row(row["encoder"], [*counts, Cell(percent(row["unseen_share"])), Cell(percent(row["uncoded_share"]))])


def failures_table(tables: Tables, limit: int = 200) -> Table | None:
    """Return the runs that are not done, those of a combination with the same end in one row."""
    runs = tables["runs"]
    keys = ["task", "encoder", "architecture", "status", "message", "command"]
    lost = runs[runs["status"].isin(["diverged", "failed"])].groupby(keys, sort=False)
    rows = [Row(key[2], _failure(key, members)) for key, members in list(lost)[:limit]]
    more = f" The first {limit} of {len(lost)} rows." if len(lost) > limit else ""
    columns = headings("task", "encoder", "what", "runs", "seeds", "learning rates", "message", "again with")
    caption = f"Runs that gave no network.{more}"
    return Table(caption, "architecture", columns, [Group("", rows)], numbers=False) if rows else None


def _failure(key: tuple, members: Frame) -> list[Cell]:
    task, encoder, _, status, message, command = key
    values = [listed(members[name]) for name in ("seed", "learning_rate")]
    told = (task, encoder, status, str(len(members)), *values)
    return [Cell(text) for text in (*told, message or "\N{EN DASH}", command)]


def listed(values: Column) -> str:
    """Return the distinct values of a column, in order."""
    return ", ".join(f"{value:g}" for value in sorted(set(values)))
