"""The network cards: the equations of each cell, and the networks that are built from it."""

from rnnbench import cells
from rnnbench.cells import Cell
from rnnbench.report.page.cards import Card, cards_of
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, several, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Tables, at
from rnnbench.report.wording.glossary import VERDICT_SIGNS, display_name

NONE = "\N{EN DASH}"


def cell_cards(tables: Tables) -> list[Card]:
    """Return a card for each cell that a network has."""
    return cards_of(cells, Cell, list(dict.fromkeys(tables["architectures"]["cell"])))


def networks_table(tables: Tables, cell: str) -> Table:
    """Return the networks with a cell: their shape, the information that they see, their weights and claims."""
    rows = tables["architectures"]
    networks = rows[rows["cell"] == cell].to_dict("records")
    columns = headings("layers", "directions", "window", "size", "sees", "weights", "recurrent weights", "claims")
    caption = (
        f"Networks of {cell}: their shape, their number of weights on the first task that trained them, and the claims "
        "about them."
    )
    groups = [Group("", [_row(tables, network) for network in networks])]
    return Table(caption, "architecture", columns, groups, numbers=False)


def _row(tables: Tables, network: dict) -> Row:
    name = network["architecture"]
    texts = [
        str(network["layers"]),
        "forward and backward" if network["bidirectional"] else "forward",
        f"{several(network['window'], 'word')} either side" if network["window"] else "the word alone",
        network["size"],
        _information(tables, name),
        *_weights(tables, name),
        _claims(tables, name),
    ]
    return Row(name, [TableCell(text) for text in texts])


def _information(tables: Tables, architecture: str) -> str:
    """Return the part of the sentence that a network sees, where the tables have it."""
    shortfalls = tables["shortfalls"]
    information = shortfalls.loc[shortfalls["architecture"] == architecture, "information"]
    return display_name(str(information.iloc[0]), INFORMATION) if len(information) else NONE


def _weights(tables: Tables, architecture: str) -> tuple[str, str]:
    """Return the number of weights of a network with its first task and encoder, and of recurrent weights."""
    sizes = at(queries.parameters(tables), architecture=architecture)
    if not len(sizes):
        return NONE, NONE
    (task, encoder), first = sizes.index[0], sizes.iloc[0]
    return f"{whole(first['parameters'])} ({task}, {encoder})", whole(first["parameters_recurrent"])


def _claims(tables: Tables, architecture: str) -> str:
    """Return the claims that compare a network with another, with their verdicts; some are provisional."""
    rows = [row for row in tables["claims"].to_dict("records") if row["runs"]]
    contrasts = [row for row in rows if architecture in row["contrast"].split()]
    verdicts = (
        f"{row['claim']} {VERDICT_SIGNS[row['verdict']]}{'' if row['converged'] else ' (provisional)'}"
        for row in contrasts
    )
    return ", ".join(dict.fromkeys(verdicts)) or NONE
