"""Which for me? The decisions from the tables, each with its reason in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.chapters.words.words import listed
from rnnbench.report.page.table import score, whole
from rnnbench.report.views import convergence, decisions, encoder_comparison
from rnnbench.report.views.decisions import Decision, Horizon, Network, Reach
from rnnbench.report.views.queries import Tables, of_task
from rnnbench.report.wording.languages import bilingual
from rnnbench.report.wording.names import named

MAX_NAMES = 2
"""Largest number of networks that are named as no worse than the chosen one."""
ORDER = ("few_words", "typos", "right_context", "lags", "few_sentences", "small", "default")
EVIDENCE = {"few_words": "breakdown", "typos": "breakdown", "right_context": "breakdown", "lags": "memory"}
"""Need -> the section of the details that has its numbers; else accuracy."""
SPACE = bilingual(" ", "")
"""What stands between two sentences."""
OWN = "columns"
"""The kind of a corpus whose sentences are given, not drawn."""


@dataclass(frozen=True)
class Choice:
    """A row of the table: what is needed, what to use, and why."""

    need: str
    title: Markup
    network: Network
    reason: Markup
    evidence: str
    converged: bool


@dataclass(frozen=True)
class Shown:
    """What the chapter shows."""

    choices: list[Choice]
    margin: str
    has_scores: bool
    """Whether some choices are by scores, and not all by memory horizons."""
    seeds: str
    given: bool
    """Whether the sentences are the same for all seeds, so that the intervals say nothing of others."""


def shown(tables: Tables) -> Shown | None:
    """Return what the chapter shows; None where the tables allow no decision."""
    found = decisions.decisions(tables)
    choices = [*_by_score(tables, found), *(_by_reach(reach) for reach in decisions.reaches(tables))]
    if not choices:
        return None
    seeds = sorted({decision.seeds for decision in found})
    kinds = of_task(tables["corpora"], encoder_comparison.subject(tables) or "")["kind"]
    return Shown(
        choices=sorted(choices, key=lambda choice: ORDER.index(choice.need)),
        margin=f"{decisions.MARGIN:g}",
        has_scores=bool(found),
        seeds="\N{EN DASH}".join(map(str, dict.fromkeys((*seeds[:1], *seeds[-1:])))),
        given=OWN in set(kinds),
    )


def _by_score(tables: Tables, found: list[Decision]) -> Iterator[Choice]:
    unfinal = convergence.not_converged(tables)
    names = {decision.need.name for decision in found}
    for decision in found:
        need = decision.need
        yield Choice(
            need=need.name,
            title=title(decision, tables, alone="small" not in names),
            network=decision.chosen,
            reason=reason(decision),
            evidence=EVIDENCE.get(need.name, "accuracy"),
            converged=not {(need.task, *decision.chosen), (need.task, *decision.best)} & unfinal,
        )


def title(decision: Decision, tables: Tables, *, alone: bool) -> Markup:
    """Return the need of a row in words; `alone`: the default stands for a small device, too."""
    need = decision.need
    if need.name == "few_sentences":
        n = f"{encoder_comparison.training_sequences(tables, need.task):,}"
        return bilingual("few training sentences ({n})", "训练句子少（{n}句）", n=n)
    if need.name == "default" and alone:
        return bilingual("no special need, or the device is small", "没有特别的需要，或者设备小")
    return {
        "few_words": bilingual("many words are new", "生词多"),
        "typos": bilingual("many typos", "错字多"),
        "right_context": bilingual("words after the slot matter (right context)", "要看后面的词"),
        "small": bilingual("the device is small", "设备小"),
        "default": bilingual("no special need (default)", "没有特别的需要（默认）"),
    }[need.name]


def place(decision: Decision) -> Markup:
    """Return where the score of a decision was measured, in words."""
    need = decision.need
    if len(need.splits) > 1:
        return bilingual(
            "(mean of {n} tests: {splits})",
            "（{n}个测试的平均：{splits}）",
            n=len(need.splits),
            splits=", ".join(need.splits),
        )
    return {
        "few_words": bilingual("with cities never seen", "（没见过的城市）"),
        "typos": bilingual("with a typo in every city", "（每个城市名都有一个错字）"),
        "right_context": bilingual("where the cue comes after the slot", "（线索在槽后面）"),
    }.get(need.name, bilingual("on the test sentences", "（测试句）"))


def reason(decision: Decision) -> Markup:
    """Return why a network was chosen: its score with the interval, and what it is compared with."""
    first = bilingual(
        "Because its {metric} {place} is {score}{ends}",
        "因为它的{metric}{place}是{score}{ends}",
        metric=METRICS[decision.need.metric],
        place=place(decision),
        score=score(decision.score.value),
        ends=_ends(decision.score),
    )
    parts = [first + (_best(decision) if decision.is_best else _smaller(decision))]
    if decision.without is not None and decision.without_behind is not None:
        parts.append(
            bilingual(
                "The best that reads forward alone, {name}, is {value}{ends} lower.",
                "只从前往后读的里面最好的是{name}，低{value}{ends}。",
                name=network(decision.without),
                value=score(decision.without_behind.value),
                ends=_ends(decision.without_behind),
            )
        )
    return SPACE.join(parts)


def _best(decision: Decision) -> Markup:
    """Return the end of the sentence about a network with the best mean: is another one level with it?"""
    n = decision.candidates
    if not decision.level:
        return bilingual(
            ", the best of {n}; the next, {name}, is {value}{ends} lower.",
            "，{n}个里最好；第二名{name}低{value}{ends}。",
            n=n,
            name=network(decision.next),
            value=score(decision.next_behind.value),
            ends=_ends(decision.next_behind),
        )
    return bilingual(
        ", the best mean of {n}; no difference shown from {names}: {next} is {value}{ends} lower.",
        "，{n}个里平均最高；和{names}没有显示出差别：{next}低{value}{ends}。",
        n=n,
        names=_names(decision.level),
        next=bilingual("the first", "前者") if len(decision.level) > 1 else bilingual("it", "它"),
        value=score(decision.next_behind.value),
        ends=_ends(decision.next_behind),
    )


def _smaller(decision: Decision) -> Markup:
    """Return the end of the sentence about a network that is as good as the best, and smaller."""
    return bilingual(
        ": the best of {n}, {name}, is {value}{ends} higher, less than {margin}, with {most} parameters against {few}.",
        "：{n}个里最好的{name}高{value}{ends}，不到{margin}，而参数是{most}个，它是{few}个。",
        n=decision.candidates,
        name=network(decision.best),
        value=score(decision.behind.value),
        ends=_ends(decision.behind),
        margin=f"{decisions.MARGIN:g}",
        most=whole(decision.best_parameters),
        few=whole(decision.parameters),
    )


def _ends(interval: Interval) -> Markup:
    """Return the ends of an interval in brackets."""
    return bilingual(" ({low} to {high})", "（{low}至{high}）", low=score(interval.low), high=score(interval.high))


def network(found: Network) -> Markup:
    """Return a network behind an encoder, in words."""
    return bilingual("{a} reading {e}", "{a}配{e}", a=named(found.architecture), e=named(found.encoder))


def _names(level: list[Network]) -> Markup:
    shown, more = list(map(network, level[:MAX_NAMES])), len(level) - MAX_NAMES
    return listed(shown if more <= 0 else [*shown, bilingual("{n} more", "另外{n}个", n=more)])


def _by_reach(reach: Reach) -> Choice:
    chosen, others = reach.chosen, reach.others
    parts = [
        bilingual(
            "Because the longest {setting} of {family} that it solves is {lag}{ends}, the longest of {n}.",
            "因为它在{family}里能解的最长{setting}是{lag}{ends}，{n}个里最长。",
            setting=reach.setting.replace("_", " "),
            family=reach.family,
            lag=_lag(chosen),
            ends=_lags(chosen),
            n=len(others) + 1,
        )
    ]
    if reach.equal:
        parts.append(
            bilingual(
                "{n} reach as far, with no fewer parameters.", "还有{n}个一样长，参数不比它少。", n=len(reach.equal)
            )
        )
    else:
        name = named(others[0].network.architecture)
        text = {"name": name, "lag": _lag(others[0]), "ends": _lags(others[0])}
        parts.append(bilingual("The next, {name}, reaches {lag}{ends}.", "第二名{name}到{lag}{ends}。", **text))
    if reach.level:
        names = [named(other.network.architecture) for other in reach.level[:MAX_NAMES]]
        parts.append(bilingual("No difference shown from {names}.", "和{names}没有显示出差别。", names=listed(names)))
    return Choice(
        need="lags",
        title=bilingual("long lags", "要记很久"),
        network=chosen.network,
        reason=SPACE.join(parts),
        evidence=EVIDENCE["lags"],
        converged=chosen.converged and all(other.converged for other in others),
    )


def _lag(found: Horizon) -> Markup:
    if found.is_beyond:
        return bilingual("at least {n}", "至少{n}", n=found.lag)
    return Markup(found.lag)


def _lags(found: Horizon) -> Markup:
    """Return the ends of a horizon's interval in brackets; nothing where they are the horizon itself."""
    if found.low == found.lag == found.high:
        return Markup("")
    return bilingual(" ({low} to {high})", "（{low}至{high}）", low=found.low, high=found.high)
