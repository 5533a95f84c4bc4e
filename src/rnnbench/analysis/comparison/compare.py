"""Asks the store which of two sides is better: pair by pair, and over all pairs together."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.combination_scores import CombinationScores
from rnnbench.analysis.comparison.comparison import Comparison, comparison, corrected, together
from rnnbench.analysis.comparison.sides import Pair
from rnnbench.analysis.comparison.text import Part, rendered
from rnnbench.analysis.comparison.wording import margin_of
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.data.corpus import read_corpus
from rnnbench.evaluation.metrics import compared_by

NOTHING = "no seed has a finished run of both sides yet; run snakemake, or: rnnbench train"
Both = tuple[str, CombinationScores, CombinationScores]


def compare_text(
    pairs: Sequence[Pair], sides: tuple[str, str], *, split: str, metric: str | None, margin: float | None
) -> str:
    """Return how pairs of combinations compare, as text: a part for each metric, by default each task's headline.

    Raises UserError where no pair has scores of both.
    """
    found: dict[Question, list[Comparison]] = {}
    for name, both in _by_metric(_trained(pairs), split, metric).items():
        question = Question(*sides, split, name, margin_of(name) if margin is None else margin)
        if comparisons := list(_comparisons(question, both)):
            found[question] = comparisons
    if not found:
        raise UserError(NOTHING)
    told = {one.name for comparisons in found.values() for one in comparisons}
    return rendered(answered(found), [pair.name for pair in pairs if pair.name not in told])


def answered(asked: Mapping[Question, Sequence[Comparison]]) -> list[Part]:
    """Return the answers to every question: of every pair, p-values corrected for all of them, and of all pairs of it.

    That one is a question of its own, so its p-value is not corrected.
    """
    every = [one for comparisons in asked.values() for one in comparisons]
    p_values = iter(corrected(one.p_value for one in every))
    least = iter(corrected(one.least_p for one in every))
    parts = []
    for question, comparisons in asked.items():
        answers = [Answer(question, one, next(p_values), next(least), len(every)) for one in comparisons]
        whole = together(f"all {len(comparisons)} pairs", comparisons) if len(comparisons) > 1 else None
        parts.append(Part(question, answers, whole and Answer(question, whole, whole.p_value, whole.least_p, 1)))
    return parts


def _trained(pairs: Sequence[Pair]) -> list[Both]:
    """Return the pairs of which the store has runs of both sides."""
    corpus = functools.cache(lambda path: read_corpus(Path(path)))
    found = [
        (
            name,
            CombinationScores(first, corpus(first.job["data"])),
            CombinationScores(second, corpus(second.job["data"])),
        )
        for name, first, second in pairs
        if first.selected and second.selected
    ]
    if not found:
        raise UserError(NOTHING)
    return found


def _by_metric(both: Sequence[Both], split: str, metric: str | None) -> dict[str, list[Both]]:
    """Return which pairs are compared by which metric; a pair that lacks the one that is asked for is left out."""
    found: dict[str, list[Both]] = {}
    known: set[str] = set()
    for name, first, second in both:
        own = first.metrics(split) & second.metrics(split)
        known |= own
        chosen = compared_by(own) if metric is None else metric
        if chosen in own:
            found.setdefault(chosen, []).append((name, first, second))
    if found:
        return found
    if not known:
        raise UserError(f"--split: no score on {split!r}{did_you_mean(split, _splits(both))}")
    raise UserError(f"--metric: {split} has no {metric or 'headline'!r}{did_you_mean(metric, known)}")


def _splits(both: Sequence[Both]) -> set[str]:
    return {split for _, *sides in both for side in sides for split, _ in side.known}


def _comparisons(question: Question, both: Sequence[Both]) -> Iterator[Comparison]:
    for name, first, second in both:
        found = comparison(name, first, second, split=question.split, metric=question.metric)
        if found is not None:
            yield found
