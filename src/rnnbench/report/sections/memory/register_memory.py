"""Inside the memory: pictures of the lecture's example, the numbers behind them, and what the script steps through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.report.figures.style import printable
from rnnbench.report.page.packing import packed
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.sections.memory.register_picture import GATE_COLOURS, HELD, picture
from rnnbench.report.sections.memory.register_text import (
    LETTERS,
    NONE,
    captions,
    listed,
    near,
    number,
    step_sentences,
    title,
)
from rnnbench.report.views import register_memory
from rnnbench.report.views.queries import Tables
from rnnbench.report.views.register_memory import (
    ABLATED,
    Example,
    RegisterMemory,
    TracedNetwork,
    ablations,
    drift,
    mean_error,
)

__all__ = [
    "ABLATED",
    "HELD",
    "captions",
    "comparison",
    "numbers",
    "packed_steps",
    "picture",
    "pictured",
    "register_of",
    "step_sentences",
    "title",
]

ORDER = ("lstm", "elman", "gru")
"""The kinds of networks as their pictures stand side by side: with gates, without, and something between."""


@dataclass(frozen=True)
class Door:
    """Where a gate's door stands in the drawing when it is shut, and where it is named."""

    x: int
    y: int
    width: int
    label_x: int
    label_y: int
    colour: str


DOORS = {
    gate: Door(*place, GATE_COLOURS[gate])
    for gate, place in {
        "write": (172, 300, 36, 220, 302),
        "keep": (298, 200, 24, 330, 200),
        "read": (172, 94, 36, 220, 96),
        "look": (58, 272, 24, 92, 274),
    }.items()
}


def called(network: TracedNetwork) -> str:
    """Return the name by which the script knows a network."""
    return printable(network.name, LETTERS)


def register_of(tables: Tables) -> RegisterMemory | None:
    """Return the example and the networks that are shown; None where the tables have none."""
    return register_memory.register_memory(tables)


def pictured(shown: RegisterMemory) -> list[TracedNetwork]:
    """Return the networks in the order of their pictures: a memory set by hand stands beside itself without gates."""
    every = []
    for network in shown.networks:
        without_gates = ablations(network, shown.example).get(tuple(ABLATED))
        every += [network] if without_gates is None else [network, without_gates]
    return sorted(every, key=lambda one: ORDER.index(one.kind))


def comparison(shown: RegisterMemory) -> Table:
    """Return a row for each network: what its memory does with the number."""
    columns = headings("gates", "best unit off by", "units move by", "answers when asked", "R² of all units")
    rows = [Row(called(one), _compared(one, shown.example)) for one in shown.networks]
    asking = shown.example.reading
    wanted = f" Wanted when asked: {listed(shown.example.targets[asking])}." if asking.any() else ""
    return Table(f"What each memory does with the number.{wanted}", "network", columns, [Group("", rows)])


def _compared(network: TracedNetwork, example: Example) -> list[TableCell]:
    moves, asking = drift(network, example), example.reading
    right = bool(near(network.answers, example.targets, example)[asking].all())
    return [
        TableCell(", ".join(network.gates) or "none"),
        TableCell(f"{mean_error(network, example):.2f}"),
        TableCell(NONE if np.isnan(moves) else f"{100 * moves:.0f} %"),
        TableCell(listed(network.answers[asking]), mark="right" if right else "wrong")
        if asking.any()
        else TableCell(NONE),
        TableCell(NONE if np.isnan(network.probe_r2) else f"{network.probe_r2:.3f}"),
    ]


def numbers(shown: RegisterMemory) -> Table:
    """Return every number of the pictures: a column for each step."""
    example = shown.example
    given = [_row(f"x{place + 1}", values) for place, values in enumerate(example.inputs.T)]
    given += [_row("stored by the lecture's rule", example.stored), _row("wanted", example.targets)]
    groups = [Group("the example", given), *(Group(title(one), list(_rows(one))) for one in shown.networks)]
    columns = headings(*(str(step + 1) for step in range(len(example.stored))))
    return Table("Every step of the example, and what the unit in the picture does.", "step", columns, groups)


def _rows(network: TracedNetwork) -> Iterator[Row]:
    for gate, values in network.gates.items():
        yield Row(f"{gate} gate", [TableCell(f"{value:.2f}") for value in values])
    yield _row("state of the unit", network.state)
    yield _row("which stands for", network.as_number)
    yield _row("output of the unit", network.output)
    yield _row("answer of the network", network.answers)


def _row(heading: str, values: Array) -> Row:
    return Row(heading, [TableCell(number(value)) for value in values])


def packed_steps(shown: RegisterMemory) -> str:
    """Return what the script needs to step through: numbers as they are written, sentences, how full the memory is."""
    return packed([_scripted(network, shown.example) for network in shown.networks])


def _scripted(network: TracedNetwork, example: Example) -> dict[str, Any]:
    others = {".".join(choice): _steps(one, example) for choice, one in ablations(network, example).items()}
    return {"name": called(network), "kind": network.kind, "steps": {"": _steps(network, example), **others}}


def _steps(network: TracedNetwork, example: Example) -> list[dict[str, Any]]:
    """Return for each step the gates, how full the memory is, what is written beside the drawing, and the sentences."""
    most = max(example.stored.max(), network.as_number.max(), 1.0)
    full = np.clip(network.as_number / most, 0, 1)
    return [
        {
            "gates": {name: round(float(values[step]), 6) for name, values in network.gates.items()},
            "full": round(float(full[step]), 3),
            "shown": _beside(network, example, step),
            "words": step_sentences(network, example, step),
        }
        for step in range(len(example.stored))
    ]


def _beside(network: TracedNetwork, example: Example, step: int) -> dict[str, str]:
    """Return the numbers of the drawing at a step, as they are written."""
    x1, x2, x3 = (number(value) for value in example.inputs[step])
    held, before, written = (number(values[step]) for values in (network.state, network.before, network.written))
    keep = f"{network.gates['keep'][step]:.2f}" if "keep" in network.gates else ""
    comes_in = f"({written})" if written.startswith("\N{MINUS SIGN}") else written
    return {
        "input": f"x1 = {x1}, x2 = {x2}, x3 = {x3}",
        "held": held,
        "stands": "" if network.hand_set else f"stands for {number(network.as_number[step], 1)}",
        "out": f"out {number(network.output[step])}",
        "sum": f"{before} \N{MULTIPLICATION SIGN} {keep} + {comes_in} = {held}" if keep else "made anew at every step",
    }
