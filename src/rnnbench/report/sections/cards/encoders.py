"""TODO"""

from rnnbench import encoders
from rnnbench.encoders import Encoder
from rnnbench.report.page.cards import Card, cards_of, kinds_of
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, percent, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables


def encoders_table(tables: Tables) -> Table | None:
    """Return what each encoder makes of each task's words."""
    table = tables["encoders"]
    names = ("dimension", "dimensions in use", "training words", "share a code", "unseen", "without a code")
    groups = [
        Group(task, [_encoder(row) for row in queries.of_task(table, task).to_dict("records")])
        for task in dict.fromkeys(table["task"])
    ]
    return Table("The encoders.", "encoder", headings(*names), groups) if groups else None


def _encoder(row: dict) -> Row:
    counts = [TableCell(whole(row[name])) for name in ("dimension", "codes", "training_words", "collisions")]
    return Row(
        row["encoder"], [*counts, TableCell(percent(row["unseen_share"])), TableCell(percent(row["uncoded_share"]))]
    )


def encoder_cards(tables: Tables) -> list[Card]:
    """Return a card for each encoder that is used, whatever its settings; one with a name of its own has none."""
    return cards_of(encoders, Encoder, kinds_of(tables["encoders"]["encoder"]))
