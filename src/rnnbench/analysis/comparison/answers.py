"""The answer to a question about two sides: a verdict, and a plain sentence."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rnnbench.analysis.comparison.wording import metric_name
from rnnbench.analysis.evidence.findings import Finding
from rnnbench.analysis.statistics import power
from rnnbench.analysis.statistics.paired import Decision, decide
from rnnbench.common.text import listed
from rnnbench.evaluation.metrics import Direction, direction

ComparisonVerdict = Literal["better", "worse", "larger", "smaller", "equivalent", "undecided"]
VERDICTS: dict[Direction | None, dict[Decision, ComparisonVerdict]] = {
    "higher": {"better": "better", "worse": "worse"},
    "lower": {"better": "worse", "worse": "better"},
    None: {"better": "larger", "worse": "smaller"},
}
"""In which direction a metric is better -> the judge's decision, "better" for higher -> verdict on the first side."""


@dataclass(frozen=True)
class Question:
    """The question for every pair: is the first side better than the second?"""

    first: str
    second: str
    split: str
    metric: str
    margin: float

    @property
    def direction(self) -> Direction | None:
        """Return which of two scores is the better one; None for a gap, of which neither is."""
        return direction(self.metric, self.split)

    @property
    def metric_name(self) -> str:
        """Return the name of the metric in a sentence."""
        return metric_name(self.metric, self.split)


class Judged(NamedTuple):
    """What was found on a pair, or on all pairs."""

    finding: Finding
    not_converged: tuple[str, ...] = ()
    """The sides that were not trained to a plateau."""


@dataclass(frozen=True)
class Answer:
    """The answer from one finding; its p-value is corrected for all that answer the same questions."""

    question: Question
    name: str
    """The name of the pair."""
    judged: Judged
    p_value: float
    n_comparisons: int
    """Number of comparisons that are corrected together."""

    @property
    def finding(self) -> Finding:
        """Return the finding."""
        return self.judged.finding

    @property
    def verdict(self) -> ComparisonVerdict:
        """Return the verdict on the first side, by the same rule as for claims."""
        p_values = self.finding.p_values._replace(differs=self.p_value)
        decision = decide(self.finding.interval, self.question.margin, p_values)
        if decision in ("equivalent", "undecided"):
            return decision
        return VERDICTS[self.question.direction][decision]

    @property
    def improvement(self) -> float:
        """Return the share of blocks in which the first is better than the second; of a gap: larger."""
        above = self.finding.improvement
        return 1 - above if self.question.direction == "lower" else above

    @property
    def detectable(self) -> float:
        """Return the smallest difference that so many blocks with that spread find four times in five, or infinity."""
        return power.detectable(self.finding.blocks, self.n_comparisons) * self.finding.spread

    @property
    def sentence(self) -> str:
        """Return the verdict in a plain sentence, and what is not final about it."""
        sides = listed(self.judged.not_converged)
        provisional = f"; provisional, since not all runs of {sides} were trained to a plateau" if sides else ""
        return f"{self.verdict}: {self._reason}{provisional}"

    @property
    def _reason(self) -> str:
        if self.verdict == "undecided":
            return self._why_undecided
        if self.verdict == "equivalent":
            return f"they differ by less than {self.question.margin:g}"
        value = self.finding.interval.value
        size = f"{abs(value):.4f} {'above' if value > 0 else 'below'} that of {self.question.second}"
        return f"the {self.question.metric_name} of {self.question.first} is {size}"

    @property
    def _why_undecided(self) -> str:
        if not power.claimable(self.finding.blocks, self.n_comparisons):
            return power.power_text(self.finding.blocks, self.n_comparisons)
        return (
            "chance alone could explain the difference; one of "
            f"{self.detectable:.4f} would have been found four times in five"
        )
