"""The answer to a question about two sides: a verdict, and a plain sentence."""

from dataclasses import dataclass
from typing import Literal

from rnnbench.analysis.comparison.comparison import Comparison
from rnnbench.analysis.comparison.wording import lower_is_better, metric_name
from rnnbench.analysis.evidence.verdicts import verdict_on
from rnnbench.analysis.statistics.paired import LEVEL, decide
from rnnbench.analysis.statistics.power import blocks_needed

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
        interval, p_values, _ = self.comparison.judgement
        decision = decide(interval, self.question.margin, p_values._replace(differs=self.p_value))
        return VERDICTS.get(verdict_on(claimed, decision), "undecided")

    @property
    def improvement(self) -> float:
        """Return the share of seeds in which the first is better than the second."""
        above = self.comparison.improvement
        return 1 - above if self.question.lower_is_better else above

    @property
    def detectable(self) -> float:
        """Return the smallest difference that so many seeds find four times in five."""
        return self.comparison.detectable(self.n_comparisons)

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
        value = self.comparison.judgement.interval.value
        size = f"{abs(value):.4f} {'above' if value > 0 else 'below'} that of {self.question.second}"
        return f"the {self.question.metric_name} of {self.question.first} is {size}"

    @property
    def _why_undecided(self) -> str:
        seeds, interval = len(self.comparison.seeds), self.comparison.judgement.interval
        if self.min_p_value > LEVEL:
            return f"{_seeds_text(seeds)} can never show a difference at 5 %{self._what_is_possible}"
        if not interval.low <= 0 <= interval.high:
            return f"the interval excludes 0, but p is above {LEVEL:g}"
        return f"chance alone could explain the difference; {self.detectable:.4f} would be found four times in five"

    @property
    def _what_is_possible(self) -> str:
        pairs = f" in {self.n_comparisons} pairs" if self.n_comparisons > 1 else ""
        return f"{pairs}: the least p is {self.min_p_value:.2f}; train {blocks_needed(self.n_comparisons)} or more"


def _seeds_text(seeds: int) -> str:
    return "1 seed" if seeds == 1 else f"{seeds} seeds"
