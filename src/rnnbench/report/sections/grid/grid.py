"""The grid of encoders x architectures: all views as data for grid.js, and the first view as a table."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.style import printable
from rnnbench.report.page.packing import packed
from rnnbench.report.page.table import Group, Row, Shade, Table, TableCell, identifiers, several
from rnnbench.report.sections.scores.combination_grid import reason_without_number, unfinished
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.grid import GAPS, SECONDS, SIZES, Reference, Scale, View, views
from rnnbench.report.views.queries import Frame, Tables, at, of_task
from rnnbench.report.wording.glossary import SPLITS, meanings
from rnnbench.report.wording.names import name_of

Packed = dict[str, Any]
"""Plain values that become JSON inside the page."""
QUANTITIES = {"score": "score", "gap": "overfitting gap", "parameters": "parameters", "seconds": "training seconds"}
MEANS = ("score", "gap")
"""The quantities that are means over seeds, with an interval."""
DIGITS = {"score": 3, "gap": 3, "parameters": 0, "seconds": 2}
"""Number of decimals of each quantity."""
ENDS = ("low", "high")
"""The ends of the interval of a mean."""
SHADES: tuple[Shade, ...] = get_args(Shade)
UNSCORED = "no score yet"
MAX_NAME_LENGTH = 48
"""Largest number of characters of a name, as in the templates."""
MAX_WORDS = 30
"""Largest number of words of the sentence in the example of `rnnbench predict`."""


def scaled(value: float, digits: int) -> int | None:
    """Return a number in units of a tenth of its last decimal, as an integer; None for NaN or infinity.

    Rounding the integer to `digits` decimals gives the same text as rounding the number. Without decimals the unit
    is 1.

    >>> scaled(0.98749, 3), scaled(-0.5, 3), scaled(0.0625, 3), scaled(1234.0, 0), scaled(float("nan"), 3)
    (9874, -5000, 624, 1234, None)
    """
    if not math.isfinite(value):
        return None
    if not digits:
        return int(value)
    rounded = int(f"{abs(value):.{digits}f}".replace(".", ""))
    tenths = round(abs(value) * 10 ** (digits + 1))
    return int(math.copysign(tenths if (tenths + 5) // 10 == rounded else tenths - 1, value))


def formatted(number: int, digits: int, *, signed: bool = False) -> str:
    """Return a scaled number as text; `formatNumber` in grid_view.js does the same.

    >>> formatted(9874, 3), formatted(-5000, 3), formatted(1234567, 0), formatted(100, 3, signed=True), formatted(-4, 3)
    ('0.987', '\N{MINUS SIGN}0.500', '1,234,567', '+0.010', '0.000')
    """
    size = (abs(number) + 5) // 10 if digits else abs(number)
    sign = "" if not size else "\N{MINUS SIGN}" if number < 0 else "+" if signed else ""
    return f"{sign}{size / 10**digits:,.{digits}f}"


def shade(number: int, view: Packed) -> Shade:
    """Return the shade of a scaled number in a view; `shadeOf` in grid_view.js does the same."""
    low, high = view["palest"], view["darkest"]
    if view["logarithmic"]:
        share = math.log(number / low) / math.log(high / low) if number > 0 else 0.0
    else:
        share = (number - low) / (high - low)
    return SHADES[min(9, max(0, math.floor(10 * share)))]


def grid_data(tables: Tables, tables_of: dict[str, Tables]) -> Packed | None:
    """Return all views of all tasks as plain values; None without any network.

    `tables_of` has the tables of each task. A list over cells has the rows of the architectures one after another.
    """
    states = queries.states(tables)
    tasks = [
        _task(tables_of[task], task, views_of_task, at(states, task=task))
        for task, views_of_task in views(tables).items()
    ]
    if not tasks:
        return None
    known = {name for task in tasks for name in (*task["encoders"], *task["architectures"])}
    known |= {name for task in tasks for view in task["views"] for _, name, _ in view["references"]}
    names = sorted(known | {task["name"] for task in tasks})
    return {
        "shown": [[name, text] for name in names if (text := printable(name, MAX_NAME_LENGTH)) != name],
        "named": [[name, name_of(name)] for name in sorted(known) if name_of(name) != name],
        "whats": QUANTITIES,
        "metrics": METRICS | SIZES | SECONDS | {"": UNSCORED},
        "splits": GAPS,
        "meanings": meanings(dict.fromkeys(view["split"] for task in tasks for view in task["views"]), SPLITS),
        "unscored": UNSCORED,
        "tasks": tasks,
    }


def _task(tables: Tables, task: str, views_of_task: list[View], states: Frame) -> Packed:
    encoders, architectures = queries.encoders(tables, task), queries.architectures(tables, task)
    cells = [(encoder, architecture) for architecture in architectures for encoder in encoders]
    planned = states[["done", "diverged", "failed", "missing"]].sum(axis=1)
    numbers = {cell: number for number, cell in enumerate(cells)}
    unfinal = convergence.not_converged(tables)
    without = (states["done"] < planned) | (states["state"] == queries.LEFT_OUT)
    not_done = {numbers[cell]: row for cell, row in states[without].iterrows()}
    return {
        "name": task,
        "encoders": encoders,
        "architectures": architectures,
        "due": [int(planned[cell]) for cell in cells],
        "why": [[cell, reason_without_number(row)] for cell, row in not_done.items() if row["state"] != "done"],
        "unfinished": [[cell, unfinished(row)] for cell, row in not_done.items() if row["state"] == "done"],
        "messages": [[cell, printable(row["message"], 300)] for cell, row in not_done.items() if row["message"]],
        "unfinal": [number for cell, number in numbers.items() if (task, *cell) in unfinal],
        "headline": queries.headline(tables, task) or "",
        "views": [_view(view, task, cells) for view in views_of_task],
        "seeds": _seeds(tables, task, cells),
        "sentence": _example_sentence(tables, task),
    }


def _view(view: View, task: str, cells: list[tuple[str, str]]) -> Packed:
    digits = DIGITS[view.what]
    by_cell = view.values.to_dict("index")
    rows = [by_cell.get(cell) for cell in cells]
    counts = [int(row["count"]) if row else None for row in rows]
    most_common = Counter(count for count in counts if count is not None).most_common(1)
    seeds = most_common[0][0] if most_common else 0
    low, high = (scaled(end, digits) or 0 for end in (view.scale.low, view.scale.high))
    ends = (max(low, 1), max(high, low + 1, 2)) if view.scale.logarithmic else (low, max(high, low + 1))
    return {
        "what": view.what,
        "split": view.split,
        "metric": view.metric,
        "digits": digits,
        "caption": _caption(view, task, seeds),
        "mean": [scaled(row["mean"], digits) if row else None for row in rows],
        **{end: [scaled(row[end], digits) if row else None for row in rows] for end in ENDS if view.what in MEANS},
        "seeds": seeds,
        "otherwise": [[cell, count] for cell, count in enumerate(counts) if count not in (None, seeds)],
        "palest": ends[0],
        "darkest": ends[1],
        "logarithmic": view.scale.logarithmic,
        "references": [
            [reference.group, printable(reference.name, MAX_NAME_LENGTH), scaled(reference.value, digits)]
            for reference in view.references
        ],
        "scale": _scale_sentence(view, digits),
        "marks": [round(1000 * _share(reference.value, view.scale)) for reference in _references_on_scale(view)],
    }


def _caption(view: View, task: str, seeds: int) -> str:
    """Return the caption of a view."""
    over_seeds = "" if seeds < 2 else f": mean over {several(seeds, 'seed')}"
    name = printable(task, MAX_NAME_LENGTH)
    if view.what == "parameters":
        return f"{SIZES[view.metric].capitalize()} of a network on {name}."
    if view.what == "seconds":
        return f"Training seconds of a run on {name}: its share of the time of its stack of runs, measured once."
    metric = METRICS.get(view.metric, "Score")
    first = metric[0].upper() + metric[1:]
    if view.what == "gap":
        return f"{first} on {name}, {GAPS[view.split]}{over_seeds.replace(': ', '; ')}."
    return f"{first} on the split {printable(view.split)} of {name}{over_seeds}."


def _scale_sentence(view: View, digits: int) -> str:
    """Return the ends of the colour scale and the references on it, in words."""
    scale = view.scale
    low, high = (formatted(scaled(end, digits) or 0, digits) for end in (scale.low, scale.high))
    low_is, high_is = (printable(words, MAX_NAME_LENGTH) for words in (scale.low_is, scale.high_is))
    words = [f"Palest: {low} ({low_is}). Darkest: {high} ({high_is})."]
    below = [reference for reference in view.references if reference.value < scale.low]
    for heading, references in (("Lines", _references_on_scale(view)), ("Below the scale", below)):
        texts = [
            f"{printable(reference.text, MAX_NAME_LENGTH)} {formatted(scaled(reference.value, digits) or 0, digits)}"
            for reference in references
        ]
        words += [f"{heading}: {', '.join(texts)}."] if texts else []
    return " ".join([*words, *(["The colours are logarithmic."] if scale.logarithmic else [])])


def _references_on_scale(view: View) -> list[Reference]:
    """Return the references between the ends of the scale."""
    return [reference for reference in view.references if view.scale.low < reference.value < view.scale.high]


def _share(value: float, scale: Scale) -> float:
    return (value - scale.low) / (scale.high - scale.low)


def _seeds(tables: Tables, task: str, cells: list[tuple[str, str]]) -> Packed:
    """Return the headline test score and the learning rate of every selected run, by cell and then by seed."""
    scores = of_task(tables["scores"], task)
    metric = queries.headline(tables, task)
    selected = scores[scores["selected"] & (scores["split"] == "test") & (scores["metric"] == metric)].dropna(
        subset=["value", "learning_rate"]
    )
    seeds, rates = (sorted(selected[name].unique().tolist()) for name in ("seed", "learning_rate"))
    columns = (selected[name] for name in ("encoder", "architecture", "seed", "learning_rate", "value"))
    by_run = {tuple(key): (rates.index(rate), value) for *key, rate, value in zip(*columns, strict=True)}
    runs = [by_run.get((*cell, seed)) for cell in cells for seed in seeds]
    return {
        "seeds": seeds,
        "rates": rates,
        "scores": [scaled(run[1], DIGITS["score"]) if run else None for run in runs],
        "chosen": [run[0] if run else None for run in runs],
    }


def _example_sentence(tables: Tables, task: str) -> str:
    """Return a sentence for the example of `rnnbench predict`; "" for a task with numbers as inputs."""
    rows = of_task(tables["showcase"], task)
    if rows.empty or of_task(tables["encoders"], task).empty:
        return ""
    first = rows[rows["sequence"] == rows["sequence"].iloc[0]].drop_duplicates("position")
    return " ".join(first.sort_values("position")["input"].iloc[:MAX_WORDS])


def first_table(data: Packed) -> Table:
    """Return the first view as a table: the headline metric of the first task on its test split."""
    task, view = data["tasks"][0], first_view(data)
    networks = Group("Networks" if view["references"] else "", list(_rows(task, view)))
    return Table(view["caption"], "architecture", identifiers(*task["encoders"]), [*_references(task, view), networks])


def first_view(data: Packed) -> Packed:
    """Return the data of the first view: the headline metric of the first task on its test split."""
    task = data["tasks"][0]
    return next((view for view in task["views"] if view["metric"] == task["headline"]), task["views"][0])


def _references(task: Packed, view: Packed) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    for group, name, value in view["references"]:
        cell = TableCell(formatted(value, view["digits"]), mark=shade(value, view), span=len(task["encoders"]))
        groups.setdefault(group, []).append(Row(name, [cell]))
    return [Group(heading, rows, fixed=True) for heading, rows in groups.items()]


def _rows(task: Packed, view: Packed) -> Iterator[Row]:
    width = len(task["encoders"])
    for row, name in enumerate(task["architectures"]):
        yield Row(name, [_cell(task, view, row * width + column) for column in range(width)])


def _cell(task: Packed, view: Packed, cell: int) -> TableCell:
    mean, digits = view["mean"][cell], view["digits"]
    if mean is None:
        return TableCell(dict(task["why"]).get(cell, UNSCORED), mark="hatched")
    signed, is_mean = view["what"] == "gap", view["what"] in MEANS
    seeds = dict(view["otherwise"]).get(cell)
    notes = [several(seeds, "seed") if seeds else "", dict(task["unfinished"]).get(cell, "")]
    return TableCell(
        formatted(mean, digits, signed=signed),
        ", ".join(filter(None, notes)),
        shade(mean, view),
        interval=_interval([view[end][cell] for end in ENDS], digits, signed=signed) if is_mean else "",
        converged=not (is_mean and cell in task["unfinal"]),
    )


def _interval(ends: list[int | None], digits: int, *, signed: bool) -> str:
    """Return the ends of an interval as text; "" for a mean of one seed."""
    return " to ".join(formatted(end, digits, signed=signed) for end in ends if end is not None)


__all__ = ["first_table", "first_view", "grid_data", "packed"]
