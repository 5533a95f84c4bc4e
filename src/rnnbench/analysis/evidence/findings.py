"""The finding on one contrast: the difference of scores, its intervals over seeds and sentences, and its p-value."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.claims import Contrast
from rnnbench.analysis.evidence.scores import ExperimentScores, Strata, TaskEncoder, strata
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.estimates import UNKNOWN, Interval
from rnnbench.analysis.statistics.intervals import bootstrap_interval, mean
from rnnbench.analysis.statistics.paired import Power, power, probability_of_improvement, sign_flip_test
from rnnbench.analysis.statistics.resampling import bootstrap_counts, mean_scores, percentile_interval
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import ALL

DRAWS = 10_000
"""Number of bootstrap samples of the seeds."""
NAN = float("nan")

SequenceScoresLookup = Callable[[TaskEncoder, str, str, str, list[int]], RatioOfSums | None]
"""(task and encoder, network's name in tables, split, metric, seeds) -> scores of every sequence; None if unknown."""


def no_sequence_scores(
    place: TaskEncoder, network: str, split: str, metric: str, seeds: list[int]
) -> RatioOfSums | None:
    """Return None: the scores of single sequences are not known."""
    return None


class Finding(NamedTuple):
    """The statistics of one contrast, before p-values are corrected for all contrasts."""

    runs: int
    seeds: Interval
    """The mean difference with its interval for other seeds."""
    sentences: Interval
    """The mean difference with its interval for other test sequences; NaN where it is not known."""
    p_value: float
    """The p-value of no difference; NaN without data."""
    improvement: float
    """The probability that a run of the first scores above one of the second; NaN where there is no second."""
    power: Power


NO_FINDING = Finding(0, UNKNOWN, UNKNOWN, NAN, NAN, Power(NAN, None))


def evaluate_contrast(
    contrast: Contrast, scores: ExperimentScores, per_sequence: SequenceScoresLookup = no_sequence_scores
) -> Finding:
    """Return the finding on a contrast: intervals of the mean difference, and a test by flipped signs.

    Tasks and encoders are strata of the interval. The test flips the signs of whole seeds, since networks of the same
    seed have related initial weights.
    """
    paired = strata(contrast, scores)
    if not paired.differences.size:
        return NO_FINDING
    rng = generator(purpose="claims", contrast=contrast.name)
    by_seed = paired.differences.mean(0)
    seeds = bootstrap_interval(paired.differences, mean, rng, draws=DRAWS)
    p_value = sign_flip_test(by_seed, rng)
    pairs = zip(paired.first, paired.second, strict=True)
    improvement = float(np.mean([probability_of_improvement(*pair) for pair in pairs])) if contrast.second else NAN
    sentences = _sentences_interval(contrast, paired, scores, per_sequence)
    runs = paired.differences.size * (2 if contrast.second else 1)
    return Finding(runs, seeds, sentences, p_value, improvement, power(by_seed))


def _sentences_interval(
    contrast: Contrast, paired: Strata, scores: ExperimentScores, per_sequence: SequenceScoresLookup
) -> Interval:
    """Return the mean difference with its interval for other test sequences, which are the same for both networks."""
    if contrast.phenomenon != ALL:  # the store keeps counts of whole sequences only
        return UNKNOWN
    by_task: dict[str, list[Array]] = {}
    for place in paired.places:
        sides = [
            per_sequence(place, scores.names[base], contrast.split, contrast.metric, paired.seeds)
            for base in (contrast.first, contrast.second)
            if base
        ]
        complete = [side for side in sides if side is not None]
        if len(complete) < len(sides):
            return UNKNOWN
        by_task.setdefault(place[0], []).append(_resampled_difference(place[0], complete))
    interval = percentile_interval(np.mean([np.mean(differences, 0) for differences in by_task.values()], 0))
    # A score may differ from its ratio of counts by a constant, which is the same for all networks.
    shift = 0.0 if contrast.second else float(paired.differences.mean()) - interval.value
    return Interval(*(end + shift for end in interval))


def _resampled_difference(task: str, sides: list[RatioOfSums]) -> Array:
    """Return the difference of mean scores, (1 + draws,); the draws are the same for all networks on a task."""
    weights = bootstrap_counts(sides[0].part.shape[-1], generator(purpose="sentences", task=task))
    scores = [side.scale * mean_scores(side.part, side.whole, weights) for side in sides]
    return scores[0] - (scores[1] if len(scores) > 1 else 0.0)
