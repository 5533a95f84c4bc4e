"""The answer to a question about two sides: a verdict, and a plain sentence."""

from dataclasses import dataclass
from math import ceil, log2
from typing import Literal

from rnnbench.analysis.comparison.comparison import Comparison
from rnnbench.analysis.comparison.wording import lower_is_better, metric_name
from rnnbench.analysis.evidence.verdicts import LEVEL, combined_decision, verdict_on

ComparisonVerdict = Literal["better", "worse", "equivalent", "undecided"]
VERDICTS: dict[str, ComparisonVerdict] = {"supported": "better", "contradicted": "worse", "equivalent": "equivalent"}
"""Verdict on the claim that the first side is better -> verdict on the first side."""


@dataclass(frozen=True)
class Question:
    """The question for every pair: is the first side better than the second?"""

    first: str
    second: str
    split: str
    metric: str
    margin: float

    @property
    def lower_is_better(self) -> bool:
        """Return whether the lower score is the better one."""
        return lower_is_better(self.metric, self.split)

    @property
    def metric_name(self) -> str:
        """Return the name of the metric in a sentence."""
        return metric_name(self.metric, self.split)


@dataclass(frozen=True)
class Answer:
    """The answer from one comparison; its p-values are corrected for all that answer the same questions."""

    question: Question
    comparison: Comparison
    p_value: float
    min_p_value: float
    """The smallest p-value that is possible with that many seeds."""
    n_comparisons: int
    """Number of comparisons that are corrected together."""

    @property
    def verdict(self) -> ComparisonVerdict:
        """Return the verdict on the first side, by the same rule as for claims."""
        claimed = "below" if self.question.lower_is_better else "above"
        comparison = self.comparison
        decision = combined_decision(comparison.interval, comparison.sentences, self.question.margin, self.p_value)
        return VERDICTS.get(verdict_on(claimed, decision), "undecided")

    @property
    def improvement(self) -> float:
        """Return the probability that a run of the first is better than one of the second."""
        above = self.comparison.improvement
        return 1 - above if self.question.lower_is_better else above

    @property
    def seeds_needed(self) -> int | None:
        """Return the number of seeds with which the observed difference would be found; None where it is 0."""
        seeds = self.comparison.power.seeds
        return None if seeds is None else max(seeds, min_seeds(self.n_comparisons))

    @property
    def sentence(self) -> str:
        """Return the verdict in a plain sentence."""
        return f"{self.verdict}: {self._reason}"

    @property
    def _reason(self) -> str:
        if self.verdict == "undecided":
            return self._why_undecided
        if self.verdict == "equivalent":
            return f"they differ by less than {self.question.margin:g}"
        value = self.comparison.interval.value
        size = f"{abs(value):.4f} {'above' if value > 0 else 'below'} that of {self.question.second}"
        return f"the {self.question.metric_name} of {self.question.first} is {size}"

    @property
    def _why_undecided(self) -> str:
        seeds, needed = len(self.comparison.seeds), self.seeds_needed
        if self.min_p_value > LEVEL:
            return f"{_seeds_text(seeds)} can never show a difference at 5 %{self._what_is_possible}"
        if not self.comparison.interval.low <= 0 <= self.comparison.interval.high:
            is_significant = self.p_value <= LEVEL
            why = "other test sentences could turn it" if is_significant else f"p is above {LEVEL:g}"
            return f"the interval over seeds excludes 0, but {why}"
        if needed is None or needed <= seeds:
            return "chance alone could explain the difference"
        return f"chance alone could explain the difference; about {needed} seeds would decide it"

    @property
    def _what_is_possible(self) -> str:
        pairs = f" in {self.n_comparisons} pairs" if self.n_comparisons > 1 else ""
        return f"{pairs}: the least p is {self.min_p_value:.2f}; train {min_seeds(self.n_comparisons)} or more"


def min_seeds(n_comparisons: int) -> int:
    """Return the smallest number of seeds whose flipped signs can make one of several comparisons significant.

    >>> [min_seeds(n_comparisons) for n_comparisons in (1, 2, 11)]
    [6, 7, 9]
    """
    return ceil(1 + log2(n_comparisons / LEVEL))


def _seeds_text(seeds: int) -> str:
    return "1 seed" if seeds == 1 else f"{seeds} seeds"
