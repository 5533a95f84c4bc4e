"""Which of two sides is better: pair by pair, and over all pairs together, by the judge of the claims."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from rnnbench.analysis.claims import Contrast
from rnnbench.analysis.comparison.answers import Answer, Judged, Question
from rnnbench.analysis.comparison.experiment import Experiment, Row
from rnnbench.analysis.comparison.sides import CombinationPair, Names
from rnnbench.analysis.comparison.text import QuestionAnswers, answers_text
from rnnbench.analysis.comparison.wording import margin_of
from rnnbench.analysis.evidence.findings import FixedCorpora, evaluate_contrast
from rnnbench.analysis.evidence.scores import SELECTION_SPLIT, ExperimentScores, Tables, scores_from
from rnnbench.analysis.per_sequence import RatioOfSums
from rnnbench.analysis.statistics.ranks import holm
from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.evaluation.metrics import GAPS, compared_by

NO_RUNS = "no seed has a finished run of both sides yet; run snakemake, or: rnnbench train"
FIRST, SECOND = "A", "B"
"""The names of the two sides of a pair, for the judge."""
ALL_PAIRS = "all pairs"
"""The family of all pairs, for the judge."""


def compare_text(
    experiment: Experiment,
    pairs: Sequence[CombinationPair],
    sides: tuple[str, str],
    *,
    split: str,
    metric: str | None,
    margin: float | None,
) -> str:
    """Return the comparison of pairs as text, a part for each metric: the given one, or each task's headline metric.

    Raises UserError where no pair has scores of both.
    """
    questions: dict[Question, list[CombinationPair]] = {}
    for name, with_metric in _by_metric(experiment, pairs, split, metric).items():
        questions[Question(*sides, split, name, margin_of(name) if margin is None else margin)] = with_metric
    parts = answer_questions({question: judged(experiment, question, of) for question, of in questions.items()})
    if not parts:
        raise UserError(NO_RUNS)
    answered = {answer.name for part in parts for answer in part.answers}
    skipped = [pair.name for pair in pairs if pair.name not in answered]
    fixed = any(is_fixed(experiment, pair) for pair in pairs if pair.name in answered)
    return answers_text(parts, skipped, fixed=fixed)


def is_fixed(experiment: Experiment, pair: CombinationPair) -> bool:
    """Return whether both sides of a pair have test sentences that are the same for every seed."""
    return {pair.first["task"], pair.second["task"]} <= experiment.fixed


def judged(experiment: Experiment, question: Question, pairs: Sequence[CombinationPair]) -> dict[str, Judged]:
    """Return the finding on each pair with a seed of which both sides have a score; the last is that on all together.

    For the judge a pair is a task with two networks, and all pairs are a family of tasks.
    """
    scores, fixed = _as_tasks(experiment, question, pairs)
    labels = {FIRST: question.first, SECOND: question.second}

    def judge(task: str) -> Judged:
        contrast = Contrast(FIRST, SECOND, task, question.metric, "above", question.margin, "", split=question.split)
        finding = evaluate_contrast(contrast, scores, fixed)
        cells = [cell for place in finding.paired.cells for cell in place]
        sides = dict.fromkeys(labels[cell.architecture] for cell in cells if cell in scores.not_converged)
        return Judged(finding, tuple(sides))

    by_pair = {pair.name: judge(pair.name) for pair in pairs}
    by_pair = {name: one for name, one in by_pair.items() if one.finding.blocks}
    if len(by_pair) > 1:
        together = judge(ALL_PAIRS)
        by_pair |= {f"all {len(by_pair)} pairs": together} if together.finding.blocks else {}
    return by_pair


def _as_tasks(
    experiment: Experiment, question: Question, pairs: Sequence[CombinationPair]
) -> tuple[ExperimentScores, FixedCorpora]:
    """Return the scores of pairs, for the judge: each pair is a task, with the networks FIRST and SECOND."""
    places: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    originals: dict[tuple[str, str], Names] = {}
    for pair in pairs:
        for side, names in ((FIRST, pair.first), (SECOND, pair.second)):
            places.setdefault(tuple(names.values()), []).append((pair.name, side))
            originals[pair.name, side] = names
    parts, unfinal = {question.split, SELECTION_SPLIT}, experiment.not_converged

    def renamed(rows: Iterable[Row]) -> list[Row]:
        return [
            row | {"task": name, "encoder": "", "architecture": side}
            for row in rows
            for name, side in places.get((row["task"], row["encoder"], row["architecture"]), ())
        ]

    scores = renamed(row for row in experiment.scores if row["split"] in parts)
    runs: list[Row] = [
        {"task": name, "encoder": "", "architecture": side, "family": ALL_PAIRS, "parameters_recurrent": None}
        | {"chosen_by": experiment.chosen_by.get(tuple(names.values()), "")}
        for (name, side), names in originals.items()
    ]

    def per_sequence(
        place: tuple[str, str], network: str, split: str, metric: str, seeds: list[int]
    ) -> RatioOfSums | None:
        task, encoder, architecture = originals[place[0], network].values()
        return experiment.per_sequence((task, encoder), architecture, split, metric, seeds)

    fixed = [pair.name for pair in pairs if is_fixed(experiment, pair)]
    convergence = [
        {"task": name, "encoder": "", "architecture": side, "converged": tuple(names.values()) not in unfinal}
        for (name, side), names in originals.items()
    ]
    (entry,) = scores_from(
        Tables(scores=scores, runs=runs, convergence=convergence, history=renamed(experiment.before_training))
    )
    return entry, FixedCorpora(frozenset(fixed), per_sequence)


def answer_questions(judged_of: Mapping[Question, Mapping[str, Judged]]) -> list[QuestionAnswers]:
    """Return the answers to every question: for each pair, and for all its pairs together.

    P-values of pairs are corrected for all pairs of all questions (Holm). The p-value of all pairs together is not
    corrected, since that is a question of its own.
    """
    of_pairs = {question: _single(of_question) for question, of_question in judged_of.items()}
    every = [one.finding.p_values.differs for single in of_pairs.values() for one in single.values()]
    p_values = iter(holm(np.array(every)).tolist())
    parts = []
    for question, single in of_pairs.items():
        answers = [Answer(question, name, one, next(p_values), len(every)) for name, one in single.items()]
        together = ((name, one) for name, one in judged_of[question].items() if name not in single)
        overall = next((Answer(question, name, one, one.finding.p_values.differs, 1) for name, one in together), None)
        if answers:
            parts.append(QuestionAnswers(question, answers, overall))
    return parts


def _single(of_question: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return what was found on single pairs."""
    return {name: one for name, one in of_question.items() if len(one.finding.paired.cells) == 1}


