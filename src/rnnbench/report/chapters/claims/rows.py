"""The rows of the forest plot: claims with their verdicts, and the contrasts of each."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from markupsafe import Markup

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Contrast
from rnnbench.analysis.contrast_names import read_contrast_name
from rnnbench.analysis.evidence.scope import Scope, read_scope
from rnnbench.analysis.evidence.verdicts import EXACT
from rnnbench.report.chapters.claims import words
from rnnbench.report.chapters.claims.counted import Counting, counting
from rnnbench.report.chapters.claims.picture import Scale, axis, line
from rnnbench.report.chapters.claims.words import Text
from rnnbench.report.page.table import score, signed_score
from rnnbench.report.sections.overview.claims import ClaimVerdict, anchor
from rnnbench.report.views import convergence
from rnnbench.report.wording.glossary import VERDICT_SIGNS

COUNTED = {
    (claim.name, test.name): test
    for claim in PUBLISHED_CLAIMS
    for test in claim.tests
    if not isinstance(test, Contrast)
}
"""The tests of published claims that count, by the claim's name and their own."""


class Otherwise(NamedTuple):
    """The verdict where networks are matched on something else."""

    matched_on: Text
    sign: str
    verdict: Text


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
        return words.verdict(self.row["verdict"])

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
    otherwise: list[Otherwise]
    """Where networks are matched on something else, and the verdict differs: see there."""

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
        text = words.verdict(self.verdict.overall)
        if self.verdict.converged:
            return text.html
        sign = convergence.SIGN
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
            (sign, words.verdict(overall), found.count(overall))
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


def _told(here: tuple[Text, ...], before: tuple[Text, ...]) -> Markup:
    """Return what is measured and where, but for what was said before; the margin is always told."""
    if not here:
        return Markup("")
    measured, place, *further, margin = here
    about = words.joined([text for text in (measured, place) if text not in before], " ", "，")
    told = [text for text in (about, *further) if text.english and text not in before]
    return words.joined([*told, margin], ", ", "，").html
