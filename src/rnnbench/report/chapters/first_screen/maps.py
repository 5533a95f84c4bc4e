"""The three maps of the first screen, encoder x architecture: accuracy, overfitting gap, parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log
from typing import Any

from markupsafe import Markup

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.chapters.first_screen.answer import picks
from rnnbench.report.figures.style import printable, styles
from rnnbench.report.page.packing import packed
from rnnbench.report.page.table import Mark, Shade
from rnnbench.report.sections.grid.grid import ENDS, SHADES, first_view, formatted, grid_data
from rnnbench.report.views.grid import ORACLE
from rnnbench.report.views.queries import INFORMATION, Tables
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import MAX_LENGTH, name_of

Packed = dict[str, Any]
"""Plain values that become JSON inside the page."""
QUANTITIES = ("score", "gap", "parameters")
TITLES = {
    "score": bilingual("Accuracy", "准确度"),
    "gap": bilingual("Overfitting gap", "过拟合差距"),
    "parameters": bilingual("Parameters", "参数量"),
}
UNITS = {
    "gap": bilingual("train \N{MINUS SIGN} test", "训练减测试"),
    "parameters": bilingual("trained weights", "训练出来的权重"),
}
CEILING, FLOOR = INFORMATION["sentence"], INFORMATION["word"]


@dataclass(frozen=True)
class MapCell:
    """A cell of a map: its number and interval as text, or why it has no number."""

    cell: int
    text: str
    mark: Mark
    interval: str = ""
    reason: str = ""
    converged: bool = True


@dataclass(frozen=True)
class MapRow:
    """The cells of an architecture."""

    architecture: str
    cells: list[MapCell]


@dataclass(frozen=True)
class Map:
    """One of the maps. All of them have the same rows in the same order."""

    what: str
    title: Markup
    unit: Markup | str
    references: list[tuple[Markup, str]]
    """The oracle and the floor, with their scores as text; a map without scores has their rows, empty."""
    rows: list[MapRow]


def maps_data(tables: Tables, tables_of: dict[str, Tables]) -> Packed | None:
    """Return all views of all tasks, with the names, sizes and colours of networks; None without any network."""
    data = grid_data(tables, tables_of)
    if data is None:
        return None
    names = {name for task in data["tasks"] for name in (task["name"], *task["encoders"], *task["architectures"])}
    networks = tables["architectures"].drop_duplicates("architecture").set_index("architecture")
    for task in data["tasks"]:
        places = {
            name: place
            for place, name in enumerate(
                (encoder, row) for row in task["architectures"] for encoder in task["encoders"]
            )
        }
        named_points = picks(tables).get(task["name"], [])
        task["picks"] = [[english, chinese, places[network]] for english, chinese, network in named_points]
    return data | {
        "shown": [[name, shown] for name in sorted(names) if (shown := printable(name_of(name), MAX_LENGTH)) != name],
        "sizes": dict(zip(networks.index, networks["fair"], strict=True)) if networks["fair"].nunique() > 1 else {},
        "colours": {name: style.colour for name, style in styles(tables).items()},
    }


def maps(data: Packed) -> list[Map]:
    """Return the maps of the first view: the first task, its headline metric, its test split."""
    task, view = data["tasks"][0], first_view(data)
    references = _references(view)
    empty = [(name, "") for name, _ in references]
    return [
        _map(task, what, _view_of(task, what, view["metric"]), references if what == "score" else empty)
        for what in QUANTITIES
    ]


def _view_of(task: Packed, what: str, metric: str) -> Packed | None:
    """Return the view of a quantity that belongs to the scores of a metric on the test split."""
    wanted = {"score": ("test", metric), "gap": ("gap", metric), "parameters": ("", "parameters")}[what]
    views = (view for view in task["views"] if view["what"] == what)
    return next((view for view in views if (view["split"], view["metric"]) == wanted), None)


def _map(task: Packed, what: str, view: Packed | None, references: list[tuple[Markup, str]]) -> Map:
    width = len(task["encoders"])
    rows = [
        MapRow(name, [_cell(task, view, width * row + column) for column in range(width)])
        for row, name in enumerate(task["architectures"])
    ]
    unit = UNITS.get(what, f"{METRICS.get(view['metric'], '')}, {view['split']}" if view else "")
    return Map(what, TITLES[what], unit, references, rows)


def _references(view: Packed) -> list[tuple[Markup, str]]:
    """Return the oracle that sees all, and the best answer without memory, where they are known."""
    values = {name: value for group, name, value in view["references"] if group == ORACLE}
    names = {
        CEILING: bilingual("oracle, whole sentence", "oracle，看整句"),
        FLOOR: bilingual("oracle, the word alone", "oracle，只看这个词"),
    }
    return [(name, formatted(values[key], view["digits"])) for key, name in names.items() if key in values]


def _cell(task: Packed, view: Packed | None, cell: int) -> MapCell:
    mean = view["mean"][cell] if view else None
    if view is None or mean is None:
        return MapCell(cell, "\N{EN DASH}", "hatched", reason=dict(task["why"]).get(cell, ""))
    signed, means = view["what"] == "gap", [number for number in view["mean"] if number is not None]
    ends = [view[end][cell] for end in ENDS] if "low" in view else []
    known = [formatted(end, view["digits"], signed=signed) for end in ends if end is not None]
    return MapCell(
        cell,
        formatted(mean, view["digits"], signed=signed),
        shade(mean, means, logarithmic=view["logarithmic"]),
        interval=" \N{EN DASH} ".join(known),
        converged=not (known and cell in task["unfinal"]),
    )


def shade(number: int, shown: Sequence[int], *, logarithmic: bool) -> Shade:
    """Return the shade of a number on a scale over the shown numbers; `shadeAmong` in maps.js does the same."""
    scale = (lambda value: log(max(value, 1))) if logarithmic else float
    low, high = scale(min(shown)), scale(max(shown))
    share = (scale(number) - low) / (high - low) if high > low else 0.5
    return SHADES[min(9, max(0, floor(10 * share)))]


__all__ = ["maps", "maps_data", "packed"]