def _by_metric(
    experiment: Experiment, pairs: Sequence[CombinationPair], split: str, metric: str | None
) -> dict[str, list[CombinationPair]]:
    """Return metric -> pairs that are compared by it; a pair that lacks the given metric is left out."""
    metrics_of: dict[tuple[str, ...], set[str]] = {}
    splits = set()
    wanted = {tuple(names.values()) for pair in pairs for names in (pair.first, pair.second)}
    for row in experiment.scores:
        combination = (row["task"], row["encoder"], row["architecture"])
        if combination in wanted:
            splits.add(row["split"])
            if row["split"] == split and row["selected"]:
                metrics_of.setdefault(combination, set()).add(row["metric"])
    by_metric: dict[str, list[CombinationPair]] = {}
    for pair in pairs:
        metrics = set.intersection(*(metrics_of.get(tuple(side.values()), set()) for side in (pair.first, pair.second)))
        selected = compared_by(metrics) if metric is None else metric
        if selected is not None and selected in metrics:
            by_metric.setdefault(selected, []).append(pair)
    if by_metric:
        return by_metric
    if not splits:
        raise UserError(NO_RUNS)
    all_metrics = set().union(*metrics_of.values())
    if not all_metrics:
        raise UserError(f"--split: no score on {split!r}{did_you_mean(split, splits | set(GAPS))}")
    raise UserError(f"--metric: {split} has no {metric or 'headline'!r}{did_you_mean(metric, all_metrics)}")
