"""Inside the memory: the pictures of the lecture's example, their numbers as tables, and the data of the script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnbench.common.text import listed
from rnnbench.common.typing import Array
from rnnbench.report.figures.style import printable
from rnnbench.report.page.packing import packed
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings
from rnnbench.report.sections.memory.register_picture import GATE_COLOURS, HELD, picture
from rnnbench.report.sections.memory.register_text import (
    MAX_NAME_LENGTH,
    NONE,
    captions,
    near,
    number,
    title,
)
from rnnbench.report.sections.memory.step_text import GATE_NAMES, entering, equations, step_sentences, stuck_at
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
from rnnbench.report.wording.names import name_of

__all__ = [
    "ABLATED",
    "GATE_NAMES",
    "HELD",
    "captions",
    "comparison",
    "numbers",
    "packed_steps",
    "picture",
    "pictured",
    "register_of",
    "sentences",
    "stuck_at",
    "title",
]

ORDER = ("lstm", "elman", "gru")
"""The order of the pictures by kind of network: with gates, without, and in between."""


@dataclass(frozen=True)
class Door:
    """The position of a gate's door in the drawing when the gate is shut, and the position of its label."""

    x: int
    y: int
    width: int
    label_x: int
    label_y: int
    colour: str


DOORS = {
    gate: Door(*place, GATE_COLOURS[gate])
    for gate, place in {
        "input": (172, 300, 36, 220, 302),
        "forget": (298, 200, 24, 264, 136),
        "output": (172, 94, 36, 220, 88),
        "reset": (58, 272, 24, 87, 274),
    }.items()
}


def script_name(network: TracedNetwork) -> str:
    """Return the name of a network in the data of the script."""
    return printable(network.name, MAX_NAME_LENGTH)


def register_of(tables: Tables) -> RegisterMemory | None:
    """Return the example and the traced networks; None without any."""
    return register_memory.register_memory(tables)


def pictured(memory: RegisterMemory) -> list[TracedNetwork]:
    """Return the networks in the order of their pictures: a hand-set memory comes with a copy without gates."""
    networks = []
    for network in memory.networks:
        without_gates = ablations(network, memory.example).get(tuple(ABLATED))
        networks += [network] if without_gates is None else [network, without_gates]
    return sorted(networks, key=lambda network: ORDER.index(network.kind))


def comparison(memory: RegisterMemory) -> Table:
    """Return a row for each network: how well its memory holds the number."""
    columns = headings("gates", "best unit off by", "units move by", "answers when read", "R² of all units")
    rows = [Row(script_name(network), _comparison_cells(network, memory.example)) for network in memory.networks]
    asking = memory.example.reading
    targets = f" Targets when read: {_listed_numbers(memory.example.targets[asking])}." if asking.any() else ""
    return Table(f"How well each memory holds the number.{targets}", "network", columns, [Group("", rows)])


def _comparison_cells(network: TracedNetwork, example: Example) -> list[TableCell]:
    moves, asking = drift(network, example), example.reading
    right = bool(near(network.answers, example.targets, example)[asking].all())
    return [
        TableCell(", ".join(network.gates) or "none"),
        TableCell(f"{mean_error(network, example):.2f}"),
        TableCell(NONE if np.isnan(moves) else f"{100 * moves:.0f} %"),
        TableCell(_listed_numbers(network.answers[asking]), mark="right" if right else "wrong")
        if asking.any()
        else TableCell(NONE),
        TableCell(NONE if np.isnan(network.probe_r2) else f"{network.probe_r2:.3f}"),
    ]


def _listed_numbers(values: Array) -> str:
    return listed([number(value) for value in values])


def numbers(memory: RegisterMemory) -> Table:
    """Return every number of the pictures, with a column for each step."""
    example = memory.example
    rows = [_row(f"x{place + 1}", values) for place, values in enumerate(example.inputs.T)]
    rows += [_row("stored by the lecture's rule", example.stored), _row("target", example.targets)]
    groups = [Group("the example", rows), *(Group(title(network), list(_rows(network))) for network in memory.networks)]
    columns = headings(*(str(step + 1) for step in range(len(example.stored))))
    return Table("Every step of the example, and the signals of the unit in the picture.", "step", columns, groups)


def _rows(network: TracedNetwork) -> Iterator[Row]:
    for gate, values in network.gates.items():
        yield Row(f"{gate} gate", [TableCell(f"{value:.2f}") for value in values])
    yield _row("state of the unit", network.state)
    yield _row("state on the scale of the number", network.as_number)
    yield _row("output of the unit", network.output)
    yield _row("answer of the network", network.answers)


def _row(heading: str, values: Array) -> Row:
    return Row(heading, [TableCell(number(value)) for value in values])


def packed_steps(memory: RegisterMemory) -> str:
    """Return the data of the script, packed: for every network and step numbers as text, sentences, the fill level."""
    return packed([_script_data(network, memory.example) for network in memory.networks])


def _script_data(network: TracedNetwork, example: Example) -> dict[str, Any]:
    copies = ablations(network, example)
    steps = {".".join(gates): _steps(copy, example, linear=True) for gates, copy in copies.items()}
    steps[""] = _steps(network, example, linear=bool(copies))
    name = printable(name_of(network.name), MAX_NAME_LENGTH)
    return {"id": script_name(network), "name": name, "kind": network.kind, "steps": steps}


def _steps(network: TracedNetwork, example: Example, *, linear: bool) -> list[dict[str, Any]]:
    """Return for each step the gates, the fill level, the labels of the drawing, the equations and the sentences."""
    highest = max(example.stored.max(), network.as_number.max(), 1.0)
    level = np.clip(network.as_number / highest, 0, 1)
    return [
        {
            "gates": {name: round(float(values[step]), 6) for name, values in network.gates.items()},
            "full": round(float(level[step]), 3),
            "shown": _labels(network, example, step, linear=linear),
            "sums": equations(network, example, step, linear=linear),
            "words": [[text.en, text.zh] for text in step_sentences(network, example, step)],
        }
        for step in range(len(example.stored))
    ]


def _labels(network: TracedNetwork, example: Example, step: int, *, linear: bool) -> dict[str, str]:
    """Return the labels of the drawing at a step; an empty one is not shown."""
    x1, x2, x3 = (number(value) for value in example.inputs[step])
    return {
        "input": f"x1 = {x1}, x2 = {x2}, x3 = {x3}",
        "entering": "" if network.kind == "elman" else _known(entering(network, example, step, linear=linear)),
        "held": number(network.state[step]),
        "stands": "" if network.hand_set else number(network.as_number[step], 1),
        "out": number(network.output[step]),
    }


def _known(text: str) -> str:
    """Return a number without its brackets; "" for letters, which stand where the number is not known."""
    return "" if text in ("n", "g(z)") else text.strip("()")


def sentences(network: TracedNetwork, example: Example, step: int) -> str:
    """Return what happens at a step, in English."""
    return " ".join(text.en for text in step_sentences(network, example, step))
