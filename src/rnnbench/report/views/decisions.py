"""Which encoder and network to use for which need, each decision by one rule from the tables.

Of all networks that were trained for the need, the best mean over seeds; and of those that are shown to be behind it by
less than MARGIN (the paired 95 % interval and the test agree), the one with the fewest parameters.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.report.views import encoder_comparison, queries
from rnnbench.report.views.blocks import against_best, best_of, scores_by_block
from rnnbench.report.views.queries import Frame, Tables, at, of_task

MARGIN = 0.005
"""Differences of scores below this are worth fewer parameters."""
LEAST_BLOCKS = 2
"""One seed has no interval, and decides nothing."""
RIGHT_CONTEXT = "cue_after"
"""The phenomenon of words that only what comes after them explains."""


class Network(NamedTuple):
    """A network behind an encoder, as it was trained for a task."""

    encoder: str
    architecture: str


class Need(NamedTuple):
    """What a reader needs, and the scores that answer it: means over these splits."""

    name: str
    """few_words, typos, few_sentences, small, default or right_context."""
    task: str
    splits: tuple[str, ...]
    metric: str


@dataclass(frozen=True)
class Decision:
    """A network to use, and why."""

    need: Need
    chosen: Network
    score: Interval
    parameters: float
    best: Network
    best_parameters: float
    behind: Interval
    """How far the chosen one is behind the best; 0 where it is the best."""
    level: list[Network]
    """The others that are not shown to be lower than the best, in order of their means."""
    next: Network
    """The second best."""
    next_behind: Interval
    """How far that one is behind the best."""
    as_good: int
    """How many others are as good as the best, by the margin."""
    candidates: int
    seeds: int
    without: Network | None = None
    """Where right context matters: the best network that reads forward alone."""
    without_behind: Interval | None = None
    """How far that one is behind the chosen one."""

    @property
    def is_best(self) -> bool:
        """Whether the chosen network is the one with the best mean."""
        return self.chosen == self.best


def decisions(tables: Tables) -> list[Decision]:
    """Return the decisions that the tables allow, for the task whose words the report speaks of."""
    task = encoder_comparison.subject(tables)
    metric = None if task is None else encoder_comparison.metric_of(tables, task)
    return [] if task is None or metric is None else list(_decisions(tables, task, metric))


def _decisions(tables: Tables, task: str, metric: str) -> Iterator[Decision]:
    for need in _needs(tables, task, metric):
        decision = decide(need, mean_scores(tables, need), sizes(tables, need.task))
        if decision is not None:
            yield decision
    right = _right_context(tables, Need("right_context", task, ("test",), metric))
    if right is not None:
        yield right


def _needs(tables: Tables, task: str, metric: str) -> Iterator[Need]:
    """Yield the needs that the splits and families of a task speak of. With one test split, small is the default."""
    tests = test_splits(tables, task, metric)
    for name, split in (("few_words", "test_unseen"), ("typos", "test_typos")):
        if split in tests:
            yield Need(name, task, (split,), metric)
    for smallest in list(encoder_comparison.few_sentences(tables, task))[:1]:
        yield Need("few_sentences", smallest, ("test",), metric)
    if len(tests) > 1:
        yield Need("small", task, ("test",), metric)
    yield Need("default", task, tests, metric)


def test_splits(tables: Tables, task: str, metric: str) -> tuple[str, ...]:
    """Return a task's test splits with scores in a metric."""
    rows = of_task(tables["scores"], task)
    names = dict.fromkeys(rows.loc[rows["selected"] & (rows["metric"] == metric), "split"])
    return tuple(name for name in names if name == "test" or name.startswith("test_"))


def mean_scores(tables: Tables, need: Need) -> Frame:
    """Return each network's mean over the splits, block by block, of the blocks and networks that all of them have."""
    parts = [scores_by_block(tables, need.task, split, need.metric) for split in need.splits]
    shared = [name for name in parts[0].columns if all(name in part.columns for part in parts)]
    total = functools.reduce(lambda first, second: first + second, (part[shared] for part in parts))
    return (total / len(parts)).dropna()


def sizes(tables: Tables, task: str) -> dict[tuple, float]:
    """Return the mean number of parameters of a task's networks, by encoder and architecture."""
    runs = of_task(tables["runs"], task)
    return at(queries.parameters(tables | {"runs": runs})["parameters"], task=task).to_dict()


