"""What the forest plot says of numbers that are counted, not estimated: they have no interval."""

from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from rnnbench.analysis.claims import Collisions, Counted, ExactScore, InputWeights, WeightRatio
from rnnbench.analysis.contrast_names import ContrastName
from rnnbench.report.chapters.claims.words import Text, measured, outside, own
from rnnbench.report.page.table import percent, score
from rnnbench.report.wording.names import named

TIMES = "\N{MULTIPLICATION SIGN}"


class Counting(NamedTuple):
    """A number that was counted."""

    what: Text
    number: str
    note: Text
    """How many were counted, and the number that the claim is about."""


def counting(test: Counted | None, contrast: str, estimate: float, number: int) -> Counting:
    """Return what was counted; of a claim that is not published any more, its name and the number."""
    if test is None:
        return Counting(outside(contrast), f"{estimate:.3g}", own("", ""))
    return _COUNTINGS[type(test)](test, estimate, number)


def _exact_score(test: ExactScore, estimate: float, number: int) -> Counting:
    name = ContrastName(test.first, "", test.task, test.split)
    metric, network = measured(test.metric, name), named(test.first)
    what = Text(
        Markup("{}: {} on {}").format(network, metric.english, test.task),
        Markup("{}：在{}上的{}").format(network, test.task, metric.chinese),
    )
    if estimate == test.value:
        return Counting(what, score(estimate), own(f"in each of {number} runs", f"{number}次运行，次次如此"))
    claimed = f"{test.value:g}"
    note = own(
        f"mean of {number} runs; claimed: exactly {claimed}", f"{number}次运行的平均；课上的说法：正好是{claimed}"
    )
    return Counting(what, score(estimate), note)


def _weight_ratio(test: WeightRatio, estimate: float, number: int) -> Counting:
    pair = Markup("{} / {}").format(named(test.first), named(test.second))
    what = Text(Markup("recurrent weights, {}").format(pair), Markup("recurrent权重，{}").format(pair))
    claimed = f"{test.claimed:.3g}"
    places = "combination" if number == 1 else "combinations"
    note = own(f"in {number} {places}; claimed: {claimed} {TIMES}", f"{number}个组合；课上的说法：{claimed} {TIMES}")
    return Counting(what, f"{estimate:.3g} {TIMES}", note)


def _input_weights(test: InputWeights, estimate: float, number: int) -> Counting:
    pair = Markup("{} / {}").format(named(test.first), named(test.second))
    what = Text(Markup("input weights, {}").format(pair), Markup("输入权重，{}").format(pair))
    note = own(f"in the largest of {number} vocabularies", f"{number}种词汇量中最大的一种")
    return Counting(
        what, f"{estimate:.3g} {TIMES}", own("in one vocabulary", "只有一种词汇量") if number == 1 else note
    )


def _collisions(test: Collisions, estimate: float, number: int) -> Counting:
    encoder = named(test.first)
    what = Text(
        Markup("training words that share their code, {}").format(encoder),
        Markup("与别的词编码相同的训练词，{}").format(encoder),
    )
    tasks = "on one task" if number == 1 else f"mean of {number} tasks"
    note = own(f"{tasks}; claimed: none", f"{number}个任务的平均；课上的说法：没有")
    return Counting(what, percent(estimate), note)


_COUNTINGS: dict[type, Callable[[Any, float, int], Counting]] = {
    ExactScore: _exact_score,
    WeightRatio: _weight_ratio,
    InputWeights: _input_weights,
    Collisions: _collisions,
}
"""Kind of counted claim -> what is said of it."""
