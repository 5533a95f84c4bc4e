"""The grid: encoders x architectures in every view, as data for the page's script; and the first view as a table."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.style import printable
from rnnbench.report.page.glossary import SPLITS, described
from rnnbench.report.page.packing import packed
from rnnbench.report.page.table import Group, Row, Shade, Table, TableCell, headings, several
from rnnbench.report.sections.scores.combination_grid import unfinished, why
from rnnbench.report.views import queries
from rnnbench.report.views.grid import GAPS, SECONDS, SIZES, Scale, View, views
from rnnbench.report.views.queries import Frame, Tables, at, of_task

Packed = dict[str, Any]
"""Plain values, as they are packed."""
WHATS = {"score": "score", "gap": "overfitting gap", "parameters": "parameters", "seconds": "training seconds"}
MEANS = ("score", "gap")
"""What is a mean over seeds, and so has a spread."""
DIGITS = {"score": 3, "gap": 3, "parameters": 0, "seconds": 2}
"""Digits behind the point that are shown."""
HEATS: tuple[Shade, ...] = get_args(Shade)
UNSCORED = "no score yet"
MAX_NAME_LENGTH = 48
"""Letters of a name, as the templates show it."""
WORDS = 30
"""Words of the sentence that is given to `rnnbench predict` as an example."""


def held(value: float, digits: int) -> int | None:
    """Return a number as a whole number of tenths of the last digit that is shown; None for none.

    Rounding that to the digits shown gives what rounding the number itself gives.

    >>> held(0.98749, 3), held(-0.5, 3), held(0.0625, 3), held(1234.0, 0), held(float("nan"), 3)
    (9874, -5000, 624, 1234, None)
    """
    if not math.isfinite(value):
        return None
    if not digits:
        return int(value)
    shown = int(f"{abs(value):.{digits}f}".replace(".", ""))
    exact = round(abs(value) * 10 ** (digits + 1))
    return int(math.copysign(exact if (exact + 5) // 10 == shown else exact - 1, value))


def written(number: int, digits: int, *, signed: bool = False) -> str:
    """Return a held number as it is shown; `shownNumber` in grid_view.js does the same.

    >>> written(9874, 3), written(-5000, 3), written(1234567, 0), written(100, 3, signed=True), written(-4, 3)
    ('0.987', '\N{MINUS SIGN}0.500', '1,234,567', '+0.010', '0.000')
    """
    size = (abs(number) + 5) // 10 if digits else abs(number)
    sign = "" if not size else "\N{MINUS SIGN}" if number < 0 else "+" if signed else ""
    return f"{sign}{size / 10**digits:,.{digits}f}"


def shade(number: int, view: Packed) -> Shade:
    """Return the shade of a held number; `shadeOf` in grid_view.js does the same."""
    low, high = view["low"], view["high"]
    if view["logarithmic"]:
        share = math.log(number / low) / math.log(high / low) if number > 0 else 0.0
    else:
        share = (number - low) / (high - low)
    return HEATS[min(9, max(0, math.floor(10 * share)))]


def known(tables: Tables, of: dict[str, Tables]) -> Packed | None:
    """Return all that the grid can show, in plain values; None where no network is planned.

    `of`: the tables of each task.

    A list over cells has the architectures' rows one after the other.
    """
    every = views(tables)
    states = queries.states(tables)
    tasks = [_task(of[task], task, found, at(states, task=task)) for task, found in every.items()]
    if not tasks:
        return None
    names = {name for task in tasks for name in (task["name"], *task["encoders"], *task["architectures"])}
    return {
        "shown": [
            [name, printable(name, MAX_NAME_LENGTH)]
            for name in sorted(names)
            if printable(name, MAX_NAME_LENGTH) != name
        ],
        "whats": WHATS,
        "metrics": METRICS | SIZES | SECONDS | {"": UNSCORED},
        "splits": GAPS,
        "meanings": described(dict.fromkeys(view["split"] for task in tasks for view in task["views"]), SPLITS),
        "unscored": UNSCORED,
        "tasks": tasks,
    }


def _task(tables: Tables, task: str, found: list[View], states: Frame) -> Packed:
    encoders, architectures = queries.encoders(tables, task), queries.architectures(tables, task)
    cells = [(encoder, architecture) for architecture in architectures for encoder in encoders]
    kinds = ["done", "diverged", "failed", "missing"]
    numbers = {name: number for number, name in enumerate(cells)}
    not_done = {numbers[name]: row for name, row in states[states["done"] < states[kinds].sum(axis=1)].iterrows()}
    return {
        "name": task,
        "encoders": encoders,
        "architectures": architectures,
        "due": int(states[kinds].sum(axis=1).max()),
        "why": [[cell, why(row)] for cell, row in not_done.items() if row["state"] != "done"],
        "unfinished": [[cell, unfinished(row)] for cell, row in not_done.items() if row["state"] == "done"],
        "messages": [[cell, printable(row["message"], 300)] for cell, row in not_done.items() if row["message"]],
        "headline": queries.headline(tables, task) or "",
        "views": [_view(view, task, cells) for view in found],
        "ties": _ties(tables, task, architectures),
        "seeds": _seeds(tables, task, cells),
        "sentence": _sentence(tables, task),
    }


def _view(view: View, task: str, cells: list[tuple[str, str]]) -> Packed:
    digits = DIGITS[view.what]
    rows = view.values.to_dict("index")
    own = [rows.get(cell) for cell in cells]
    counts = [int(row["count"]) if row else None for row in own]
    usual = Counter(count for count in counts if count is not None).most_common(1)
    seeds = usual[0][0] if usual else 0
    low, high = (held(end, digits) or 0 for end in (view.scale.low, view.scale.high))
    ends = (max(low, 1), max(high, low + 1, 2)) if view.scale.logarithmic else (low, max(high, low + 1))
    return {
        "what": view.what,
        "split": view.split,
        "metric": view.metric,
        "digits": digits,
        "caption": _caption(view, task, seeds),
        "mean": [held(row["mean"], digits) if row else None for row in own],
        "std": [held(row["std"], digits) if row else None for row in own] if view.what in MEANS else [],
        "seeds": seeds,
        "otherwise": [[cell, count] for cell, count in enumerate(counts) if count not in (None, seeds)],
        "low": ends[0],
        "high": ends[1],
        "logarithmic": view.scale.logarithmic,
        "references": [
            [one.group, printable(one.name, MAX_NAME_LENGTH), held(one.value, digits)] for one in view.references
        ],
        "scale": _scale_words(view, digits),
        "marks": [round(1000 * _share(one.value, view.scale)) for one in view.references if _inside(one.value, view)],
    }


def _caption(view: View, task: str, seeds: int) -> str:
    """Return what the view shows, in a sentence."""
    spread = "" if seeds < 2 else f": mean ± standard deviation over {several(seeds, 'seed')}"
    name = printable(task, MAX_NAME_LENGTH)
    if view.what == "parameters":
        return f"{(SIZES[view.metric]).capitalize()} of a network on {name}."
    if view.what == "seconds":
        return f"Training seconds of a run on {name}: its share of what its stack of runs took, measured once."
    metric = METRICS.get(view.metric, "Score")
    first = metric[0].upper() + metric[1:]
    if view.what == "gap":
        return f"{first} on {name}, {GAPS[view.split]}{spread.replace(': ', '; ')}."
    return f"{first} on the split {printable(view.split)} of {name}{spread}."


def _scale_words(view: View, digits: int) -> str:
    """Return in words where the colours begin and end, and what the lines on the scale are."""
    scale = view.scale
    low, high = (written(held(end, digits) or 0, digits) for end in (scale.low, scale.high))
    low_is, high_is = (printable(words, MAX_NAME_LENGTH) for words in (scale.low_is, scale.high_is))
    words = [f"Palest: {low} ({low_is}). Darkest: {high} ({high_is})."]
    lines = [one for one in view.references if _inside(one.value, view)]
    below = [one for one in view.references if one.value < scale.low]
    for heading, some in (("Lines", lines), ("Below the scale", below)):
        named = [
            f"{printable(one.text, MAX_NAME_LENGTH)} {written(held(one.value, digits) or 0, digits)}" for one in some
        ]
        words += [f"{heading}: {', '.join(named)}."] if named else []
    return " ".join([*words, *(["The colours are logarithmic."] if scale.logarithmic else [])])


def _inside(value: float, view: View) -> bool:
    return view.scale.low < value < view.scale.high


def _share(value: float, scale: Scale) -> float:
    return (value - scale.low) / (scale.high - scale.low)


def _ties(tables: Tables, task: str, architectures: list[str]) -> Packed | None:
    """Return who cannot be told from whom, by architecture; None where there is no ranking."""
    rows = of_task(tables["rankings"], task)
    if rows.empty:
        return None
    found = {row["architecture"]: row for row in rows.to_dict("records")}
    own = [found.get(name) for name in architectures]
    several_ways = rows["fair"].nunique() > 1
    return {
        "metric": str(rows["metric"].iloc[0]),
        "letters": [row["ties"] or "\N{EN DASH}" if row else "" for row in own],
        "ranks": [float(row["rank"]) if row else None for row in own],
        "fair": [printable(row["fair"], MAX_NAME_LENGTH) if row and several_ways else "" for row in own],
    }


def _seeds(tables: Tables, task: str, cells: list[tuple[str, str]]) -> Packed:
    """Return the headline score of every selected run on test, and its learning rate, by cell and then by seed."""
    scores = of_task(tables["scores"], task)
    metric = queries.headline(tables, task)
    own = scores[scores["selected"] & (scores["split"] == "test") & (scores["metric"] == metric)].dropna(
        subset=["value", "learning_rate"]
    )
    seeds, rates = (sorted(own[name].unique().tolist()) for name in ("seed", "learning_rate"))
    columns = (own[name] for name in ("encoder", "architecture", "seed", "learning_rate", "value"))
    found = {tuple(key): (rates.index(rate), value) for *key, rate, value in zip(*columns, strict=True)}
    runs = [found.get((*cell, seed)) for cell in cells for seed in seeds]
    return {
        "seeds": seeds,
        "rates": rates,
        "scores": [held(run[1], DIGITS["score"]) if run else None for run in runs],
        "chosen": [run[0] if run else None for run in runs],
    }


def _sentence(tables: Tables, task: str) -> str:
    """Return a sentence to ask a network about; empty for a task that reads numbers."""
    rows = of_task(tables["showcase"], task)
    if rows.empty or of_task(tables["encoders"], task).empty:
        return ""
    first = rows[rows["sequence"] == rows["sequence"].iloc[0]].drop_duplicates("position")
    return " ".join(first.sort_values("position")["input"].iloc[:WORDS])


def first_table(data: Packed) -> Table:
    """Return the view that the page begins with: the first task's headline metric on its test split."""
    task, view = data["tasks"][0], first_view(data)
    names = [*task["encoders"], *(["ties"] if _tied(task, view) else [])]
    networks = Group("Networks" if view["references"] else "", list(_rows(task, view)))
    return Table(view["caption"], "architecture", headings(*names), [*_references(task, view), networks])


