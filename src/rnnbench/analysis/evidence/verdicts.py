"""What the runs of an experiment say of each claim: estimate, intervals, verdict, and a plain sentence."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np

from rnnbench.analysis.claims import CLAIMS, QUALIFICATIONS, Claim, Contrast, Count, Wanted
from rnnbench.analysis.evidence.findings import NAN, NO_FINDING, UNKNOWN, Finding, PerSequence, finding, nothing_counted
from rnnbench.analysis.evidence.scores import Scores
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.paired import Decision, decide
from rnnbench.analysis.statistics.ranks import holm

ClaimVerdict = Literal["supported", "contradicted", "equivalent", "undecided"]
LEVEL = 0.05
"""How often any difference is claimed, over all contrasts together, where there is none."""
KNOWN = (*CLAIMS, *QUALIFICATIONS)
NO_DATA = {"verdict": "undecided", "text": "undecided: no data"}


def claim_rows(
    found: list[Scores],
    claims: Iterable[Claim] = KNOWN,
    counted: PerSequence = nothing_counted,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `claims`: a row for each contrast of each claim, also where nothing is known.

    What is comparable in further ways has further rows, where there are data. P-values are corrected for all contrasts
    that are comparable in one way together (Holm), the user's own by themselves: so that where nothing differs any
    difference at all is claimed one time in twenty, and further questions do not take the answers of the others away.
    """
    asked = [(own, claim, test) for own in found for claim in claims for test in claim.tests]
    findings = [finding(test, own, counted) if isinstance(test, Contrast) else NO_FINDING for own, _, test in asked]
    families = [(own.fair, claim in KNOWN) for own, claim, _ in asked]
    for (own, claim, test), one, p_value in zip(asked, findings, _corrected(findings, families), strict=True):
        told = _counted(test, own) if isinstance(test, Count) else _tested(test, one, p_value)
        if told["runs"] or own is found[0]:
            about = {"claim": claim.name, "source": claim.source, "sentence": claim.sentence}
            yield about | {"contrast": test.name, "why": test.why, "fair": own.fair} | told


def _corrected(findings: list[Finding], families: list[tuple[str, bool]]) -> list[float]:
    """Return the p-value of each finding, corrected for those of its family that have data; NaN without any."""
    corrected = [NAN] * len(findings)
    for family in set(families):
        members = [i for i, other in enumerate(families) if other == family and findings[i].runs]
        for i, p_value in zip(members, holm(np.array([findings[i].p_value for i in members])), strict=True):
            corrected[i] = float(p_value)
    return corrected


def _tested(contrast: Contrast, one: Finding, p_value: float) -> dict[str, Any]:
    told = {"metric": contrast.metric, "margin": contrast.margin, "runs": one.runs, "p_value": p_value}
    told |= _numbers(one.seeds) | {"low_sentences": one.sentences.low, "high_sentences": one.sentences.high}
    told |= {"improvement": one.improvement, "detectable": one.power.detectable, "seeds_needed": one.power.seeds}
    if not one.runs:
        return told | NO_DATA
    decision = decided(one.seeds, one.sentences, contrast.margin, p_value)
    verdict = judged(contrast.wanted, decision)
    return told | {"verdict": verdict, "text": _text(contrast, one, verdict, decision, p_value)}


def decided(seeds: Interval, sentences: Interval, margin: float, p_value: float) -> Decision:
    """Return what the interval of other seeds, that of other sentences where it is known, and a p-value agree on.

    `p_value` is corrected for all claims; an interval within the margin needs none.
    """
    sentences = sentences if np.isfinite(sentences.low) else seeds
    by_seeds = decide(seeds.low, seeds.high, margin)
    if by_seeds == "equivalent":
        return by_seeds if decide(sentences.low, sentences.high, margin) == by_seeds else "undecided"
    return by_seeds if _side(seeds) == _side(sentences) and p_value <= LEVEL else "undecided"


def _side(interval: Interval) -> int:
    """Return on which side of 0 an interval lies; 0 where it holds 0."""
    return int(interval.low > 0) - int(interval.high < 0)


def judged(wanted: Wanted, decision: Decision) -> ClaimVerdict:
    """Return the verdict on a claim that wants the first network's score to be above, below or the same.

    >>> [judged(wanted, "better") for wanted in ("above", "below", "same")]
    ['supported', 'contradicted', 'contradicted']
    """
    if decision == "equivalent":
        return "supported" if wanted == "same" else "equivalent"
    if decision == "undecided":
        return "undecided"
    return "supported" if (wanted, decision) in (("above", "better"), ("below", "worse")) else "contradicted"


def _text(contrast: Contrast, one: Finding, verdict: ClaimVerdict, decision: Decision, p_value: float) -> str:
    """Return the verdict in a plain sentence."""
    value, low, high = one.seeds
    beside = f"{abs(value):.3f} {'above' if value > 0 else 'below'} that of {contrast.second}"
    metric = contrast.metric.replace("_", " ")
    if contrast.rather_than:
        metric = f"gain in {metric} on {contrast.phenomenon} rather than {contrast.rather_than}"
    told = f"the {metric} of {contrast.first} is {beside if contrast.second else f'{value:.3f}'}"
    interval = f"(interval {low:+.3f} to {high:+.3f}, {one.runs} runs)"
    return f"{verdict}: {told} {interval}{_why_not(one, decision, p_value)}"


def _why_not(one: Finding, decision: Decision, p_value: float) -> str:
    """Return why nothing was decided, and what would help."""
    if decision != "undecided":
        return ""
    if _side(one.seeds) and p_value <= LEVEL:
        return "; other test sentences could turn it: more of them would help"
    needed = one.power.seeds
    more = f"; about {needed} seeds would decide a difference of this size" if needed else ""
    return f"; a difference of {one.power.detectable:.3f} would have been seen{more}"


def _counted(count: Count, found: Scores) -> dict[str, Any]:
    ratios = [
        weights / found.weights[task, encoder, count.second]
        for (task, encoder, base), weights in found.weights.items()
        if base == count.first and (task, encoder, count.second) in found.weights
    ]
    told = {"metric": "weights", "margin": 0.0, "runs": len(ratios), "p_value": NAN, "seeds_needed": None}
    told |= dict.fromkeys(("low_sentences", "high_sentences", "improvement", "detectable"), NAN)
    if not ratios:
        return told | _numbers(UNKNOWN) | NO_DATA
    ratio = float(np.mean(ratios))
    verdict = "supported" if np.isclose(ratio, count.claimed) else "contradicted"
    text = f"{verdict}: counted, {count.first} has {ratio:.3g} times the recurrent weights of {count.second}"
    claimed = "" if verdict == "supported" else f", not {count.claimed:.3g} times"
    return told | _numbers(Interval(ratio, ratio, ratio)) | {"verdict": verdict, "text": text + claimed}


def _numbers(interval: Interval) -> dict[str, float]:
    return {"estimate": interval.value, "low": interval.low, "high": interval.high}
