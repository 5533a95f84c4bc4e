"""A comparison of two sides as text, for a terminal of 100 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.wording import difference_interval_text, p_text
from rnnbench.analysis.overfitting import GAP

WIDTH = 100
COLUMNS = (9, 9, 9, 21, 9, 8, 9)
"""Width of each column in characters."""
HEAD = ("A", "B", "A - B", "interval", "p", "A better", "visible")
LEGEND = """\
A seed is a corpus, initial weights and an order; both sides share it. Their scores are compared
seed by seed. interval: 95 % interval of A - B for other seeds. p: of no difference, by flipped
signs of whole seeds{corrected}. A better: share of the seeds.
visible: the smallest difference that this many seeds find 4 times in 5.
A is better or worse when the interval excludes 0 and p is at most 0.05."""


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


def _heading(question: Question) -> Iterator[str]:
    split = "train minus test" if question.split == GAP else question.split
    better = "lower" if question.lower_is_better else "higher"
    margin = f"differences below {question.margin:g} do not matter" if question.margin else "no margin"
    yield f"{question.metric_name}, {split}; {better} is better; {margin}"
    yield f"A = {question.first}, B = {question.second}"
    yield ""


def _answer(answer: Answer) -> Iterator[str]:
    """Yield the name, the numbers and the sentence of a comparison."""
    comparison, interval = answer.comparison, answer.comparison.judgement.interval
    yield f"{comparison.name}, {len(comparison.seeds)} seed{'s' * (len(comparison.seeds) > 1)}"
    yield _cells(
        (
            *(f"{np.mean(scores):.4f}" for scores in (comparison.first, comparison.second)),
            f"{interval.value:+.4f}",
            difference_interval_text(interval.low, interval.high),
            p_text(answer.p_value),
            f"{answer.improvement:.0%}",
            _number_or_dash(answer.detectable, "{:.4f}"),
        )
    )
    yield indented(answer.sentence)


def _cells(texts: Iterable[str]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, COLUMNS, strict=True))


def _number_or_dash(value: float, form: str) -> str:
    return form.format(value) if value == value else "-"
