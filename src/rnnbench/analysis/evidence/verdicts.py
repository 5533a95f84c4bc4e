"""The table `claims`: for each contrast an estimate, an interval, a verdict, and a plain sentence."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Claim, ClaimedRelation, Contrast, Counted, Side
from rnnbench.analysis.evidence.counted import count
from rnnbench.analysis.evidence.findings import NAN, NO_FIXED, Finding, FixedCorpora, evaluate_contrast
from rnnbench.analysis.evidence.scope import MAX_NAMES, Scope, number_of
from rnnbench.analysis.evidence.scores import Cell, ExperimentScores
from rnnbench.analysis.statistics import power
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.paired import Decision, PValues, decide, is_at_least
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.common.text import listed
from rnnbench.evaluation.metrics import GAPS

ContrastVerdict = Literal["supported", "contradicted", "equivalent", "undecided"]
EXACT = "exact"
"""The family of what is counted and not tested."""
NO_DATA = {"verdict": "undecided", "text": "undecided: no data"}


def claim_rows(
    scores: Sequence[ExperimentScores],
    claims: Iterable[Claim] = PUBLISHED_CLAIMS,
    fixed: FixedCorpora = NO_FIXED,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `claims`: a row for each contrast of each claim, also where there are no data.

    Networks that are matched on a further quantity have further rows, where there are data. P-values are corrected
    (Holm) within a claim's family and for each quantity that networks are matched on. So where nothing differs, any
    difference at all is claimed in a family in at most 5 % of experiments, and claims of one family do not weaken the
    evidence on those of another.
    """
    tests = [(claim, test) for claim in claims for test in claim.tests]
    for entry in scores:
        tested = [(claim, test) for claim, test in tests if isinstance(test, Contrast)]
        findings = {(claim.name, test.name): evaluate_contrast(test, entry, fixed) for claim, test in tested}
        families = {(claim.name, test.name): claim.family for claim, test in tested}
        corrected = _corrected(findings, families)
        for claim, test in tests:
            key = (claim.name, test.name)
            evidence = (
                _tested(test, findings[key], *corrected[key], entry) | {"family": claim.family}
                if isinstance(test, Contrast)
                else _counted(test, entry)
            )
            if evidence["runs"] or entry is scores[0]:
                about = {"claim": claim.name, "source": claim.source, "sentence": claim.sentence}
                yield about | {"contrast": test.name, "why": test.why, "fair": entry.matched_on} | evidence


Key = tuple[str, str]


def _corrected(findings: dict[Key, Finding], families: dict[Key, str]) -> dict[Key, tuple[float, int]]:
    """Return the p-value of each finding, corrected for those of its family that have data, and their number."""
    corrected: dict[Key, tuple[float, int]] = dict.fromkeys(findings, (NAN, 0))
    for family in set(families.values()):
        members = [key for key, other in families.items() if other == family and findings[key].runs]
        p_values = holm(np.array([findings[key].p_values.differs for key in members]))
        corrected |= {key: (float(p), len(members)) for key, p in zip(members, p_values, strict=True)}
    return corrected


def _tested(
    contrast: Contrast, finding: Finding, p_value: float, tests: int, scores: ExperimentScores
) -> dict[str, Any]:
    cells = [cell for cells in finding.paired.cells for cell in cells]
    unfinished = _not_converged(cells, contrast.over, scores)
    columns = {
        "metric": contrast.metric,
        "margin": contrast.margin,
        "reason": contrast.reason,
        "runs": finding.runs,
        "p_value": p_value,
        "improvement": finding.improvement,
        "detectable": _detectable(finding, tests),
        "converged": not unfinished,
        "scope": _scope(contrast, finding, scores, unfinished),
        **_estimate(finding.interval),
    }
    if not finding.runs:
        return columns | NO_DATA
    p_values = finding.p_values._replace(differs=p_value)
    verdict = verdict_of(contrast.wanted, finding.interval, contrast.margin, p_values)
    text = _text(contrast, finding, verdict) + _why_undecided(finding, verdict, tests)
    return columns | {"verdict": verdict, "text": text + _unfinished_text(unfinished)}


def verdict_of(wanted: ClaimedRelation, interval: Interval, margin: float, p_values: PValues) -> ContrastVerdict:
    """Return the verdict on a claim; `p_values.differs` is corrected for the claim's family."""
    if wanted == "at least" and is_at_least(interval, margin, p_values):
        return "supported"
    return verdict_on(wanted, decide(interval, margin, p_values))


