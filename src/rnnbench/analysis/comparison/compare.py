"""Which of two sides is better, by the runs in the store: pair by pair, and over all pairs together."""

import functools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.combination_scores import CombinationScores
from rnnbench.analysis.comparison.comparison import Comparison, compare_combinations, pooled
from rnnbench.analysis.comparison.sides import CombinationPair
from rnnbench.analysis.comparison.text import QuestionAnswers, answers_text
from rnnbench.analysis.comparison.wording import margin_of
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.data.corpora import Corpora
from rnnbench.evaluation.metrics import compared_by

NO_RUNS = "no seed has a finished run of both sides yet; run snakemake, or: rnnbench train"
ScoredPair = tuple[str, CombinationScores, CombinationScores]
"""The name of a pair, and the scores of its two combinations."""


def compare_text(
    pairs: Sequence[CombinationPair], sides: tuple[str, str], *, split: str, metric: str | None, margin: float | None
) -> str:
    """Return the comparison of pairs as text, a part for each metric: the given one, or each task's headline metric.

    Raises UserError where no pair has scores of both.
    """
    comparisons: dict[Question, list[Comparison]] = {}
    for name, scored_pairs in _by_metric(_scored_pairs(pairs), split, metric).items():
        question = Question(*sides, split, name, margin_of(name) if margin is None else margin)
        if of_question := list(_comparisons(question, scored_pairs)):
            comparisons[question] = of_question
    if not comparisons:
        raise UserError(NO_RUNS)
    compared = {comparison.name for of_question in comparisons.values() for comparison in of_question}
    return answers_text(answer_questions(comparisons), [pair.name for pair in pairs if pair.name not in compared])


def answer_questions(comparisons: Mapping[Question, Sequence[Comparison]]) -> list[QuestionAnswers]:
    """Return the answers to every question: for each pair, and for all its pairs together.

    P-values of pairs are corrected for all pairs of all questions (Holm). The p-value of all pairs together is not
    corrected, since that is a question of its own.
    """
    of_pairs = [comparison for of_question in comparisons.values() for comparison in of_question]
    p_values = iter(holm(np.array([comparison.judgement.p_values.differs for comparison in of_pairs])).tolist())
    min_p_values = iter(holm(np.array([comparison.min_p_value for comparison in of_pairs])).tolist())
    parts = []
    for question, of_question in comparisons.items():
        answers = [
            Answer(question, comparison, next(p_values), next(min_p_values), len(of_pairs))
            for comparison in of_question
        ]
        pooled_comparison = pooled(f"all {len(of_question)} pairs", of_question) if len(of_question) > 1 else None
        overall = pooled_comparison and Answer(
            question,
            pooled_comparison,
            pooled_comparison.judgement.p_values.differs,
            pooled_comparison.min_p_value,
            1,
        )
        parts.append(QuestionAnswers(question, answers, overall))
    return parts


def _scored_pairs(pairs: Sequence[CombinationPair]) -> list[ScoredPair]:
    """Return the pairs of which the store has runs of both sides."""
    corpora = functools.cache(Corpora)
    scored_pairs = [
        (
            name,
            CombinationScores(first, corpora(first.job.data)),
            CombinationScores(second, corpora(second.job.data)),
        )
        for name, first, second in pairs
        if first.selected and second.selected
    ]
    if not scored_pairs:
        raise UserError(NO_RUNS)
    return scored_pairs


def _by_metric(scored_pairs: Sequence[ScoredPair], split: str, metric: str | None) -> dict[str, list[ScoredPair]]:
    """Return metric -> pairs that are compared by it; a pair that lacks the given metric is left out."""
    by_metric: dict[str, list[ScoredPair]] = {}
    all_metrics: set[str] = set()
    for name, first, second in scored_pairs:
        metrics = first.metrics(split) & second.metrics(split)
        all_metrics |= metrics
        selected = compared_by(metrics) if metric is None else metric
        if selected in metrics:
            by_metric.setdefault(selected, []).append((name, first, second))
    if by_metric:
        return by_metric
    if not all_metrics:
        splits = {split for _, *sides in scored_pairs for side in sides for split, _ in side.scores}
        raise UserError(f"--split: no score on {split!r}{did_you_mean(split, splits)}")
    raise UserError(f"--metric: {split} has no {metric or 'headline'!r}{did_you_mean(metric, all_metrics)}")


def _comparisons(question: Question, scored_pairs: Sequence[ScoredPair]) -> Iterator[Comparison]:
    for name, first, second in scored_pairs:
        comparison = compare_combinations(
            name, first, second, split=question.split, metric=question.metric, margin=question.margin
        )
        if comparison is not None:
            yield comparison
