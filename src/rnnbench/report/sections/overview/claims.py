"""The verdict on every claim: in a sentence for the first screen, and with all its evidence."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rnnbench.analysis.claims import CLAIMS, LECTURE, QUALIFICATIONS
from rnnbench.analysis.evidence.verdicts import LEVEL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, score
from rnnbench.report.views.queries import Frame, Tables

MARKS: dict[str, Mark] = {"supported": "right", "contradicted": "wrong"}
COLUMNS = ("verdict", "difference", "other seeds", "other sentences", "margin", "p", "above", "seen from", "runs")

Overall = Literal["supported", "contradicted", "equivalent", "undecided", "in part"]
SIGNS: dict[Overall, str] = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?", "in part": "◐"}
CHINESE: dict[Overall, str] = {
    "supported": "得到支持",
    "contradicted": "被否定",
    "equivalent": "没有实质差别",
    "undecided": "尚无定论",
    "in part": "部分得到支持",
}
WORDS = {claim.name: claim.chinese for claim in (*CLAIMS, *QUALIFICATIONS)}
"""The claims in Chinese, by name."""


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim with one verdict, and a line of evidence for each verdict on its contrasts."""

    name: str
    sentence: str
    chinese: str
    """The same in Chinese; "" for a claim of one's own."""
    overall: Overall
    evidence: list[str]

    @property
    def sign(self) -> str:
        """Return the sign that stands for the verdict."""
        return SIGNS[self.overall]

    @property
    def overall_in_chinese(self) -> str:
        """Return the verdict in Chinese."""
        return CHINESE[self.overall]


def claim_verdicts(tables: Tables) -> list[ClaimVerdict]:
    """Return the claims that have data, at the first size of the networks, in the order of the table."""
    rows = tables["claims"]
    rows = rows[(rows["runs"] > 0) & (rows["fair"] == rows["fair"].iloc[0])] if len(rows) else rows
    return [_told(str(name), own) for name, own in rows.groupby("claim", sort=False)]


def _told(name: str, own: Frame) -> ClaimVerdict:
    verdict, sentence = _overall(set(own["verdict"])), str(own["sentence"].iloc[0])
    return ClaimVerdict(name, sentence, WORDS.get(name, ""), verdict, _evidence(own.to_dict("records")))


def text(claims: list[ClaimVerdict]) -> str:
    """Return verdicts and their evidence for a terminal, in both languages."""
    return "\n\n".join("\n".join(_lines(claim)) for claim in claims)


def _lines(claim: ClaimVerdict) -> Iterator[str]:
    yield f"{claim.sign} {claim.overall}: {claim.sentence} [{claim.name}]"
    if claim.chinese:
        yield f"  {claim.overall_in_chinese}：{claim.chinese}"
    yield from (f"  {line}" for line in claim.evidence)


def without_data(tables: Tables) -> int:
    """Return how many claims have no data at all."""
    return int((tables["claims"].groupby("claim")["runs"].sum() == 0).sum())


def counted(claims: list[ClaimVerdict]) -> str:
    """Return in words how many claims have which verdict."""
    counts = {overall: sum(claim.overall == overall for claim in claims) for overall in SIGNS}
    return ", ".join(f"{count} {overall}" for overall, count in counts.items() if count)


def _overall(verdicts: set[str]) -> Overall:
    """Return one verdict for all contrasts: in part, where they differ and one at least supports the claim.

    >>> _overall({"supported"}), _overall({"supported", "undecided"}), _overall({"contradicted", "undecided"})
    ('supported', 'in part', 'contradicted')
    """
    if "supported" in verdicts:
        return "supported" if len(verdicts) == 1 else "in part"
    ranked: tuple[Overall, ...] = ("contradicted", "equivalent", "undecided")
    return next(overall for overall in ranked if overall in verdicts)


def _evidence(rows: list[dict]) -> list[str]:
    """Return a line for each verdict: the first contrast that has it, and how many more have."""
    verdicts: dict[str, list[dict]] = {}
    for row in rows:
        verdicts.setdefault(row["verdict"], []).append(row)
    named = len(verdicts) > 1
    return [(f"{verdict}: " if named else "") + _line(own) for verdict, own in verdicts.items()]


def _line(rows: list[dict]) -> str:
    first, *others = rows
    contrast = first["contrast"].removesuffix(" (test)").replace(" against nothing", "")
    more = f", and {len(others)} more" if others else ""
    if first["metric"] == "weights":
        return f"{first['estimate']:.3g}, counted: {contrast}{more}"
    size = f"{score(first['estimate'], signed=True)} ({_between(first['low'], first['high'])})"
    told = f"{size} {METRICS.get(first['metric'], first['metric'])}: {contrast}{more}"
    return "; ".join(filter(None, [told, _open(first)]))


def claims_table(tables: Tables) -> Table | None:
    """Return a group for each claim, a row for each contrast; None where nothing was judged."""
    groups: dict[tuple[str, str], list[Row]] = {}
    rows = tables["claims"].to_dict("records")
    usual = rows[0]["fair"] if rows else ""
    for row in rows:
        name, sentence = row["claim"], row["sentence"]
        heading = f"{name}: {sentence} ({'; '.join(filter(None, [WORDS.get(name), _paper(row['source'])]))})"
        groups.setdefault((name, heading), []).append(_row(row, fair="" if row["fair"] == usual else row["fair"]))
    shown = [Group(heading, own, anchor(name)) for (name, heading), own in groups.items()]
    caption = "What these runs say of each claim. p is corrected for all claims together (Holm)."
    return Table(caption, "contrast", headings(*COLUMNS), shown, longest=400) if shown else None


def _paper(source: str) -> str:
    return "" if source == LECTURE else source


def anchor(name: str) -> str:
    """Return what the address of a claim's evidence is called.

    >>> anchor("R1"), anchor("my own!")
    ('claim-R1', 'claim-my_own_')
    """
    return "claim-" + re.sub(r"\W", "_", name)


def _row(row: dict, fair: str) -> Row:
    if row["metric"] == "weights":
        cells = [_verdict(row), TableCell(score(row["estimate"])), TableCell("counted"), *[TableCell("")] * 6]
        return Row(_named(row["contrast"], fair), cells, note=row["why"])
    cells = [
        _verdict(row),
        TableCell(score(row["estimate"], signed=True)),
        TableCell(_between(row["low"], row["high"])),
        TableCell(_between(row["low_sentences"], row["high_sentences"])),
        TableCell(score(row["margin"])),
        TableCell(score(row["p_value"])),
        TableCell("" if math.isnan(row["improvement"]) else f"{100 * row['improvement']:.0f} %"),
        TableCell(score(row["detectable"]), _open(row)),
        TableCell(str(row["runs"])),
    ]
    return Row(f"{_named(row['contrast'], fair)}, {row['metric'].replace('_', ' ')}", cells, note=row["why"])


def _verdict(row: dict) -> TableCell:
    return TableCell(row["verdict"], mark=MARKS.get(row["verdict"], ""))


def _named(contrast: str, fair: str) -> str:
    return f"{contrast}, at {fair}" if fair else contrast


def _open(row: dict) -> str:
    """Return why what is open is open: too few seeds for so small a difference, or for a p-value."""
    if row["verdict"] != "undecided":
        return ""
    if row["detectable"] > abs(row["estimate"]) and str(row["seeds_needed"]).isdigit():
        return f"{row['seeds_needed']} seeds would find it"
    return f"p {row['p_value']:.2g}, more seeds would tell" if row["p_value"] > LEVEL else ""


def _between(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{score(low, signed=True)} to {score(high, signed=True)}"
