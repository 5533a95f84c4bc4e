"""What a comparison comes to, in a word and in a plain sentence."""

from dataclasses import dataclass
from math import ceil, log2
from typing import Literal

from rnnbench.analysis.comparison.comparison import Comparison
from rnnbench.analysis.comparison.wording import called, less_is_better
from rnnbench.analysis.evidence.verdicts import LEVEL, decided, judged

ComparisonVerdict = Literal["better", "worse", "equivalent", "undecided"]
VERDICTS: dict[str, ComparisonVerdict] = {"supported": "better", "contradicted": "worse", "equivalent": "equivalent"}


@dataclass(frozen=True)
class Question:
    """What is asked of every pair: is the first side better than the second?"""

    first: str
    second: str
    split: str
    metric: str
    margin: float

    @property
    def less(self) -> bool:
        """Return whether the lower score is the better one."""
        return less_is_better(self.metric, self.split)

    @property
    def called(self) -> str:
        """Return what the metric is called in a sentence."""
        return called(self.metric, self.split)


@dataclass(frozen=True)
class Answer:
    """A comparison among all that answer the same question; p-values are corrected for all of them."""

    question: Question
    comparison: Comparison
    p_value: float
    least_p: float
    """The smallest that it could have been with so many seeds."""
    among: int
    """How many are corrected together."""

    @property
    def verdict(self) -> ComparisonVerdict:
        """Return what the first side is, by the rule that claims are judged by."""
        wanted = "below" if self.question.less else "above"
        one = self.comparison
        decision = decided(one.interval, one.sentences, self.question.margin, self.p_value)
        return VERDICTS.get(judged(wanted, decision), "undecided")

    @property
    def wins(self) -> float:
        """Return the chance that a run of the first is better than one of the second."""
        above = self.comparison.above
        return 1 - above if self.question.less else above

    @property
    def needed(self) -> int | None:
        """Return with how many seeds a difference as large as the one seen would be found, None where none is seen."""
        seeds = self.comparison.power.seeds
        return None if seeds is None else max(seeds, fewest_seeds(self.among))

    @property
    def sentence(self) -> str:
        """Return the verdict in a plain sentence."""
        return f"{self.verdict}: {self._reason}"

    @property
    def _reason(self) -> str:
        if self.verdict == "undecided":
            return self._doubt
        if self.verdict == "equivalent":
            return f"they differ by less than {self.question.margin:g}"
        value = self.comparison.interval.value
        size = f"{abs(value):.4f} {'above' if value > 0 else 'below'} that of {self.question.second}"
        return f"the {self.question.called} of {self.question.first} is {size}"

    @property
    def _doubt(self) -> str:
        """Return why nothing is decided."""
        seeds, needed = len(self.comparison.seeds), self.needed
        if self.least_p > LEVEL:
            return f"{_number(seeds)} can never show a difference at 5 %{self._never}"
        if not self.comparison.interval.low <= 0 <= self.comparison.interval.high:
            is_rare = self.p_value <= LEVEL
            why = "other test sentences could turn it" if is_rare else f"p is above {LEVEL:g}"
            return f"the interval over seeds leaves out 0, but {why}"
        if needed is None or needed <= seeds:
            return "luck alone could have made the difference"
        return f"luck alone could have made the difference; about {needed} seeds would tell"

    @property
    def _never(self) -> str:
        among = f" in {self.among} pairs" if self.among > 1 else ""
        return f"{among}: the least p is {self.least_p:.2f}; train {fewest_seeds(self.among)} or more"


def fewest_seeds(among: int) -> int:
    """Return with how many seeds signs can be flipped in so many ways that one pair among several can stand out.

    >>> [fewest_seeds(among) for among in (1, 2, 11)]
    [6, 7, 9]
    """
    return ceil(1 + log2(among / LEVEL))


def _number(seeds: int) -> str:
    return "1 seed" if seeds == 1 else f"{seeds} seeds"
