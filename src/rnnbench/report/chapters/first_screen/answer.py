"""The answer in three lines, from the decisions of the last chapter, and the points of the scatter that it names."""

from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import score
from rnnbench.report.views import convergence
from rnnbench.report.views.blocks import best_of
from rnnbench.report.views.decisions import (
    MARGIN,
    Decision,
    Need,
    Network,
    decisions,
    mean_scores,
    reaches,
    test_splits,
)
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named

QUESTIONS = {
    "default": bilingual("Which network?", "用哪个网络？"),
    "few_words": bilingual("For words never seen?", "没见过的词呢？"),
    "small": bilingual("The smallest as good?", "一样好的最小的？"),
    "lag": bilingual("For long lags?", "间隔很长呢？"),
}
LINES = ("default", "few_words", "small")
"""The needs of which the answer speaks."""


@dataclass(frozen=True)
class AnswerLine:
    """A question and its answer."""

    question: Markup
    answer: Markup
    converged: bool = True


@dataclass(frozen=True)
class Answer:
    """The lines of the answer, and for what they hold."""

    lines: list[AnswerLine]
    scope: Markup | str


def answer(tables: Tables) -> Answer:
    """Return the answer; without lines where the tables decide nothing."""
    found = {decision.need.name: decision for decision in decisions(tables)}
    unfinal = convergence.not_converged(tables)
    lines = [_line(found[name], unfinal) for name in LINES if name in found]
    if len(lines) < len(LINES):
        lines += _lag_lines(tables)[: len(LINES) - len(lines)]
    return Answer(lines, _scope(found["default"]) if "default" in found else "")


def _scope(decision: Decision) -> Markup:
    return bilingual(
        "On {task}: {count} networks, {seeds} seeds each. As good: behind by less than {margin}, shown over seeds.",
        "在{task}上：{count}个网络，各{seeds}个种子。一样好：种子之间显示落后不到{margin}。",
        task=decision.need.task,
        margin=MARGIN,
        count=decision.candidates,
        seeds=decision.seeds,
    )


def _line(decision: Decision, unfinal: frozenset[tuple[str, str, str]]) -> AnswerLine:
    network = decision.chosen
    splits = decision.need.splits
    values = {
        "architecture": named(network.architecture),
        "encoder": named(network.encoder),
        "score": score(decision.score.value),
        "low": score(decision.score.low),
        "high": score(decision.score.high),
        "metric": METRICS[decision.need.metric],
        "split": splits[0] if len(splits) == 1 else "",
        "splits": len(splits),
        "level": len(decision.level),
        "times": f"{decision.best_parameters / decision.parameters:.2g}",
    }
    english, chinese = _where(decision)
    close = _close(decision)
    converged = (decision.need.task, *network) not in unfinal
    return AnswerLine(
        QUESTIONS[decision.need.name],
        bilingual(
            "<b>{architecture}</b> reading <b>{encoder}</b>: {metric} {score} ({low} to {high}) " + english + close[0],
            "<b>{architecture}</b>，读<b>{encoder}</b>：" + chinese + "{metric} {score}（{low}到{high}）" + close[1],
            **values,
        ),
        converged,
    )


def _where(decision: Decision) -> tuple[str, str]:
    if len(decision.need.splits) > 1:
        return "over {splits} test splits", "{splits}个测试集平均"
    return "on {split}", "在{split}上"


def _close(decision: Decision) -> tuple[str, str]:
    """Return how it stands to the others: as good as a larger one, or how many are not shown to be worse."""
    if not decision.is_best:
        return (
            "; as good as the best, which is {times} times as large.",
            "；和最好的一样好，最好的大小是它的{times}倍。",
        )
    if decision.level:
        return "; {level} others are not shown to be worse.", "；还有{level}个网络没有显示更差。"
    return "; all others are shown to be worse.", "；其他网络都显示更差。"


def _lag_lines(tables: Tables) -> list[AnswerLine]:
    """Return the network that remembers longest, of each family of memory tasks."""
    return [
        AnswerLine(
            QUESTIONS["lag"],
            bilingual(
                "<b>{architecture}</b> solves {family} up to {setting} {lag}, the longest of {count} networks.",
                "<b>{architecture}</b>在{family}上解到{setting} {lag}，是{count}个网络里最长的。",
                architecture=named(reach.chosen.network.architecture),
                family=reach.family,
                setting=reach.setting.replace("_", " "),
                lag=reach.chosen.lag,
                count=len(reach.others) + 1,
            ),
            reach.chosen.converged,
        )
        for reach in reaches(tables)
    ]


def picks(tables: Tables) -> dict[str, list[tuple[str, str, Network]]]:
    """Return task -> the networks that the scatter names, with their names in English and Chinese."""
    found = {decision.need.name: decision for decision in decisions(tables)}
    if "default" not in found:
        return {}
    default = found["default"]
    result = [("default", "默认", default.chosen)]
    small = found.get("small", default)
    result.append(("smallest as good", "一样好里最小", small.chosen))
    others = tuple(split for split in test_splits(tables, default.need.task, default.need.metric) if split != "test")
    if others:
        scores = mean_scores(tables, Need("robust", default.need.task, others, default.need.metric))
        if scores.shape[1]:
            result.append(("most robust", "最稳健", Network(*best_of(scores))))
    return {default.need.task: _joined(result)}


def _joined(picks: list[tuple[str, str, Network]]) -> list[tuple[str, str, Network]]:
    """Return the names of each network in one."""
    networks = dict.fromkeys(network for _, _, network in picks)
    return [
        (
            ", ".join(english for english, _, other in picks if other == network),
            "，".join(chinese for _, chinese, other in picks if other == network),
            network,
        )
        for network in networks
    ]
