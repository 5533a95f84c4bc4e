"""The verdict on every claim, with its evidence."""

import math

from rnnbench.claims import CLAIMS
from rnnbench.report.table import Cell, Group, Mark, Row, Table, headings, score
from rnnbench.summaries import Tables

MARKS: dict[str, Mark] = {"supported": "right", "contradicted": "wrong"}
COLUMNS = ("verdict", "difference", "other seeds", "other sentences", "margin", "p", "above", "seen from", "runs")


def claims_table(tables: Tables) -> Table | None:
    """Return a group for each claim, a row for each contrast; None where nothing was judged."""
    words = {claim.name: claim.chinese for claim in CLAIMS}
    groups: dict[str, list[Row]] = {}
    rows = tables["claims"].to_dict("records")
    usual = rows[0]["fair"] if rows else ""
    for row in rows:
        name, sentence = row["claim"], row["sentence"]
        heading = f"{name}: {sentence} ({words.get(name) or row['source']})"
        groups.setdefault(heading, []).append(_row(row, fair="" if row["fair"] == usual else row["fair"]))
    shown = [Group(heading, own) for heading, own in groups.items()]
    caption = "What these runs say of each claim. p is corrected for all claims together (Holm)."
    return Table(caption, "contrast", headings(*COLUMNS), shown, longest=400) if shown else None


def _row(row: dict, fair: str) -> Row:
    if row["metric"] == "weights":
        cells = [_verdict(row), Cell(score(row["estimate"])), Cell("counted"), *[Cell("")] * 6]
        return Row(_named(row["contrast"], fair), cells, note=row["why"])
    needed = row["seeds_needed"]
    cells = [
        _verdict(row),
        Cell(score(row["estimate"], signed=True)),
        Cell(_between(row["low"], row["high"])),
        Cell(_between(row["low_sentences"], row["high_sentences"])),
        Cell(score(row["margin"])),
        Cell(score(row["p_value"])),
        Cell("" if math.isnan(row["improvement"]) else f"{100 * row['improvement']:.0f} %"),
        Cell(score(row["detectable"]), _open(row["verdict"], needed)),
        Cell(str(row["runs"])),
    ]
    return Row(f"{_named(row['contrast'], fair)}, {row['metric'].replace('_', ' ')}", cells, note=row["why"])


def _verdict(row: dict) -> Cell:
    return Cell(row["verdict"], mark=MARKS.get(row["verdict"], ""))


def _named(contrast: str, fair: str) -> str:
    return f"{contrast}, at {fair}" if fair else contrast


def _open(verdict: str, needed: object) -> str:
    """Return how many seeds would decide what is open."""
    return f"{needed} seeds would decide" if verdict == "undecided" and str(needed).isdigit() else ""


def _between(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{score(low, signed=True)} to {score(high, signed=True)}"
