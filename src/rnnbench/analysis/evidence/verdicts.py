"""The table `claims`: for each contrast an estimate, intervals, a verdict, and a plain sentence."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np

from rnnbench.analysis.claims import PUBLISHED_CLAIMS, Claim, ClaimedRelation, Contrast, WeightRatio
from rnnbench.analysis.evidence.findings import (
    NAN,
    NO_FINDING,
    Finding,
    SequenceScoresLookup,
    evaluate_contrast,
    no_sequence_scores,
)
from rnnbench.analysis.evidence.scores import ExperimentScores
from rnnbench.analysis.statistics.estimates import UNKNOWN, Interval
from rnnbench.analysis.statistics.paired import Decision, decide
from rnnbench.analysis.statistics.ranks import holm

ContrastVerdict = Literal["supported", "contradicted", "equivalent", "undecided"]
LEVEL = 0.05
"""Probability that any difference is claimed, over all contrasts together, where there is none."""
NO_DATA = {"verdict": "undecided", "text": "undecided: no data"}


def claim_rows(
    scores: list[ExperimentScores],
    claims: Iterable[Claim] = PUBLISHED_CLAIMS,
    per_sequence: SequenceScoresLookup = no_sequence_scores,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `claims`: a row for each contrast of each claim, also where there are no data.

    Networks that are matched on a further quantity have further rows, where there are data. P-values are corrected
    (Holm) for all contrasts of published claims, and apart from them for those of the user's claims, for each quantity
    that networks are matched on. So where nothing differs, any difference at all is claimed in at most 5 % of
    experiments, and further claims do not weaken the evidence on the others.
    """
    contrasts = [(entry, claim, test) for entry in scores for claim in claims for test in claim.tests]
    findings = [
        evaluate_contrast(test, entry, per_sequence) if isinstance(test, Contrast) else NO_FINDING
        for entry, _, test in contrasts
    ]
    families = [(entry.matched_on, claim in PUBLISHED_CLAIMS) for entry, claim, _ in contrasts]
    p_values = _corrected(findings, families)
    for (entry, claim, test), finding, p_value in zip(contrasts, findings, p_values, strict=True):
        evidence = _counted(test, entry) if isinstance(test, WeightRatio) else _tested(test, finding, p_value)
        if evidence["runs"] or entry is scores[0]:
            key = {"claim": claim.name, "source": claim.source, "sentence": claim.sentence}
            yield key | {"contrast": test.name, "why": test.why, "fair": entry.matched_on} | evidence


def _corrected(findings: list[Finding], families: list[tuple[str, bool]]) -> list[float]:
    """Return the p-value of each finding, corrected for those of its family that have data; NaN without data."""
    corrected = [NAN] * len(findings)
    for family in set(families):
        members = [i for i, other in enumerate(families) if other == family and findings[i].runs]
        for i, p_value in zip(members, holm(np.array([findings[i].p_value for i in members])), strict=True):
            corrected[i] = float(p_value)
    return corrected


def _tested(contrast: Contrast, finding: Finding, p_value: float) -> dict[str, Any]:
    columns = {"metric": contrast.metric, "margin": contrast.margin, "runs": finding.runs, "p_value": p_value}
    columns |= _estimate(finding.seeds)
    columns |= {"low_sentences": finding.sentences.low, "high_sentences": finding.sentences.high}
    columns |= {"improvement": finding.improvement}
    columns |= {"detectable": finding.power.detectable, "seeds_needed": finding.power.seeds}
    if not finding.runs:
        return columns | NO_DATA
    decision = combined_decision(finding.seeds, finding.sentences, contrast.margin, p_value)
    verdict = verdict_on(contrast.wanted, decision)
    return columns | {"verdict": verdict, "text": _text(contrast, finding, verdict, decision, p_value)}


