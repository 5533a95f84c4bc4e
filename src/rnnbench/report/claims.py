"""The verdict on every claim of the lecture, with its evidence."""

from rnnbench.claims import CLAIMS
from rnnbench.report.table import Cell, Group, Mark, Row, Table, headings, score
from rnnbench.summaries import Tables

MARKS: dict[str, Mark] = {"supported": "right", "contradicted": "wrong"}


def claims_table(tables: Tables) -> Table | None:
    """Return a group for each claim, a row for each contrast; None where nothing was judged."""
    words = {claim.name: claim.chinese for claim in CLAIMS}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in tables["claims"].to_dict("records"):
        groups.setdefault((row["claim"], row["sentence"]), []).append(_row(row))
    shown = [Group(f"{name}: {text} ({words.get(name, '')})", rows) for (name, text), rows in groups.items()]
    columns = headings("verdict", "difference", "95 % interval", "margin", "p", "runs")
    caption = "What these runs say of the lecture's claims. p is corrected for all claims together (Holm)."
    return Table(caption, "contrast", columns, shown, longest=400) if shown else None


def _row(row: dict[str, object]) -> Row:
    estimate, low, high, margin = (float(str(row[name])) for name in ("estimate", "low", "high", "margin"))
    counted = row["metric"] == "weights"
    cells = [
        Cell(str(row["verdict"]), mark=MARKS.get(str(row["verdict"]), "")),
        Cell(score(estimate, signed=not counted)),
        Cell("counted" if counted else f"{score(low, signed=True)} to {score(high, signed=True)}"),
        Cell("" if counted else score(margin)),
        Cell("" if counted else score(float(str(row["p_value"])))),
        Cell("" if counted else str(row["runs"])),
    ]
    metric = "" if counted else f", {str(row['metric']).replace('_', ' ')}"
    return Row(f"{row['contrast']}{metric}", cells, note=str(row["why"]))
