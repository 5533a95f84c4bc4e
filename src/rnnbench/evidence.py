"""What the runs of an experiment say of each claim: estimate, interval, verdict, and a plain sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from rnnbench.claims import CLAIMS, Claim, Contrast, Count, Wanted
from rnnbench.corpus import Array
from rnnbench.seeds import generator
from rnnbench.statistics import Interval
from rnnbench.statistics.intervals import bootstrap_interval, mean
from rnnbench.statistics.paired import decide, sign_flip_test
from rnnbench.statistics.ranks import holm
from rnnbench.tables import ALL

Row = Mapping[str, Any]
Verdict = Literal["supported", "contradicted", "equivalent", "undecided"]
DRAWS = 10_000
LEVEL = 0.05
"""How often any difference is claimed, over all contrasts together, where there is none."""
UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))
NO_DATA = {"verdict": "undecided", "text": "undecided: no data"}


class Scores(NamedTuple):
    """What was scored: (task, encoder, architecture, split, phenomenon, metric) -> seed -> value, of selected runs."""

    known: dict[tuple[str, ...], dict[int, float]]
    weights: dict[tuple[str, str, str], float]
    """(task, encoder, architecture) -> recurrent weights, divided by the square of the width."""


def scores_from(scores: Iterable[Row], phenomena: Iterable[Row], runs: Iterable[Row]) -> Scores:
    """Return what the rows of three tables say."""
    found = Scores({}, {})
    for row in scores:
        if row["selected"]:
            _keep(found, row, ALL)
    for row in phenomena:
        _keep(found, row, row["phenomenon"])
    for row in runs:
        if row["parameters_recurrent"] is not None:
            place = (row["task"], row["encoder"], row["architecture"])
            found.weights[place] = row["parameters_recurrent"] / row["hidden"] ** 2
    return found


def _keep(found: Scores, row: Row, phenomenon: str) -> None:
    if np.isfinite(row["value"]):
        place = (row["task"], row["encoder"], row["architecture"], row["split"], phenomenon, row["metric"])
        found.known.setdefault(place, {})[row["seed"]] = row["value"]


class Finding(NamedTuple):
    """What the scores say of a contrast, before all contrasts are looked at together."""

    runs: int
    interval: Interval
    p_value: float
    """Of no difference; NaN without any data."""


def claim_rows(found: Scores, claims: Iterable[Claim] = CLAIMS) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `claims`: a row for each contrast of each claim, also where nothing is known.

    P-values are corrected for all contrasts together (Holm), so that where nothing differs any difference at all is
    claimed one time in twenty.
    """
    tests = [(claim, test) for claim in claims for test in claim.tests]
    findings = {test: finding(test, found) for _, test in tests if isinstance(test, Contrast)}
    known = {test: one.p_value for test, one in findings.items() if one.runs}
    corrected = dict(zip(known, holm(np.array(list(known.values()))), strict=True))
    for claim, test in tests:
        about = {"claim": claim.name, "contrast": test.name, "sentence": claim.sentence, "why": test.why}
        if isinstance(test, Count):
            yield about | _counted(test, found)
        else:
            yield about | _tested(test, findings[test], corrected.get(test, float("nan")))


def finding(contrast: Contrast, found: Scores) -> Finding:
    """Return what the scores say of a contrast: an interval for the mean difference, and a test of flipped signs.

    Encoders are strata of the interval. The test flips whole seeds, since the networks of one seed start alike.
    """
    strata = differences(contrast, found)
    if not strata.size:
        return Finding(0, UNKNOWN, float("nan"))
    rng = generator(purpose="claims", contrast=contrast.name)
    interval = bootstrap_interval(strata, mean, rng, draws=DRAWS)
    return Finding(strata.size * (2 if contrast.second else 1), interval, sign_flip_test(strata.mean(0), rng))


def _tested(contrast: Contrast, one: Finding, p_value: float) -> dict[str, Any]:
    told = {"metric": contrast.metric, "margin": contrast.margin, "runs": one.runs, "p_value": p_value}
    told |= _numbers(one.interval)
    if not one.runs:
        return told | NO_DATA
    verdict = judged(contrast.wanted, one.interval, contrast.margin, p_value)
    return told | {"verdict": verdict, "text": _told(contrast, one, verdict)}


def differences(contrast: Contrast, found: Scores) -> Array:
    """Return the first's scores minus the second's, (C, S): C pairs of task and encoder, S seeds that all have."""
    strata = []
    for place, own in found.known.items():
        task, encoder, architecture, *rest = place
        wanted = (contrast.split, contrast.phenomenon, contrast.metric)
        if architecture != contrast.first or tuple(rest) != wanted or not _is_of(task, contrast.task):
            continue
        other = (
            found.known.get((task, encoder, contrast.second, *rest), {}) if contrast.second else dict.fromkeys(own, 0.0)
        )
        strata.append({seed: own[seed] - other[seed] for seed in own.keys() & other.keys()})
    seeds = sorted(set.intersection(*(set(one) for one in strata))) if strata else []
    return np.array([[one[seed] for seed in seeds] for one in strata])


def _is_of(task: str, family: str) -> bool:
    return task == family or task.startswith(f"{family} ")


def judged(wanted: Wanted, interval: Interval, margin: float, p_value: float) -> Verdict:
    """Return the verdict on a claim from a difference: its interval, and its p-value corrected for all claims.

    >>> [judged(wanted, Interval(0.02, 0.01, 0.03), 0.005, 0.01) for wanted in ("above", "same")]
    ['supported', 'contradicted']
    """
    decision = decide(interval.low, interval.high, margin)
    if decision == "equivalent":
        return "supported" if wanted == "same" else "equivalent"
    if decision == "undecided" or not p_value <= LEVEL:
        return "undecided"
    return "supported" if (wanted, decision) in (("above", "better"), ("below", "worse")) else "contradicted"


def _told(contrast: Contrast, one: Finding, verdict: Verdict) -> str:
    """Return the verdict in a plain sentence."""
    value, low, high = one.interval
    beside = f"{abs(value):.3f} {'above' if value > 0 else 'below'} that of {contrast.second}"
    size = beside if contrast.second else f"{value:.3f}"
    metric = contrast.metric.replace("_", " ")
    return (
        f"{verdict}: the {metric} of {contrast.first} is {size} (interval {low:+.3f} to {high:+.3f}, {one.runs} runs)"
    )


def _counted(count: Count, found: Scores) -> dict[str, Any]:
    ratios = [
        weights / found.weights[task, encoder, count.second]
        for (task, encoder, architecture), weights in found.weights.items()
        if architecture == count.first and (task, encoder, count.second) in found.weights
    ]
    told = {"metric": "weights", "margin": 0.0, "runs": len(ratios), "p_value": float("nan")}
    if not ratios:
        return told | _numbers(UNKNOWN) | NO_DATA
    ratio = float(np.mean(ratios))
    verdict = "supported" if np.isclose(ratio, count.claimed) else "contradicted"
    text = f"{verdict}: counted, {count.first} has {ratio:.3g} times the recurrent weights of {count.second}"
    claimed = "" if verdict == "supported" else f", not {count.claimed:.3g} times"
    return told | _numbers(Interval(ratio, ratio, ratio)) | {"verdict": verdict, "text": text + claimed}


def _numbers(interval: Interval) -> dict[str, float]:
    return {"estimate": interval.value, "low": interval.low, "high": interval.high}