def combined_decision(seeds: Interval, sentences: Interval, margin: float, p_value: float) -> Decision:
    """Return the decision that both intervals and the p-value agree on, "undecided" where they do not.

    The intervals are those for other seeds and, where it is known, for other sentences. `p_value` is corrected for all
    claims; it does not count where the intervals lie within the margin.
    """
    sentences = sentences if np.isfinite(sentences.low) else seeds
    by_seeds = decide(seeds.low, seeds.high, margin)
    if by_seeds == "equivalent":
        return by_seeds if decide(sentences.low, sentences.high, margin) == by_seeds else "undecided"
    return by_seeds if _sign(seeds) == _sign(sentences) and p_value <= LEVEL else "undecided"


def _sign(interval: Interval) -> int:
    """Return the sign of an interval; 0 where it contains 0."""
    return int(interval.low > 0) - int(interval.high < 0)


def verdict_on(wanted: ClaimedRelation, decision: Decision) -> ContrastVerdict:
    """Return the verdict on a claim that the first network's score is above, below or the same as the second's.

    >>> [verdict_on(wanted, "better") for wanted in ("above", "below", "same")]
    ['supported', 'contradicted', 'contradicted']
    """
    if decision == "equivalent":
        return "supported" if wanted == "same" else "equivalent"
    if decision == "undecided":
        return "undecided"
    return "supported" if (wanted, decision) in (("above", "better"), ("below", "worse")) else "contradicted"


def _text(contrast: Contrast, finding: Finding, verdict: ContrastVerdict, decision: Decision, p_value: float) -> str:
    """Return the verdict in a plain sentence."""
    value, low, high = finding.seeds
    difference = f"{abs(value):.3f} {'above' if value > 0 else 'below'} that of {contrast.second}"
    metric = contrast.metric.replace("_", " ")
    if contrast.minus_phenomenon:
        metric = f"gain in {metric} on {contrast.phenomenon} rather than {contrast.minus_phenomenon}"
    result = f"the {metric} of {contrast.first} is {difference if contrast.second else f'{value:.3f}'}"
    interval = f"(interval {low:+.3f} to {high:+.3f}, {finding.runs} runs)"
    return f"{verdict}: {result} {interval}{_why_undecided(finding, decision, p_value)}"


def _why_undecided(finding: Finding, decision: Decision, p_value: float) -> str:
    """Return why nothing was decided, and what would help; "" where something was."""
    if decision != "undecided":
        return ""
    if _sign(finding.seeds) and p_value <= LEVEL:
        return "; other test sentences could turn it: more of them would help"
    needed = finding.power.seeds
    more = f"; about {needed} seeds would decide a difference of this size" if needed else ""
    return f"; a difference of {finding.power.detectable:.3f} would have been seen{more}"


def _counted(claim: WeightRatio, scores: ExperimentScores) -> dict[str, Any]:
    ratios = [
        weights / scores.weights[task, encoder, claim.second]
        for (task, encoder, base), weights in scores.weights.items()
        if base == claim.first and (task, encoder, claim.second) in scores.weights
    ]
    columns = {"metric": "weights", "margin": 0.0, "runs": len(ratios), "p_value": NAN, "seeds_needed": None}
    columns |= dict.fromkeys(("low_sentences", "high_sentences", "improvement", "detectable"), NAN)
    if not ratios:
        return columns | _estimate(UNKNOWN) | NO_DATA
    ratio = float(np.mean(ratios))
    verdict = "supported" if np.isclose(ratio, claim.claimed) else "contradicted"
    text = f"{verdict}: counted, {claim.first} has {ratio:.3g} times the recurrent weights of {claim.second}"
    claimed = "" if verdict == "supported" else f", not {claim.claimed:.3g} times"
    return columns | _estimate(Interval(ratio, ratio, ratio)) | {"verdict": verdict, "text": text + claimed}


def _estimate(interval: Interval) -> dict[str, float]:
    return {"estimate": interval.value, "low": interval.low, "high": interval.high}
