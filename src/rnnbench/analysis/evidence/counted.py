"""Claims that are counted: numbers that other seeds would not change."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnnbench.analysis.claims import Collisions, Counted, ExactScore, InputWeights, WeightRatio
from rnnbench.analysis.evidence.scores import ExperimentScores
from rnnbench.data.corpus import ALL


class Count(NamedTuple):
    """What was counted."""

    value: float
    number: int
    """How many were counted; 0 without data."""
    holds: bool | None
    """Whether the claim is true; None where too little was counted to tell."""
    text: str


NOTHING = Count(float("nan"), 0, None, "no data")


def count(test: Counted, scores: ExperimentScores) -> Count:
    """Return the count that decides a claim."""
    return COUNTS[type(test)](test, scores)


def _exact_score(test: ExactScore, scores: ExperimentScores) -> Count:
    by_cell = scores.values.get((test.split, ALL, test.metric), {})
    tasks = scores.tasks_of(test.task)
    cells = [cell for cell in by_cell if cell.task in tasks and cell.architecture == test.first]
    values = np.array([value for cell in cells for value in by_cell[cell].values()])
    if not len(values):
        return NOTHING
    metric, others = test.metric.replace("_", " "), int((values != test.value).sum())
    text = f"the {metric} of {test.first} is exactly {test.value:g} in {len(values) - others} of {len(values)} runs"
    return Count(float(values.mean()), len(values), others == 0, text)


def _weight_ratio(test: WeightRatio, scores: ExperimentScores) -> Count:
    ratios = [
        weights.recurrent / scores.weights[other].recurrent
        for cell, weights in scores.weights.items()
        if cell.architecture == test.first and (other := cell._replace(architecture=test.second)) in scores.weights
    ]
    if not ratios:
        return NOTHING
    ratio = float(np.mean(ratios))
    holds = bool(np.isclose(ratio, test.claimed))
    text = f"{test.first} has {ratio:.3g} times the recurrent weights of {test.second}"
    return Count(ratio, len(ratios), holds, text if holds else f"{text}, not {test.claimed:.3g} times")


def _input_weights(test: InputWeights, scores: ExperimentScores) -> Count:
    """Return the ratio of input weights in the largest vocabulary, and whether it is above 1 in small ones alone."""
    ratios = {
        scores.codes[cell.task, cell.encoder].words: weights.input / scores.weights[other].input
        for cell, weights in scores.weights.items()
        if cell.encoder == test.first
        and (cell.task, cell.encoder) in scores.codes
        and (other := cell._replace(encoder=test.second)) in scores.weights
    }
    if not ratios:
        return NOTHING
    by_words = [ratios[words] for words in sorted(ratios)]
    fewer = [ratio < 1 for ratio in by_words]
    turns = not fewer[0] and fewer[-1] and fewer == sorted(fewer)
    holds = None if len(by_words) < 2 or (not any(fewer) and by_words[-1] < by_words[0]) else turns
    sizes = ", ".join(f"{ratio:.2f} with {words:,.0f} words" for words, ratio in sorted(ratios.items()))
    text = f"{test.first} has these times the input weights of {test.second}: {sizes}"
    return Count(by_words[-1], len(by_words), holds, text)


def _collisions(test: Collisions, scores: ExperimentScores) -> Count:
    codes = {place: codes for place, codes in scores.codes.items() if place[1] == test.first and codes.words}
    if not codes:
        return NOTHING
    shares = [entry.collisions / entry.words for entry in codes.values()]
    (task, _), most = max(codes.items(), key=lambda item: item[1].collisions / item[1].words)
    text = f"{most.collisions:g} of {most.words:g} training words of {task} share their code with another"
    return Count(float(np.mean(shares)), len(shares), not any(shares), text)


COUNTS: dict[type, Callable[[Any, ExperimentScores], Count]] = {
    ExactScore: _exact_score,
    WeightRatio: _weight_ratio,
    InputWeights: _input_weights,
    Collisions: _collisions,
}
"""Kind of counted claim -> how it is counted."""