def verdict_on(wanted: ClaimedRelation, decision: Decision) -> ContrastVerdict:
    """Return the verdict on a claim that the first's score is above, below, the same as, or at least the second's.

    >>> [verdict_on(wanted, "better") for wanted in ("above", "below", "same", "at least")]
    ['supported', 'contradicted', 'contradicted', 'supported']
    """
    if decision == "undecided":
        return "undecided"
    supporting: dict[ClaimedRelation, Collection[Decision]] = {
        "above": ("better",),
        "below": ("worse",),
        "same": ("equivalent",),
        "at least": ("better", "equivalent"),
    }
    if decision in supporting[wanted]:
        return "supported"
    return "equivalent" if decision == "equivalent" else "contradicted"


def _detectable(finding: Finding, tests: int) -> float:
    """Return the smallest difference that would be found four times in five; NaN where none would."""
    size = power.detectable(finding.blocks, tests) * finding.spread if finding.blocks > 1 and tests else NAN
    return size if np.isfinite(size) else NAN


def _text(contrast: Contrast, finding: Finding, verdict: ContrastVerdict) -> str:
    """Return the verdict in a plain sentence."""
    value, low, high = finding.interval
    difference = f"{abs(value):.3f} {'above' if value > 0 else 'below'} that of {contrast.second}"
    metric = contrast.metric.replace("_", " ")
    if contrast.split in GAPS:
        metric = f"gap in {metric}"
    if contrast.minus_phenomenon:
        metric = f"gain in {metric} on {contrast.phenomenon} rather than {contrast.minus_phenomenon}"
    result = f"the {metric} of {contrast.first} is {difference if contrast.second else f'{value:.3f}'}"
    return f"{verdict}: {result} (interval {low:+.3f} to {high:+.3f}, {number_of(finding.blocks, 'seed')})"


def _why_undecided(finding: Finding, verdict: ContrastVerdict, tests: int) -> str:
    """Return what so many blocks could have shown; "" where something was decided."""
    if verdict != "undecided":
        return ""
    if not power.claimable(finding.blocks, tests):
        return f"; {power.power_text(finding.blocks, tests)}"
    return f"; a difference of {_detectable(finding, tests):.3f} would have been found four times in five"


def _scope(contrast: Contrast, finding: Finding, scores: ExperimentScores, unfinished: list[str]) -> str:
    """Return for what a verdict holds, in words: task, what both sides share, sizes, seeds, and how it was trained."""
    if not finding.runs:
        return f"on {contrast.task}"
    cells = [cells[0] for cells in finding.paired.cells]
    shared = list(dict.fromkeys(cell.place(contrast.over)[1] for cell in cells))
    return Scope(
        task=contrast.task,
        n_tasks=len({cell.task for cell in cells}),
        over=contrast.over,
        shared=tuple(shared) if len(shared) <= MAX_NAMES else (),
        n_shared=len(shared),
        matched_on=scores.matched_on,
        seeds=finding.blocks,
        unfinished=tuple(unfinished),
    ).text


def _not_converged(cells: Iterable[Cell], over: Side, scores: ExperimentScores) -> list[str]:
    """Return the names of the sides of which too many runs were still improving when they were stopped."""
    return list(dict.fromkeys(cell.side(over) for cell in cells if cell in scores.not_converged))


def _unfinished_text(unfinished: list[str]) -> str:
    return f"; not converged: {listed(unfinished)}" if unfinished else ""


def _counted(test: Counted, scores: ExperimentScores) -> dict[str, Any]:
    counted = count(test, scores)
    verdict: ContrastVerdict = (
        "undecided" if counted.holds is None else "supported" if counted.holds else "contradicted"
    )
    return {
        "metric": test.metric,
        "margin": 0.0,
        "reason": "counted, not estimated",
        "runs": counted.number,
        "p_value": NAN,
        "improvement": NAN,
        "detectable": NAN,
        # What is counted is true of every network, however long it was trained.
        "converged": True,
        "scope": f"at {scores.matched_on}" if scores.matched_on and counted.number else "",
        "family": EXACT,
        **_estimate(Interval(*[counted.value] * 3)),
        "verdict": verdict,
        "text": f"{verdict}: counted, {counted.text}" if counted.number else "undecided: no data",
    }


def _estimate(interval: Interval) -> dict[str, float]:
    return {"estimate": interval.value, "low": interval.low, "high": interval.high}
