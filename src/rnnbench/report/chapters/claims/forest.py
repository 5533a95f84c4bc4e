"""The forest plot of the claims: a row for each claim, a line for each of its contrasts."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from rnnbench.analysis.claims import LECTURE, PUBLISHED_CLAIMS, Contrast
from rnnbench.analysis.contrast_names import read_contrast_name
from rnnbench.analysis.evidence.scope import Scope, read_scope
from rnnbench.analysis.evidence.verdicts import EXACT
from rnnbench.report.chapters.claims import words
from rnnbench.report.chapters.claims.counted import Counting, counting
from rnnbench.report.chapters.claims.picture import Scale, axis, line, scale_of
from rnnbench.report.chapters.claims.words import Text
from rnnbench.report.page.table import score, signed_score
from rnnbench.report.sections.overview.claims import OVERALL_IN_CHINESE, ClaimVerdict, anchor, claim_verdicts
from rnnbench.report.views import convergence
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.glossary import VERDICT_SIGNS

GROUPS = {
    "lecture": words.own("The lecture", "课上"),
    "papers": words.own("Papers", "论文"),
    "encoders": words.own("Encoders", "编码"),
    "yours": words.own("Yours", "你自己的"),
}
"""Family of claims -> its heading, in order."""
FAMILIES = {claim.name: claim.family for claim in PUBLISHED_CLAIMS}
COUNTED = {
    (claim.name, test.name): test
    for claim in PUBLISHED_CLAIMS
    for test in claim.tests
    if not isinstance(test, Contrast)
}
PROVISIONAL = convergence.SIGN


@dataclass(frozen=True)
class Line:
    """A contrast of a claim."""

    row: dict[str, Any]
    """Its row of the table `claims`."""
    decides: bool
    """Whether it is the one that is shown bold."""
    scale: Scale | None

    @property
    def counting(self) -> Counting | None:
        """Return what was counted; None where it was estimated."""
        row = self.row
        if row["family"] != EXACT:
            return None
        test = COUNTED.get((row["claim"], row["contrast"]))
        return counting(test, row["contrast"], row["estimate"], row["runs"])

    @property
    def sides(self) -> Markup:
        """Return what is compared."""
        return words.sides(read_contrast_name(self.row["contrast"]), self.row["contrast"]).html

    @property
    def picture(self) -> Markup:
        """Return the margin, the interval and the estimate on the scale."""
        row = self.row
        if self.scale is None:
            return Markup("")
        return line(self.scale, row["estimate"], row["low"], row["high"], row["margin"], decides=self.decides)

    @property
    def estimate(self) -> str:
        """Return the difference."""
        return signed_score(self.row["estimate"])

    @property
    def interval(self) -> str:
        """Return the ends of the interval; "" where it is unknown."""
        low, high = self.row["low"], self.row["high"]
        return "" if math.isnan(low) else f"{signed_score(low)}, {signed_score(high)}"

    @property
    def verdict(self) -> Text:
        """Return the verdict on this contrast in words."""
        return verdict_text(self.row["verdict"])

    @property
    def sign(self) -> str:
        """Return the sign that stands for the verdict."""
        return VERDICT_SIGNS[self.row["verdict"]]

    @property
    def training(self) -> Text | None:
        """Return for which sizes, seeds and training the verdict holds; None where nothing was estimated."""
        return words.training(self.scope) if self.scope else None

    @cached_property
    def scope(self) -> Scope | None:
        """Return for what the verdict holds; None where it is counted, and so true of any training."""
        return read_scope(self.row["scope"], self.row["fair"])

    def where(self, usual: Text | None) -> tuple[Text, ...]:
        """Return what is measured, for what the verdict holds, without the usual training, and the margin."""
        row = self.row
        if row["family"] == EXACT:
            return ()
        place = words.place(self.scope) if self.scope else words.outside(row["scope"])
        training = (self.training,) if self.training and self.training != usual else ()
        margin = score(row["margin"])
        measured = words.measured(row["metric"], read_contrast_name(row["contrast"]))
        return measured, place, *training, words.own(f"margin ±{margin}", f"界限±{margin}")


@dataclass(frozen=True)
class Part:
    """Lines of a claim that hold for the same."""

    where: Markup
    lines: list[Line]


@dataclass(frozen=True)
class ForestRow:
    """A claim with its verdict and its contrasts."""

    verdict: ClaimVerdict
    lines: list[Line]
    source: str
    published: bool
    otherwise: list[tuple[Text, ClaimVerdict]]
    """Where networks are matched on something else, and the verdict differs: what on, and the verdict."""

    @property
    def anchor(self) -> str:
        """Return the anchor of the claim, the same on both pages."""
        return anchor(self.verdict.name)

    @property
    def sentence(self) -> Markup:
        """Return the claim; the lecture's own words in Chinese."""
        sentence = words.outside(self.verdict.sentence)
        chinese = words.outside(self.verdict.chinese or self.verdict.sentence)
        return Text(sentence.english, chinese.chinese).html

    @property
    def overall(self) -> Markup:
        """Return the verdict in words; it is provisional where a network did not converge."""
        text = verdict_text(self.verdict.overall)
        if self.verdict.converged:
            return text.html
        sign = PROVISIONAL
        return Text(
            Markup("{}, provisional {}").format(text.english, sign), Markup("{}，暂定{}").format(text.chinese, sign)
        ).html

    @property
    def why(self) -> Markup:
        """Return why the deciding contrast tests the claim; "" where nobody said."""
        text = self.deciding.row["why"]
        return words.why(text, published=self.published).html if text else Markup("")

    @property
    def open(self) -> Markup:
        """Return what so many seeds could have shown; "" where something was decided or counted."""
        row = self.deciding.row
        if row["verdict"] != "undecided" or row["family"] == EXACT:
            return Markup("")
        if math.isnan(row["detectable"]):
            return words.own("too few seeds to claim a difference", "种子太少，还不能说有差别").html
        found = score(row["detectable"])
        return words.own(
            f"a difference of {found} would be found 4 times in 5",
            f"{found}的差别5次里能找到4次",
        ).html

    @property
    def deciding(self) -> Line:
        """Return the line that is shown bold."""
        return next(line for line in self.lines if line.decides)

    def parts(self, usual: Text | None) -> list[Part]:
        """Return the lines, those together that hold for the same. What is as in the part before is not said again."""
        lines: dict[tuple[Text, ...], list[Line]] = {}
        for each in self.lines:
            lines.setdefault(each.where(usual), []).append(each)
        before = [(), *lines]
        return [Part(_told(here, last), members) for (here, members), last in zip(lines.items(), before, strict=False)]


