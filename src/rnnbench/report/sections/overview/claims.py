"""The verdict on every claim: as a sentence for the first screen and the terminal, and as a table of the evidence."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rnnbench.analysis.claims import CLAIMS, LECTURE, QUALIFICATIONS
from rnnbench.analysis.evidence.verdicts import LEVEL
from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, score, signed_score
from rnnbench.report.views.queries import Frame, Tables

MARKS: dict[str, Mark] = {"supported": "right", "contradicted": "wrong"}
COLUMNS = ("verdict", "difference", "over seeds", "over sentences", "margin", "p", "above", "detectable", "runs")

Overall = Literal["supported", "contradicted", "equivalent", "undecided", "in part"]
SIGNS: dict[Overall, str] = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?", "in part": "◐"}
OVERALL_IN_CHINESE: dict[Overall, str] = {
    "supported": "得到支持",
    "contradicted": "被否定",
    "equivalent": "没有实质差别",
    "undecided": "尚无定论",
    "in part": "部分得到支持",
}
IN_CHINESE = {claim.name: claim.chinese for claim in (*CLAIMS, *QUALIFICATIONS)}
"""The claims in Chinese, by name."""


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim, one verdict on all of its contrasts, and a line of evidence for each verdict on a contrast."""

    name: str
    sentence: str
    chinese: str
    """The sentence in Chinese; "" for a claim from a configuration."""
    overall: Overall
    evidence: list[str]

    @property
    def sign(self) -> str:
        """Return the sign that stands for the verdict."""
        return SIGNS[self.overall]

    @property
    def overall_in_chinese(self) -> str:
        """Return the verdict in Chinese."""
        return OVERALL_IN_CHINESE[self.overall]


def claim_verdicts(tables: Tables) -> list[ClaimVerdict]:
    """Return a verdict on each claim that has data, in the order of the table: of the first way of matching sizes."""
    rows = tables["claims"]
    rows = rows[(rows["runs"] > 0) & (rows["fair"] == rows["fair"].iloc[0])] if len(rows) else rows
    return [_claim_verdict(str(name), contrasts) for name, contrasts in rows.groupby("claim", sort=False)]


def _claim_verdict(name: str, contrasts: Frame) -> ClaimVerdict:
    overall, sentence = _overall(set(contrasts["verdict"])), str(contrasts["sentence"].iloc[0])
    return ClaimVerdict(name, sentence, IN_CHINESE.get(name, ""), overall, _evidence(contrasts.to_dict("records")))


def text(claims: list[ClaimVerdict]) -> str:
    """Return the verdicts and their evidence for a terminal, in English and Chinese."""
    return "\n\n".join("\n".join(_lines(claim)) for claim in claims)


def _lines(claim: ClaimVerdict) -> Iterator[str]:
    yield f"{claim.sign} {claim.overall}: {claim.sentence} [{claim.name}]"
    if claim.chinese:
        yield f"  {claim.overall_in_chinese}：{claim.chinese}"
    yield from (f"  {line}" for line in claim.evidence)


def without_data(tables: Tables) -> int:
    """Return the number of claims without any data."""
    return int((tables["claims"].groupby("claim")["runs"].sum() == 0).sum())


def verdict_counts(claims: list[ClaimVerdict]) -> str:
    """Return the number of claims with each verdict, in words."""
    counts = {overall: sum(claim.overall == overall for claim in claims) for overall in SIGNS}
    return ", ".join(f"{count} {overall}" for overall, count in counts.items() if count)


def _overall(verdicts: set[str]) -> Overall:
    """Return one verdict for all contrasts: "in part" where they differ and at least one supports the claim.

    >>> _overall({"supported"}), _overall({"supported", "undecided"}), _overall({"contradicted", "undecided"})
    ('supported', 'in part', 'contradicted')
    """
    if "supported" in verdicts:
        return "supported" if len(verdicts) == 1 else "in part"
    ranked: tuple[Overall, ...] = ("contradicted", "equivalent", "undecided")
    return next(overall for overall in ranked if overall in verdicts)


