"""Cards: what an encoder, a task or a cell says of itself, and the networks that are made of each cell."""

import inspect
from dataclasses import dataclass
from types import ModuleType

from rnnbench import cells, encoders, tasks
from rnnbench.cells import Cell as Recurrence
from rnnbench.encoders import Encoder
from rnnbench.registry import Registered, load, names
from rnnbench.report.table import Cell, Group, Row, Table, headings, several, whole
from rnnbench.report.words import called
from rnnbench.summaries import INFORMATION, Frame, Tables
from rnnbench.tasks import Task

NONE = "\N{EN DASH}"
SIGNS = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?"}


@dataclass(frozen=True)
class Block:
    """A part of a description: a paragraph, or lines that keep their shape."""

    text: str
    shaped: bool


@dataclass(frozen=True)
class Card:
    """What a member of a family says of itself."""

    name: str
    blocks: list[Block]


def cell_cards(tables: Tables) -> list[Card]:
    """Return a card for each cell that a network has."""
    return _cards(cells, Recurrence, list(dict.fromkeys(tables["architectures"]["cell"])))


def encoder_cards(tables: Tables) -> list[Card]:
    """Return a card for each encoder that is used, whatever its settings; one with a name of its own has none."""
    return _cards(encoders, Encoder, _kinds(tables["encoders"]["encoder"]))


def task_card(task: str) -> Card | None:
    """Return the card of a task, whatever its settings; None for one with a name of its own."""
    return next(iter(_cards(tasks, Task, _kinds([task]))), None)


def _kinds(labels: Frame) -> list[str]:
    return list(dict.fromkeys(label.partition(" ")[0] for label in labels))


def _cards(package: ModuleType, base: type[Registered], kinds: list[str]) -> list[Card]:
    known = set(names(package))
    return [Card(kind, blocks(load(package, kind, base).__doc__ or "")) for kind in kinds if kind in known]


def blocks(docstring: str) -> list[Block]:
    """Return the paragraphs of a docstring; indented and example lines keep their shape.

    >>> [block.text for block in blocks("One `word`.\\n\\n    a = b\\n\\nTwo\\nlines.")]
    ['One word.', 'a = b', 'Two lines.']
    """
    parts = [part for part in inspect.cleandoc(docstring).split("\n\n") if part.strip()]
    return [_block(part) for part in parts]


def _block(part: str) -> Block:
    if part.startswith((" ", ">>>")):
        return Block(inspect.cleandoc("\n" + part), shaped=True)
    return Block(" ".join(part.replace("`", "").split()), shaped=False)


def networks_table(tables: Tables, cell: str) -> Table:
    """Return the networks that are made of a cell: their shape, what they see, their weights, claims about them."""
    rows = tables["architectures"]
    own = rows[rows["cell"] == cell].to_dict("records")
    columns = headings("layers", "directions", "window", "size", "sees", "weights", "of them recurrent", "claims")
    caption = f"Networks of {cell}: their shape, their weights where they were trained first, claims about them."
    return Table(caption, "architecture", columns, [Group("", [_network(tables, row) for row in own])], numbers=False)


def _network(tables: Tables, row: dict) -> Row:
    name = row["architecture"]
    cells = [
        str(row["layers"]),
        "forward and backward" if row["bidirectional"] else "forward",
        f"{several(row['window'], 'word')} either side" if row["window"] else "the word alone",
        row["size"],
        _sees(tables, name),
        *_weights(tables, name),
        _claims(tables, name),
    ]
    return Row(name, [Cell(text) for text in cells])


def _sees(tables: Tables, name: str) -> str:
    known = tables["shortfalls"]
    found = known.loc[known["architecture"] == name, "information"]
    return called(str(found.iloc[0]), INFORMATION) if len(found) else NONE


def _weights(tables: Tables, name: str) -> tuple[str, str]:
    """Return how many weights a network has in the first place where it was trained, and how many are recurrent."""
    found = tables["runs"][tables["runs"]["architecture"] == name].dropna(subset="parameters")
    if not len(found):
        return NONE, NONE
    first = found.iloc[0]
    note = f"{whole(first['parameters'])} ({first['task']}, {first['encoder']})"
    return note, whole(first["parameters_recurrent"])


def _claims(tables: Tables, name: str) -> str:
    """Return the claims in which a network is held against another, with their verdicts."""
    rows = tables["claims"]
    own = [row for row in rows.to_dict("records") if name in row["contrast"].split() and row["runs"]]
    told = dict.fromkeys(f"{row['claim']} {SIGNS[row['verdict']]}" for row in own)
    return ", ".join(told) or NONE
