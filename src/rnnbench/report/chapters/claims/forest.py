"""The forest plot of the claims: a row for each claim, a line for each of its contrasts."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from rnnbench.analysis.claims import LECTURE, PUBLISHED_CLAIMS
from rnnbench.analysis.evidence.verdicts import EXACT
from rnnbench.report.chapters.claims import words
from rnnbench.report.chapters.claims.picture import Scale, scale_of
from rnnbench.report.chapters.claims.rows import Forest, ForestGroup, ForestRow, Line, Otherwise
from rnnbench.report.sections.overview.claims import ClaimVerdict, claim_verdicts
from rnnbench.report.views.queries import Tables

GROUPS = {
    "lecture": words.own("The lecture", "课上"),
    "papers": words.own("Papers", "论文"),
    "encoders": words.own("Encoders", "编码"),
    "yours": words.own("Yours", "你自己的"),
}
"""Family of claims -> its heading, in order."""
FAMILIES = {claim.name: claim.family for claim in PUBLISHED_CLAIMS}


def forest(tables: Tables) -> Forest | None:
    """Return the forest plot; None where no claim has data.

    A claim is shown for networks that are matched on the first quantity with which it has data.
    """
    table = tables["claims"]
    rows = table[table["runs"] > 0].to_dict("records")
    by_size = {fair: _verdicts(tables, fair) for fair in dict.fromkeys(table["fair"])}
    homes = {name: fair for fair, verdicts in reversed(by_size.items()) for name in verdicts}
    if not homes:
        return None
    names = [name for name in dict.fromkeys(table["claim"]) if name in homes]
    rows_of = {name: [row for row in rows if (row["claim"], row["fair"]) == (name, homes[name])] for name in names}
    scale = _scale(row for contrasts in rows_of.values() for row in contrasts)
    first, *others = by_size
    with_data = [fair for fair in others if by_size[fair]]
    result: dict[str, list[ForestRow]] = {family: [] for family in GROUPS}
    for name in names:
        verdict = by_size[homes[name]][name]
        otherwise = [
            Otherwise(words.size(fair), other.sign, words.verdict(other.overall))
            for fair in with_data
            if (other := by_size[fair].get(name)) and other.overall != verdict.overall
        ]
        result[_family(rows_of[name][0])].append(_row(verdict, rows_of[name], scale, otherwise))
    sizes = [words.size(fair) for fair in with_data]
    return Forest(
        [ForestGroup(GROUPS[family].html, members) for family, members in result.items() if members],
        scale,
        words.size(first).html if first else Markup(""),
        words.joined(sizes, "; ", "；").html,
        len(set(table["claim"]) - {row["claim"] for row in rows}),
    )


def _verdicts(tables: Tables, fair: str) -> dict[str, ClaimVerdict]:
    """Return the verdict on each claim that has data for networks that are matched on this, by name."""
    table = tables["claims"]
    return {claim.name: claim for claim in claim_verdicts({"claims": table[table["fair"] == fair]})}


def _scale(rows: Iterable[dict[str, Any]]) -> Scale | None:
    estimated = [row for row in rows if row["family"] != EXACT]
    if not estimated:
        return None
    values = [row[end] for row in estimated for end in ("estimate", "low", "high")]
    return scale_of(values, [row["margin"] for row in estimated])


def _row(
    verdict: ClaimVerdict,
    rows: list[dict[str, Any]],
    scale: Scale | None,
    otherwise: list[Otherwise],
) -> ForestRow:
    """Return a claim. The contrast that decides is the first with the claim's verdict, or else the first of all."""
    deciding = next((row for row in rows if row["verdict"] == verdict.overall), rows[0])
    lines = [Line(row, row is deciding, scale) for row in rows]
    return ForestRow(verdict, lines, _cited(rows[0]["source"]), verdict.name in FAMILIES, otherwise)


def _family(row: dict[str, Any]) -> str:
    """Return the group of a claim; what is counted belongs to no family of tests, but its claim does."""
    usual = "yours" if row["source"] != LECTURE else "lecture"
    family = FAMILIES.get(row["claim"], row["family"])
    return family if family in GROUPS else usual


def _cited(source: str) -> str:
    """Return authors and year of a paper; "" for the lecture, and for a claim of the user's own.

    >>> _cited("Greff et al. 2017, LSTM: a search space odyssey"), _cited("the lecture")
    ('Greff et al. 2017', '')
    """
    authors, comma, _ = source.partition(", ")
    return authors if comma and authors != LECTURE else ""