@dataclass(frozen=True)
class ForestGroup:
    """Claims with the same origin."""

    heading: Markup
    rows: list[ForestRow]

    @cached_property
    def training(self) -> Text | None:
        """Return for which sizes, seeds and training most of its verdicts hold; None where all is counted."""
        found = [line.training for row in self.rows for line in row.lines if line.training]
        return Counter(found).most_common(1)[0][0] if found else None


@dataclass(frozen=True)
class Forest:
    """The whole plot."""

    groups: list[ForestGroup]
    scale: Scale | None
    """None where nothing was estimated."""
    matched_on: Markup
    """What the networks shown are matched on; "" where this is not known."""
    further_sizes: Markup
    """What networks are matched on otherwise, whose verdicts are named where they differ."""
    without_data: int
    """The number of claims that these runs cannot test."""

    @property
    def axis(self) -> Markup:
        """Return the numbers of the scale."""
        return Markup("") if self.scale is None else axis(self.scale)

    @cached_property
    def rows(self) -> list[ForestRow]:
        """Return all claims."""
        return [row for group in self.groups for row in group.rows]

    @property
    def counts(self) -> list[tuple[str, Text, int]]:
        """Return the sign, the words and the number of claims of each verdict."""
        found = [row.verdict.overall for row in self.rows]
        return [
            (sign, verdict_text(overall), found.count(overall))
            for overall, sign in VERDICT_SIGNS.items()
            if overall in found
        ]

    @property
    def provisional(self) -> bool:
        """Return whether some verdict is provisional."""
        return not all(row.verdict.converged for row in self.rows)

    @property
    def margins(self) -> dict[str, list[Markup]]:
        """Return the margins, the smallest first, with the reasons why smaller differences do not matter."""
        rows = [line.row for row in self.rows for line in row.lines if line.row["family"] != EXACT]
        reasons: dict[str, list[Markup]] = {}
        for row in sorted(rows, key=lambda row: row["margin"]):
            html = words.reason(row["reason"]).html if row["reason"] else ""
            if html and html not in reasons.setdefault(score(row["margin"]), []):
                reasons[score(row["margin"])].append(Markup(html))
        return {margin: texts for margin, texts in reasons.items() if texts}


def verdict_text(verdict: str) -> Text:
    """Return a verdict in both languages."""
    return words.own(verdict, {str(name): chinese for name, chinese in OVERALL_IN_CHINESE.items()}[verdict])


def forest(tables: Tables) -> Forest | None:
    """Return the forest plot; None where no claim has data."""
    table = tables["claims"]
    rows = table[table["runs"] > 0].to_dict("records")
    by_size = {fair: _verdicts(tables, fair) for fair in dict.fromkeys(table["fair"])}
    if not by_size or not (shown := by_size[table["fair"].iloc[0]]):
        return None
    first, *others = by_size
    with_data = [fair for fair in others if by_size[fair]]
    rows_of = {name: [row for row in rows if (row["claim"], row["fair"]) == (name, first)] for name in shown}
    scale = _scale(row for contrasts in rows_of.values() for row in contrasts)
    result: dict[str, list[ForestRow]] = {family: [] for family in GROUPS}
    for name, verdict in shown.items():
        otherwise = [
            (words.size(fair), other)
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
    otherwise: list[tuple[Text, ClaimVerdict]],
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


def _told(here: tuple[Text, ...], before: tuple[Text, ...]) -> Markup:
    """Return what is measured and where, but for what was said before; the margin is always told."""
    if not here:
        return Markup("")
    measured, place, *further, margin = here
    about = words.joined([text for text in (measured, place) if text not in before], " ", "，")
    told = [text for text in (about, *further) if text.english and text not in before]
    return words.joined([*told, margin], ", ", "，").html


def _cited(source: str) -> str:
    """Return authors and year of a paper; "" for the lecture, and for a claim of the user's own.

    >>> _cited("Greff et al. 2017, LSTM: a search space odyssey"), _cited("the lecture")
    ('Greff et al. 2017', '')
    """
    authors, comma, _ = source.partition(", ")
    return authors if comma and authors != LECTURE else ""
