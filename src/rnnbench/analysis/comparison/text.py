"""A comparison of two sides as text, for a terminal of 100 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.comparison import Comparison
from rnnbench.analysis.comparison.wording import difference_interval_text, p_text
from rnnbench.analysis.overfitting import GAP

WIDTH = 100
COLUMNS = (9, 9, 9, 21, 21, 9, 7, 8, 7)
"""Width of each column in characters."""
HEAD = ("A", "B", "A - B", "seeds", "sentences", "p", "A wins", "visible", "needed")
LEGEND = """\
seeds, sentences: 95 % intervals of A - B for other seeds, and for other test sentences.
p: of no difference, by flipped signs of whole seeds{corrected}.
A wins: probability that a run of A is better than one of B. visible: the smallest difference that
this many seeds find 4 times in 5. needed: seeds that would find the difference that was seen.
A is better or worse when both intervals exclude 0 on the same side and p is at most 0.05."""
TUNING = """\
Equal tuning: A - B to expect if both had tried n learning rates, drawn from those that were tried,
and every seed had kept the one that is best on validation."""
MAX_RATES = 8
"""Largest number of learning-rate counts that are printed."""


class QuestionAnswers(NamedTuple):
    """The answers to one question: for each pair, and for all pairs together where there are several."""

    question: Question
    answers: Sequence[Answer]
    overall: Answer | None

    @property
    def all_answers(self) -> list[Answer]:
        """Return all answers; that for all pairs together is the last."""
        return [*self.answers, *([self.overall] if self.overall else [])]


def answers_text(parts: Sequence[QuestionAnswers], skipped: Sequence[str]) -> str:
    """Return answers as text: a part for each question, a legend of the columns, and the pairs without an answer."""
    pairs = sum(len(part.answers) for part in parts)
    lines = [line for part in parts for line in (*_part(part), "")]
    lines.append(LEGEND.format(corrected=f", corrected for {pairs} pairs (Holm)" if pairs > 1 else ""))
    if skipped:
        lines += ["", "Left out, since not both have a run with such a score:", *map(indented, skipped)]
    return "\n".join(lines)


def indented(text: str) -> str:
    """Return a sentence indented below its subject, in lines of at most 100 columns."""
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def _part(part: QuestionAnswers) -> Iterator[str]:
    yield from _heading(part.question)
    yield _cells(HEAD)
    for answer in part.all_answers:
        yield from _answer(answer)
    yield from _tuning([answer.comparison for answer in part.all_answers])


def _heading(question: Question) -> Iterator[str]:
    split = "train minus test" if question.split == GAP else question.split
    better = "lower" if question.lower_is_better else "higher"
    margin = f"differences below {question.margin:g} do not matter" if question.margin else "no margin"
    yield f"{question.metric_name}, {split}; {better} is better; {margin}"
    yield f"A = {question.first}, B = {question.second}"
    yield ""


def _answer(answer: Answer) -> Iterator[str]:
    """Yield the name, the numbers and the sentence of a comparison."""
    comparison = answer.comparison
    yield f"{comparison.name}, {len(comparison.seeds)} seed{'s' * (len(comparison.seeds) > 1)}"
    yield _cells(
        (
            *(f"{np.mean(scores):.4f}" for scores in (comparison.first, comparison.second)),
            f"{comparison.interval.value:+.4f}",
            difference_interval_text(comparison.interval.low, comparison.interval.high),
            difference_interval_text(comparison.sentences.low, comparison.sentences.high),
            p_text(answer.p_value),
            f"{answer.improvement:.0%}",
            _number_or_dash(comparison.power.detectable, "{:.4f}"),
            "-" if answer.seeds_needed is None else str(answer.seeds_needed),
        )
    )
    yield indented(answer.sentence)


def _cells(texts: Iterable[str]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, COLUMNS, strict=True))


def _tuning(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield the difference by the number of learning rates tried, where there are several."""
    tuned = [comparison for comparison in comparisons if len(comparison.by_rates_tried) > 1]
    if tuned:
        yield f"\n{TUNING}"
    for comparison in tuned:
        differences = [
            f"  n = {n}: {_number_or_dash(comparison.by_rates_tried[n - 1], '{:+.4f}')}"
            for n in _evenly_spaced(len(comparison.by_rates_tried))
        ]
        yield f"{comparison.name}\n" + "  ".join(differences)


def _evenly_spaced(n_rates: int) -> list[int]:
    """Return at most MAX_RATES numbers from 1 to `n_rates`, evenly spaced.

    >>> _evenly_spaced(3), _evenly_spaced(20)
    ([1, 2, 3], [1, 4, 6, 9, 12, 15, 17, 20])
    """
    return sorted({round(float(n)) for n in np.linspace(1, n_rates, min(n_rates, MAX_RATES))})


def _number_or_dash(value: float, form: str) -> str:
    return form.format(value) if value == value else "-"
