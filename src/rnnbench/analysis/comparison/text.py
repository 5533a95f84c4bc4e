"""A comparison of two sides as text, for a terminal of 100 columns."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.wording import difference_interval_text, p_text, split_name

WIDTH = 100
COLUMNS = (10, 10, 10, 24, 10, 9, 10)
"""Width of each column in characters."""
HEAD = ("A", "B", "A - B", "95 % interval", "p", "A wins", "visible")
LEGEND = """\
95 % interval: of A - B, for other seeds: a seed has its own corpus, initial weights and order.
p: of no difference, by flipped signs of whole seeds{corrected}.
A wins: share of the seeds in which A is better than B (of a gap: larger). visible: the smallest
difference that so many seeds, with the spread of these, find 4 times in 5; - where none would be.
A verdict needs both: the interval excludes 0, and p is at most 0.05."""
FIXED = """\
Of tasks with one corpus for all seeds the interval holds other test sentences, too, and p is that of
Student's t on the variance between seeds plus that of the sentences."""


class QuestionAnswers(NamedTuple):
    """The answers to one question: for each pair, and for all pairs together where there are several."""

    question: Question
    answers: Sequence[Answer]
    overall: Answer | None

    @property
    def all_answers(self) -> list[Answer]:
        """Return all answers; that for all pairs together is the last."""
        return [*self.answers, *([self.overall] if self.overall else [])]


def answers_text(parts: Sequence[QuestionAnswers], skipped: Sequence[str], *, fixed: bool = False) -> str:
    """Return answers as text: a part for each question, a legend of the columns, and the pairs without an answer.

    `fixed`: some task has one corpus for all seeds.
    """
    pairs = sum(len(part.answers) for part in parts)
    lines = [line for part in parts for line in (*_part(part), "")]
    lines.append(LEGEND.format(corrected=f", corrected for {pairs} pairs (Holm)" if pairs > 1 else ""))
    lines += [FIXED] if fixed else []
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


def _heading(question: Question) -> Iterator[str]:
    better = f"{question.direction} is better" if question.direction else "a gap is no score, neither is better"
    margin = f"differences below {question.margin:g} do not matter" if question.margin else "no margin"
    yield f"{question.metric_name}, {split_name(question.split)}; {better}; {margin}"
    yield f"A = {question.first}, B = {question.second}"
    yield ""


def _answer(answer: Answer) -> Iterator[str]:
    """Yield the name, the numbers and the sentence of a comparison."""
    finding, paired = answer.finding, answer.finding.paired
    yield f"{answer.name}, {finding.blocks} seed{'s' * (finding.blocks > 1)}"
    yield _cells(
        (
            *(f"{(paired.weights @ scores).mean():.4f}" for scores in (paired.first, paired.second)),
            f"{finding.interval.value:+.4f}",
            difference_interval_text(finding.interval.low, finding.interval.high),
            p_text(answer.p_value),
            f"{answer.improvement:.0%}",
            f"{answer.detectable:.4f}" if math.isfinite(answer.detectable) else "-",
        )
    )
    yield indented(answer.sentence)


def _cells(texts: Iterable[str]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, COLUMNS, strict=True))
