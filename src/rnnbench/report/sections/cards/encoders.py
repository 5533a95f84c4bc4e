"""The encoder cards: the description of each encoder, and how it encodes the words of each task."""

from rnnbench import encoders
from rnnbench.encoders import Encoder
from rnnbench.report.page.cards import Card, cards_of
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, percent, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables


def encoders_table(tables: Tables) -> Table | None:
    """Return the size and the coverage of each encoder on the words of each task; None without any encoder."""
    table = tables["encoders"]
    columns = ("dimension", "dimensions in use", "training words", "share a code", "unseen", "without a code")
    groups = [
        Group(task, [_row(row) for row in queries.of_task(table, task).to_dict("records")])
        for task in dict.fromkeys(table["task"])
    ]
    caption = "The encoders: means over the corpora of all seeds."
    return Table(caption, "encoder", headings(*columns), groups) if groups else None


def _row(row: dict) -> Row:
    counts = [TableCell(whole(row[name])) for name in ("dimension", "codes", "training_words", "collisions")]
    shares = [TableCell(percent(row[name])) for name in ("unseen_share", "uncoded_share")]
    return Row(row["encoder"], [*counts, *shares])


def encoder_cards(tables: Tables) -> list[Card]:
    """Return a card for each kind of encoder in the tables; an encoder with a custom name has none."""
    return cards_of(encoders, Encoder, list(dict.fromkeys(tables["encoders"]["kind"])))
