"""What the scores say of one contrast: how large the difference is, and how much of it seeds or sentences made."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.claims import Contrast
from rnnbench.analysis.evidence.scores import Scores, Strata, TaskEncoder, strata
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import bootstrap_interval, mean
from rnnbench.analysis.statistics.paired import Power, power, probability_of_improvement, sign_flip_test
from rnnbench.analysis.statistics.resampling import drawn_anew, interval_of, mean_scores
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL

DRAWS = 10_000
"""Times that seeds are drawn anew."""
NAN = float("nan")
UNKNOWN = Interval(NAN, NAN, NAN)

PerSequence = Callable[[TaskEncoder, str, str, str, list[int]], RatioOfSums | None]
"""(place, network as tables call it, split, metric, seeds) -> what its runs got right of every sequence, if known."""


def nothing_counted(place: TaskEncoder, network: str, split: str, metric: str, seeds: list[int]) -> RatioOfSums | None:
    """Return that nothing is known of single sequences."""
    return None


class Finding(NamedTuple):
    """What the scores say of a contrast, before all contrasts are looked at together."""

    runs: int
    seeds: Interval
    """Of the mean difference: what other seeds would say."""
    sentences: Interval
    """What other test sequences would say; NaN where that is not known."""
    p_value: float
    """Of no difference; NaN without any data."""
    improvement: float
    """The chance that a run of the first is above one of the second; NaN where there is no second."""
    power: Power


NO_FINDING = Finding(0, UNKNOWN, UNKNOWN, NAN, NAN, Power(NAN, None))


def finding(contrast: Contrast, found: Scores, counted: PerSequence = nothing_counted) -> Finding:
    """Return what the scores say of a contrast: an interval for the mean difference, and a test of flipped signs.

    Tasks and encoders are strata of the interval. The test flips whole seeds: the networks of one seed start alike.
    """
    known = strata(contrast, found)
    if not known.differences.size:
        return NO_FINDING
    rng = generator(purpose="claims", contrast=contrast.name)
    by_seed = known.differences.mean(0)
    seeds = bootstrap_interval(known.differences, mean, rng, draws=DRAWS)
    p_value = sign_flip_test(by_seed, rng)
    pairs = zip(known.first, known.second, strict=True)
    improvement = float(np.mean([probability_of_improvement(*pair) for pair in pairs])) if contrast.second else NAN
    sentences = _over_sentences(contrast, known, found, counted)
    runs = known.differences.size * (2 if contrast.second else 1)
    return Finding(runs, seeds, sentences, p_value, improvement, power(by_seed))


def _over_sentences(contrast: Contrast, known: Strata, found: Scores, counted: PerSequence) -> Interval:
    """Return the mean difference with the interval of other test sequences, the same for both networks."""
    if contrast.phenomenon != ALL:  # counts are kept of whole sequences
        return UNKNOWN
    drawn: dict[str, list[Array]] = {}
    for place in known.places:
        sides = [
            counted(place, found.names[base], contrast.split, contrast.metric, known.seeds)
            for base in (contrast.first, contrast.second)
            if base
        ]
        whole = [side for side in sides if side is not None]
        if len(whole) < len(sides):
            return UNKNOWN
        drawn.setdefault(place[0], []).append(_drawn(place[0], whole))
    interval = interval_of(np.mean([np.mean(of_task, 0) for of_task in drawn.values()], 0))
    # A score may lie a constant off its ratio of counts, the same for all networks.
    shift = 0.0 if contrast.second else float(known.differences.mean()) - interval.value
    return Interval(*(end + shift for end in interval))


def _drawn(task: str, sides: list[RatioOfSums]) -> Array:
    """Return the difference of mean scores, (1 + draws,); draws are the same for all networks on a task."""
    weights = drawn_anew(sides[0].part.shape[-1], generator(purpose="sentences", task=task))
    scores = [side.scale * mean_scores(side.part, side.whole, weights) for side in sides]
    return scores[0] - (scores[1] if len(scores) > 1 else 0.0)