def _evidence(rows: list[dict]) -> list[str]:
    """Return a line for each verdict: the first contrast with it, and the number of further contrasts."""
    groups: dict[str, list[dict]] = {}
    for row in rows:
        groups.setdefault(row["verdict"], []).append(row)
    return [(f"{verdict}: " if len(groups) > 1 else "") + _line(group) for verdict, group in groups.items()]


def _line(rows: list[dict]) -> str:
    first, *others = rows
    contrast = first["contrast"].removesuffix(" (test)").replace(" against nothing", "")
    more = f", and {len(others)} more" if others else ""
    if first["metric"] == "weights":
        return f"{first['estimate']:.3g}, counted: {contrast}{more}"
    size = f"{signed_score(first['estimate'])} ({interval_text(first['low'], first['high'], signed_score)})"
    effect = f"{size} {METRICS.get(first['metric'], first['metric'])}: {contrast}{more}"
    return "; ".join(filter(None, [effect, _missing_evidence(first)]))


def claims_table(tables: Tables) -> Table | None:
    """Return a group for each claim and a row for each of its contrasts; None without any claim."""
    groups: dict[tuple[str, str], list[Row]] = {}
    rows = tables["claims"].to_dict("records")
    first_fair = rows[0]["fair"] if rows else ""
    for row in rows:
        name, sentence = row["claim"], row["sentence"]
        heading = f"{name}: {sentence} ({'; '.join(filter(None, [IN_CHINESE.get(name), _paper(row['source'])]))})"
        groups.setdefault((name, heading), []).append(_row(row, fair="" if row["fair"] == first_fair else row["fair"]))
    claims = [Group(heading, contrasts, anchor(name)) for (name, heading), contrasts in groups.items()]
    caption = "The evidence for each claim. p is corrected for all claims together (Holm)."
    return Table(caption, "contrast", headings(*COLUMNS), claims, max_length=400) if claims else None


def _paper(source: str) -> str:
    return "" if source == LECTURE else source


def anchor(name: str) -> str:
    """Return the anchor of a claim's evidence on the page.

    >>> anchor("R1"), anchor("my own!")
    ('claim-R1', 'claim-my_own_')
    """
    return "claim-" + re.sub(r"\W", "_", name)


def _row(row: dict, fair: str) -> Row:
    if row["metric"] == "weights":
        cells = [_verdict(row), TableCell(score(row["estimate"])), TableCell("counted"), *[TableCell("")] * 6]
        return Row(_at_fair(row["contrast"], fair), cells, note=row["why"])
    cells = [
        _verdict(row),
        TableCell(signed_score(row["estimate"])),
        TableCell(interval_text(row["low"], row["high"], signed_score)),
        TableCell(interval_text(row["low_sentences"], row["high_sentences"], signed_score)),
        TableCell(score(row["margin"])),
        TableCell(score(row["p_value"])),
        TableCell("" if math.isnan(row["improvement"]) else f"{100 * row['improvement']:.0f} %"),
        TableCell(score(row["detectable"]), _missing_evidence(row)),
        TableCell(str(row["runs"])),
    ]
    return Row(f"{_at_fair(row['contrast'], fair)}, {row['metric'].replace('_', ' ')}", cells, note=row["why"])


def _verdict(row: dict) -> TableCell:
    return TableCell(row["verdict"], mark=MARKS.get(row["verdict"], ""))


def _at_fair(contrast: str, fair: str) -> str:
    return f"{contrast}, at {fair}" if fair else contrast


def _missing_evidence(row: dict) -> str:
    """Return what an undecided contrast lacks: seeds for so small a difference, or for a small p-value."""
    if row["verdict"] != "undecided":
        return ""
    if row["detectable"] > abs(row["estimate"]) and str(row["seeds_needed"]).isdigit():
        return f"{row['seeds_needed']} seeds would detect it"
    return f"p {row['p_value']:.2g}, more seeds are needed" if row["p_value"] > LEVEL else ""