def first_view(data: Packed) -> Packed:
    """Return what is packed of the first task's headline metric on its test split."""
    task = data["tasks"][0]
    return next((view for view in task["views"] if view["metric"] == task["headline"]), task["views"][0])


def _tied(task: Packed, view: Packed) -> bool:
    """Return whether the letters of ties are about this view."""
    ties = task["ties"]
    return bool(ties) and [view["what"], view["split"], view["metric"]] == ["score", "test", ties["metric"]]


def _references(task: Packed, view: Packed) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    more = [TableCell("")] if _tied(task, view) else []
    for group, name, value in view["references"]:
        cell = TableCell(written(value, view["digits"]), mark=shade(value, view), span=len(task["encoders"]))
        groups.setdefault(group, []).append(Row(name, [cell, *more]))
    return [Group(heading, rows, fixed=True) for heading, rows in groups.items()]


def _rows(task: Packed, view: Packed) -> Iterator[Row]:
    width = len(task["encoders"])
    for row, name in enumerate(task["architectures"]):
        cells = [_cell(task, view, row * width + column) for column in range(width)]
        ties = [TableCell(task["ties"]["letters"][row], task["ties"]["fair"][row])] if _tied(task, view) else []
        yield Row(name, [*cells, *ties])


def _cell(task: Packed, view: Packed, cell: int) -> TableCell:
    mean, digits = view["mean"][cell], view["digits"]
    if mean is None:
        return TableCell(dict(task["why"]).get(cell, UNSCORED), mark="hatched")
    std = view["std"][cell] if view["std"] else None
    seeds = dict(view["otherwise"]).get(cell)
    notes = [
        "" if std is None else f"± {written(std, digits)}",
        several(seeds, "seed") if seeds else "",
        dict(task["unfinished"]).get(cell, ""),
    ]
    number = written(mean, digits, signed=view["what"] == "gap")
    return TableCell(number, ", ".join(filter(None, notes)), shade(mean, view))


__all__ = ["first_table", "first_view", "known", "packed"]
