"""Tables of claims with made-up evidence, and the forest plot of a page as elements."""

from typing import Any
from xml.etree import ElementTree

import numpy as np

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Claim, Contrast
from rnnbench.analysis.evidence.scope import Scope
from rnnbench.analysis.evidence.scores import Tables as ScoreTables
from rnnbench.analysis.evidence.scores import scores_from
from rnnbench.analysis.evidence.verdicts import claim_rows
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

FAIR = "equal width (32 units)"
NOT_IN_DEFAULT = "elman_narrow"
"""A network of one contrast that the default experiment does not have."""


def claim_rows_with_data(claims: tuple[Claim, ...] = PUBLISHED_CLAIMS, fair: str = FAIR) -> list[dict[str, Any]]:
    """Return the rows of all tests of these claims that the default experiment has, with made-up numbers."""
    rng = np.random.default_rng(3)
    tests = {test.name: test for claim in claims for test in claim.tests}
    rows = [row for row in claim_rows(scores_from(ScoreTables([])), claims) if NOT_IN_DEFAULT not in row["contrast"]]
    return [row | {"fair": fair} | _evidence(row, tests[row["contrast"]], fair, rng) for row in rows]


def _evidence(row: dict[str, Any], test: Any, fair: str, rng: np.random.Generator) -> dict[str, Any]:
    if not isinstance(test, Contrast):
        value = float(rng.choice([0.0, 0.04, 0.75, 4.0]))
        numbers = {"estimate": value, "low": value, "high": value}
        return numbers | {"runs": 20, "scope": f"at {fair}", "verdict": str(rng.choice(["supported", "contradicted"]))}
    estimate = float(rng.normal() * rng.choice([0.003, 0.05, 0.4]))
    low, high = estimate - 0.01 * rng.random(), estimate + 0.02 * rng.random()
    shared = ("lstm",) if test.over == "encoder" else ("one_of_n",)
    scope = Scope(test.task, 1, test.over, shared, 1, fair, 20).text
    verdict = str(rng.choice(["supported", "contradicted", "equivalent", "undecided"]))
    numbers = {"estimate": estimate, "low": low, "high": high, "detectable": 0.0123, "p_value": 0.01}
    return numbers | {"runs": 40, "scope": scope, "verdict": verdict, "converged": True}


def tables_with(rows: list[dict[str, Any]]) -> Tables:
    """Return tables that have claims alone."""
    return {name: frame(name, []) for name in SCHEMAS} | {"claims": frame("claims", rows)}


def forest_of(html: str) -> ElementTree.Element | None:
    """Return the chapter on claims of a report; None where it has none."""
    start = html.find('<section id="claims">')
    if start < 0:
        return None
    return ElementTree.fromstring(html[start : html.index("</section>", start) + len("</section>")])


def classed(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """Return the elements inside that have a class, in order."""
    return [inner for inner in element.iter() if name in inner.get("class", "").split()]


def text_in(element: ElementTree.Element, language: str) -> str:
    """Return the text of an element without that in the other language."""
    other = {"en": "zh", "zh": "en"}[language]
    if element.get("class") == other:
        return ""
    inner = "".join(text_in(child, language) + (child.tail or "") for child in element)
    return (element.text or "") + inner
