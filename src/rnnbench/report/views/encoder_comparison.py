"""Encoders compared: on words that training has seen, on others, and after few training sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.evaluation.metrics import compared_by
from rnnbench.report.views import queries, training_size
from rnnbench.report.views.blocks import Comparison, against_best, best_of, scores_by_block
from rnnbench.report.views.queries import Frame, Tables, of_task

SPLITS = ("test", "test_unseen", "test_typos")
"""The splits on which encoders are compared, where a task has them."""


@dataclass(frozen=True)
class Column:
    """The encoders of a task on one split, each by its mean over the networks that all of them have."""

    task: str
    split: str
    sentences: int | None
    """The number of training sentences where it is why the column is there."""
    metric: str
    networks: list[str]
    seeds: int
    scores: dict[str, Interval]
    """Encoder -> its score, the mean over blocks with its 95 % interval."""
    best: str
    others: dict[str, Comparison]
    """Each other encoder, and what it shows against the best."""

    @property
    def level(self) -> list[str]:
        """The encoders that are not shown to be lower than the best, the best first."""
        others = [name for name, other in self.others.items() if not other.is_lower]
        return [self.best, *sorted(others, key=lambda name: self.others[name].behind.value)]

    @property
    def lower(self) -> list[str]:
        """The encoders that are shown to be lower than the best, in order."""
        return [name for name in self.scores if name not in self.level]


def subject(tables: Tables) -> str | None:
    """Return the task about whose words the report speaks: labels for sequences of words, and no memory task.

    It is the one with the most encoders, of these the one with the most training sequences. None if there is none.
    """
    memory = set(tables["memory_tasks"]["task"])
    tasks = [task for task in queries.tasks(tables) if task not in memory and word_encoders(tables, task)]
    return max(
        tasks, key=lambda task: (len(word_encoders(tables, task)), training_sequences(tables, task)), default=None
    )


def word_encoders(tables: Tables, task: str) -> dict[str, str]:
    """Return the encoders of a task that read words, each with its kind."""
    rows = of_task(tables["encoders"], task)
    kinds = dict(zip(rows["encoder"], rows["kind"], strict=True))
    return {name: kind for name, kind in kinds.items() if kind != "raw"}


def training_sequences(tables: Tables, task: str) -> int:
    """Return the number of training sequences of a task; 0 where it is not known."""
    facts = of_task(tables["corpora"], task)
    values = facts.loc[(facts["split"] == "train") & (facts["fact"] == "sequences"), "value"]
    return int(values.iloc[0]) if len(values) else 0


def few_sentences(tables: Tables, task: str) -> dict[str, int]:
    """Return the smallest and the middle task of a family of training sizes: task -> number of training sequences.

    Its tasks are of the same kind as `task`, which is not among them. Empty where there is no such family.
    """
    facts = tables["corpora"]
    kinds = dict(zip(facts["task"], facts["kind"], strict=True))
    for members in training_size.families(tables).values():
        if all(kinds.get(member) == kinds.get(task) for member in members):
            names = list(members)
            some = dict.fromkeys((names[0], names[len(names) // 2]))
            return {name: members[name] for name in some if name != task}
    return {}


def metric_of(tables: Tables, task: str, split: str = "test") -> str | None:
    """Return the metric by which networks are compared on a split; None where nothing is scored."""
    rows = of_task(tables["scores"], task)
    return compared_by(set(rows.loc[rows["selected"] & (rows["split"] == split), "metric"]))


def columns(tables: Tables, task: str) -> list[Column]:
    """Return the comparisons of a task's encoders that the tables allow."""
    places: list[tuple[str, str, int | None]] = [(task, split, None) for split in SPLITS]
    places += [(name, "test", size) for name, size in few_sentences(tables, task).items()]
    return list(_columns(tables, places))


def _columns(tables: Tables, places: list[tuple[str, str, int | None]]) -> Iterator[Column]:
    for task, split, sentences in places:
        metric = metric_of(tables, task, split)
        scores = scores_by_block(tables, task, split, metric or "")
        networks = shared_networks(scores)
        means = mean_over(scores, networks) if networks else scores.iloc[:0]
        if metric is None or not len(means) or means.shape[1] < 2:
            continue
        yield Column(
            task=task,
            split=split,
            sentences=sentences,
            metric=metric,
            networks=networks,
            seeds=len(means),
            scores={str(name): interval_of_mean(means[name].to_numpy(float)) for name in means.columns},
            best=str(best_of(means)),
            others={str(name): other for name, other in against_best(means, 0.0).items()},
        )


def shared_networks(scores: Frame) -> list[str]:
    """Return the architectures that every encoder has, in order, from `scores_by_block`."""
    encoders = set(scores.columns.get_level_values("encoder"))
    having: dict[str, set[str]] = {}
    for encoder, architecture in scores.columns:
        having.setdefault(str(architecture), set()).add(encoder)
    return [name for name, reads in having.items() if reads == encoders]


def mean_over(scores: Frame, networks: list[str]) -> Frame:
    """Return each encoder's mean over these networks in each block that has all of their scores."""
    shared = scores.loc[:, scores.columns.get_level_values("architecture").isin(networks)].dropna()
    return shared.T.groupby(level="encoder", sort=False).mean().T