def decide(need: Need, scores: Frame, sizes: dict[tuple, float]) -> Decision | None:
    """Return the decision by the rule of this module; None without two networks in two blocks.

    `scores` has a row for each block and a column for each encoder and architecture, `sizes` their numbers of
    parameters. A network whose size is not known is not compared.
    """
    scores = scores[[name for name in scores.columns if name in sizes]]
    if len(scores) < LEAST_BLOCKS or scores.shape[1] < 2:
        return None
    best, others, means = best_of(scores), against_best(scores, MARGIN), scores.mean()
    as_good = [best, *(name for name, other in others.items() if other.is_as_good)]
    chosen = min(as_good, key=lambda name: (sizes[name], -means[name]))
    ranked = sorted(others, key=lambda name: -means[name])
    return Decision(
        need=need,
        chosen=Network(*chosen),
        score=interval_of_mean(scores[chosen].to_numpy(float)),
        parameters=sizes[chosen],
        best=Network(*best),
        best_parameters=sizes[best],
        behind=others[chosen].behind if chosen in others else Interval(0.0, 0.0, 0.0),
        level=[Network(*name) for name in ranked if not others[name].is_lower],
        next=Network(*ranked[0]),
        next_behind=others[ranked[0]].behind,
        as_good=len(as_good) - 1,
        candidates=scores.shape[1],
        seeds=len(scores),
    )


def _right_context(tables: Tables, need: Need) -> Decision | None:
    """Return the decision where the cue comes after its slot; None unless some networks read ahead and some do not."""
    scores = scores_by_block(tables, need.task, "test", need.metric, phenomenon=RIGHT_CONTEXT).dropna()
    decision = decide(need, scores, sizes(tables, need.task))
    forward = forward_only(tables)
    reading_forward = [name for name in scores.columns if name[1] in forward]
    if decision is None or decision.chosen.architecture in forward or not reading_forward:
        return None
    without = scores[reading_forward].mean().idxmax()
    difference = interval_of_mean((scores[decision.chosen] - scores[without]).to_numpy(float))
    return replace(decision, without=Network(*without), without_behind=difference)


def forward_only(tables: Tables) -> set[str]:
    """Return the architectures that read no word after the present one."""
    rows = tables["architectures"]
    return set(rows.loc[~rows["bidirectional"] & (rows["window"] == 0), "architecture"])


class Horizon(NamedTuple):
    """The memory horizon of a network, with its interval over blocks."""

    network: Network
    lag: int
    low: int
    high: int
    is_beyond: bool
    """Whether the longest lag that was tried is solved, so that the horizon may be longer."""
    converged: bool


@dataclass(frozen=True)
class Reach:
    """The network with the longest memory horizon in a family of memory tasks."""

    family: str
    setting: str
    chosen: Horizon
    parameters: float | None
    others: list[Horizon]
    """The other networks, the longest horizon first."""

    @property
    def equal(self) -> list[Horizon]:
        """The others with the same horizon; of all these the chosen one has the fewest parameters."""
        return [other for other in self.others if other.lag == self.chosen.lag]

    @property
    def level(self) -> list[Horizon]:
        """The others with a shorter horizon whose interval reaches that of the chosen one."""
        return [other for other in self.others if other.lag < self.chosen.lag and other.high >= self.chosen.low]


def reaches(tables: Tables) -> list[Reach]:
    """Return for each family of memory tasks the network with the longest memory horizon, the smallest of equal ones.

    A family in which no network, or only one, has a horizon says nothing.
    """
    families = [str(name) for name in dict.fromkeys(tables["horizons"]["task"])]
    return [found for family in families if (found := _reach(tables, family))]


def _reach(tables: Tables, family: str) -> Reach | None:
    rows = of_task(tables["horizons"], family)
    parameters = _family_sizes(tables, family)
    horizons = sorted(
        map(_horizon, rows.to_dict("records")),
        key=lambda found: (-found.lag, parameters.get(found.network, float("inf"))),
    )
    if len(horizons) < 2 or horizons[0].lag <= 0:
        return None
    first, *others = horizons
    setting = str(rows["setting"].iloc[0])
    return Reach(family, setting, first, parameters.get(first.network), others)


def _horizon(row: dict) -> Horizon:
    network = Network(row["encoder"], row["architecture"])
    lag, is_beyond = int(row["horizon"]), row["horizon"] == row["longest"]
    return Horizon(network, lag, int(row["low"]), int(row["high"]), is_beyond, bool(row["converged"]))


def _family_sizes(tables: Tables, family: str) -> dict[tuple, float]:
    """Return the mean number of parameters of the networks of a family of memory tasks."""
    memory, counts = tables["memory_tasks"], queries.parameters(tables)["parameters"]
    tasks = set(memory.loc[memory["family"] == family, "task"])
    return (
        counts[counts.index.get_level_values("task").isin(tasks)].groupby(["encoder", "architecture"]).mean().to_dict()
    )
