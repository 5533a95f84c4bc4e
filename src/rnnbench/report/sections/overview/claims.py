"""The verdict on every claim: as a sentence for the first screen and the terminal, and as a table of the evidence."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rnnbench.analysis.claims import LECTURE, PUBLISHED_CLAIMS
from rnnbench.analysis.evidence.verdicts import EXACT
from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, score, signed_score
from rnnbench.report.views.queries import Frame, Tables
from rnnbench.report.wording.glossary import VERDICT_SIGNS

MARKS: dict[str, Mark] = {"supported": "right", "contradicted": "wrong"}
COLUMNS = ("verdict", "difference", "interval", "margin", "p", "above", "detectable", "runs")

Overall = Literal["supported", "contradicted", "equivalent", "undecided", "in part"]
OVERALL_IN_CHINESE: dict[Overall, str] = {
    "supported": "得到支持",
    "contradicted": "被否定",
    "equivalent": "没有实质差别",
    "undecided": "尚无定论",
    "in part": "部分得到支持",
}
IN_CHINESE = {claim.name: claim.chinese for claim in PUBLISHED_CLAIMS}
"""The claims in Chinese, by name."""


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim, one verdict on all of its contrasts, and a line of evidence for each verdict on a contrast."""

    name: str
    sentence: str
    chinese: str
    """The sentence in Chinese; "" for a claim from a configuration."""
    scope: str
    """For what the verdict holds, in words."""
    overall: Overall
    converged: bool
    """Whether all networks in it were trained to a plateau; the verdict is provisional otherwise."""
    evidence: list[str]

    @property
    def sign(self) -> str:
        """Return the sign that stands for the verdict."""
        return VERDICT_SIGNS[self.overall]

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
    scope, converged = str(contrasts["scope"].iloc[0]), bool(contrasts["converged"].all())
    evidence = _evidence(contrasts.to_dict("records"))
    return ClaimVerdict(name, sentence, IN_CHINESE.get(name, ""), scope, overall, converged, evidence)


def text(claims: list[ClaimVerdict]) -> str:
    """Return the verdicts and their evidence for a terminal, in English and Chinese."""
    return "\n\n".join("\n".join(_lines(claim)) for claim in claims)


def _lines(claim: ClaimVerdict) -> Iterator[str]:
    provisional = "" if claim.converged else ", provisionally"
    yield f"{claim.sign} {claim.overall}{provisional}: {claim.sentence} [{claim.name}]"
    if claim.scope:
        yield f"  {claim.scope}"
    if claim.chinese:
        yield f"  {claim.overall_in_chinese}：{claim.chinese}"
    yield from (f"  {line}" for line in claim.evidence)


def without_data(tables: Tables) -> int:
    """Return the number of claims without any data."""
    return int((tables["claims"].groupby("claim")["runs"].sum() == 0).sum())


def verdict_counts(claims: list[ClaimVerdict]) -> str:
    """Return the number of claims with each verdict, in words."""
    counts = {overall: sum(claim.overall == overall for claim in claims) for overall in VERDICT_SIGNS}
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
    if first["family"] == EXACT:
        return f"{first['estimate']:.3g}, counted: {contrast}{more}"
    size = f"{signed_score(first['estimate'])} ({interval_text(first['low'], first['high'], signed_score)})"
    effect = f"{size} {METRICS.get(first['metric'], first['metric'])}: {contrast}{more}"
    return "; ".join(
        filter(None, [effect, _missing_evidence(next((row for row in rows if not row["converged"]), first))])
    )


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
    caption = "The evidence for each claim. p is corrected for all tests of the claim's family (Holm)."
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
    heading = f"{row['contrast']}, at {fair}" if fair else row["contrast"]
    margin = f"margin: {row['reason']}" if row["reason"] and row["family"] != EXACT else ""
    note = "; ".join(filter(None, [row["why"], margin, row["scope"]]))
    if row["family"] == EXACT:
        cells = [_verdict(row), TableCell(score(row["estimate"])), TableCell("counted"), *[TableCell("")] * 5]
        return Row(heading, cells, note=note)
    cells = [
        _verdict(row),
        TableCell(signed_score(row["estimate"])),
        TableCell(interval_text(row["low"], row["high"], signed_score)),
        TableCell(score(row["margin"])),
        TableCell(score(row["p_value"]), row["family"]),
        TableCell("" if math.isnan(row["improvement"]) else f"{100 * row['improvement']:.0f} %"),
        TableCell(score(row["detectable"])),
        TableCell(str(row["runs"])),
    ]
    return Row(f"{heading}, {row['metric'].replace('_', ' ')}", cells, note=note)


def _verdict(row: dict) -> TableCell:
    return TableCell(row["verdict"], _missing_evidence(row), mark=MARKS.get(row["verdict"], ""))


def _missing_evidence(row: dict) -> str:
    """Return what a verdict lacks: training to a plateau, or seeds enough for so small a difference."""
    if not row["runs"]:
        return ""
    if not row["converged"]:
        return "provisional: not all trained to a plateau"
    if row["verdict"] != "undecided" or row["family"] == EXACT:
        return ""
    if math.isnan(row["detectable"]):
        return "too few seeds to claim a difference"
    return f"{score(row['detectable'])} would be found 4 times in 5"
