"""TODO"""

from rnnbench import cells
from rnnbench.cells import Cell as Recurrence
from rnnbench.report.page.cards import Card, cards_of
from rnnbench.report.page.glossary import called
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, several, whole
from rnnbench.report.views.queries import INFORMATION, Tables

NONE = "\N{EN DASH}"
SIGNS = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?"}


def cell_cards(tables: Tables) -> list[Card]:
    """Return a card for each cell that a network has."""
    return cards_of(cells, Recurrence, list(dict.fromkeys(tables["architectures"]["cell"])))


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
    return Row(name, [TableCell(text) for text in cells])


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
