"""A comparison of two sides for people, on a terminal of 100 columns."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnbench.analysis.comparison.answers import Answer, Question
from rnnbench.analysis.comparison.comparison import Comparison
from rnnbench.analysis.comparison.wording import GAP, interval_text, p_text

WIDTH = 100
COLUMNS = (9, 9, 9, 21, 21, 9, 7, 8, 7)
HEAD = ("A", "B", "A - B", "seeds", "sentences", "p", "A wins", "visible", "needed")
LEGEND = """\
seeds, sentences: 95 % intervals of A - B, if other seeds were trained, and if other test sentences
were drawn. p: of no difference, by flipped signs of whole seeds{corrected}.
A wins: chance that a run of A is better than one of B. visible: the smallest difference that so
many seeds find 4 times in 5. needed: seeds that would find the difference that was seen.
A is better or worse when both intervals leave out 0 on one side and p is at most 0.05."""
TUNING = """\
Equal tuning: A - B to expect if both had tried n learning rates, drawn from those that were tried,
and every seed had kept the one that is best on validation."""
SHOWN = 8
"""So many numbers of learning rates are shown at most."""


class Part(NamedTuple):
    """The answers to one question: of every pair, and of all of them together where there are several."""

    question: Question
    answers: Sequence[Answer]
    whole: Answer | None

    @property
    def every(self) -> list[Answer]:
        """Return all answers, that of all pairs together last."""
        return [*self.answers, *([self.whole] if self.whole else [])]


def rendered(parts: Sequence[Part], left_out: Sequence[str]) -> str:
    """Return answers as text, a part for each question, what the columns mean, and which pairs have no answer."""
    pairs = sum(len(part.answers) for part in parts)
    told = [line for part in parts for line in (*_part(part), "")]
    told.append(LEGEND.format(corrected=f", corrected for {pairs} pairs (Holm)" if pairs > 1 else ""))
    if left_out:
        told += ["", "Left out, since not both have a run with such a score:", *map(indented, left_out)]
    return "\n".join(told)


def indented(text: str) -> str:
    """Return a sentence below what it is about, in lines of at most 100 columns."""
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def _part(part: Part) -> Iterator[str]:
    yield from _opening(part.question)
    yield _cells(HEAD)
    for answer in part.every:
        yield from _answer(answer)
    yield from _tuning([answer.comparison for answer in part.every])


def _opening(question: Question) -> Iterator[str]:
    where = "train minus test" if question.split == GAP else question.split
    better = "lower" if question.less else "higher"
    margin = f"differences below {question.margin:g} do not matter" if question.margin else "no margin"
    yield f"{question.called}, {where}; {better} is better; {margin}"
    yield f"A = {question.first}, B = {question.second}"
    yield ""


def _answer(answer: Answer) -> Iterator[str]:
    """Yield the name, the numbers and the sentence of a comparison."""
    one, power = answer.comparison, answer.comparison.power
    yield f"{one.name}, {len(one.seeds)} seed{'s' * (len(one.seeds) > 1)}"
    yield _cells(
        (
            *(f"{np.mean(scores):.4f}" for scores in (one.first, one.second)),
            f"{one.interval.value:+.4f}",
            *(interval_text(*found[1:]) for found in (one.interval, one.sentences)),
            p_text(answer.p_value),
            f"{answer.wins:.0%}",
            _known(power.detectable, "{:.4f}"),
            "-" if answer.needed is None else str(answer.needed),
        )
    )
    yield indented(answer.sentence)


def _cells(texts: Iterable[str]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, COLUMNS, strict=True))


def _tuning(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield how the difference depends on how many learning rates were tried, where any tried several."""
    tried = [one for one in comparisons if len(one.by_tries) > 1]
    if tried:
        yield f"\n{TUNING}"
    for one in tried:
        shown = _spread(len(one.by_tries))
        yield f"{one.name}\n" + "  ".join(f"  n = {n}: {_known(one.by_tries[n - 1], '{:+.4f}')}" for n in shown)


def _spread(tries: int) -> list[int]:
    """Return the numbers of rates that are shown: all, or some from the first to the last.

    >>> _spread(3), _spread(20)
    ([1, 2, 3], [1, 4, 6, 9, 12, 15, 17, 20])
    """
    return sorted({round(float(n)) for n in np.linspace(1, tries, min(tries, SHOWN))})


def _known(value: float, form: str) -> str:
    return form.format(value) if value == value else "-"
