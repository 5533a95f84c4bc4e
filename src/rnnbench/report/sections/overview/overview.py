"""The first screen: how much is done, and the best combination of each task."""

import math
from dataclasses import dataclass

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.style import styles
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, several
from rnnbench.report.sections.memory.memory import lag
from rnnbench.report.views import memory, queries, training_size
from rnnbench.report.views.queries import INFORMATION, STATUSES, Frame, Tables, at

CARDS = 6
"""So many tasks have a card of their own; the others share a table."""


@dataclass(frozen=True)
class Progress:
    """How many combinations and runs there are, and what became of them."""

    combinations: int
    without: int
    """Combinations of which no run is done."""
    runs: int
    counts: dict[str, int]
    seeds: str
    learning_rates: str
    """How many of each a task has, in words."""
    minutes: float
    """Of training, all runs together; one core each."""

    @property
    def all_done(self) -> bool:
        """Return whether every run is done."""
        return self.runs > 0 and self.counts["done"] == self.runs


def progress(tables: Tables) -> Progress:
    """Return how far the benchmark is."""
    states, runs = queries.states(tables), tables["runs"]
    counts = {name: int(states[name].sum()) for name in (*STATUSES, "missing")}
    return Progress(
        combinations=len(states),
        without=int((states["state"] != "done").sum()),
        runs=sum(counts.values()),
        counts=counts,
        seeds=_each(runs, "seed"),
        learning_rates=_each(runs, "learning_rate"),
        minutes=float(runs["seconds"].sum()) / 60,
    )


def _each(runs: Frame, column: str) -> str:
    """Return how many values of a column the tasks have: "2 seeds", or "3 to 5 seeds" where they differ."""
    counts = runs.groupby("task")[column].nunique()
    most = several(int(counts.max()) if len(counts) else 0, column.replace("_", " "))
    return most if counts.nunique() <= 1 else f"{counts.min()} to {most}"


@dataclass(frozen=True)
class Best:
    """The combination with the best mean test score of a task, and what it is to be held against."""

    task: str
    metric: str
    encoder: str
    architecture: str
    mean: float
    std: float
    colour: str
    alike: int
    """Other combinations whose mean lies within its standard deviation."""
    ceilings: dict[str, float]


def best(tables: Tables, task: str) -> Best | None:
    """Return the best combination of a task by its headline metric; None when nothing is scored."""
    metric = queries.headline(tables, task)
    found = at(queries.means(tables, "test"), task=task, metric=metric)
    if metric is None or found.empty:
        return None
    encoder, architecture = found["mean"].idxmax()
    mean, std, _ = found.loc[(encoder, architecture)]
    alike = int((found["mean"] >= mean - (0.0 if math.isnan(std) else std)).sum()) - 1
    return Best(
        task=task,
        metric=METRICS[metric],
        encoder=encoder,
        architecture=architecture,
        mean=float(mean),
        std=float(std),
        colour=styles(tables)[architecture].colour,
        alike=alike,
        ceilings={INFORMATION[kind]: value for kind, value in queries.ceilings(tables, task, metric).items()},
    )


@dataclass(frozen=True)
class Reach:
    """The longest lag of a family that is solved, and by whom."""

    family: str
    setting: str
    reached: str
    shortest: int
    longest: int
    solved: bool
    architectures: list[str]


def reach(tables: Tables, family: str) -> Reach | None:
    """Return how far the best networks reach in a family of memory tasks; None when none has a horizon yet."""
    rows = queries.of_task(tables["horizons"], family)
    if rows.empty:
        return None
    furthest = rows[rows["horizon"] == rows["horizon"].max()]
    horizon, shortest, longest = (int(furthest[name].iloc[0]) for name in ("horizon", "shortest", "longest"))
    return Reach(
        family=family,
        setting=str(furthest["setting"].iloc[0]).replace("_", " "),
        reached=lag(horizon, shortest, longest),
        shortest=shortest,
        longest=longest,
        solved=horizon > 0,
        architectures=list(dict.fromkeys(furthest["architecture"])),
    )


@dataclass(frozen=True)
class BestCard:
    """What one card tells: the best on a task, or how far memory reaches in a family of tasks."""

    name: str
    best: Best | None
    reach: Reach | None


def cards(tables: Tables, of: dict[str, Tables]) -> list[BestCard]:
    """Return a card for each task, but one for all tasks of a family of several lags; `of`: the tables of each."""
    together = {task: name for name, rows in memory.several_lags(tables).items() for task in rows["task"]}
    names = dict.fromkeys(together.get(task, task) for task in training_size.alone(tables))
    return [_card(tables, of, name, family=name in together.values()) for name in names]


def _card(tables: Tables, of: dict[str, Tables], name: str, *, family: bool) -> BestCard:
    return BestCard(name, None, reach(tables, name)) if family else BestCard(name, best(of[name], name), None)


def more(cards: list[BestCard]) -> Table:
    """Return cards as the rows of a table."""
    columns = headings("metric", "best", "architecture", "encoder")
    return Table(
        "The best of the other tasks.", "task", columns, [Group("", [_line(card) for card in cards])], numbers=False
    )


def _line(card: BestCard) -> Row:
    if card.best:
        found = card.best
        cells = [found.metric, score(found.mean), found.architecture, found.encoder]
    elif card.reach:
        cells = [f"longest {card.reach.setting}", card.reach.reached, ", ".join(card.reach.architectures), ""]
    else:
        cells = ["no score yet", "", "", ""]
    return Row(card.name, [TableCell(text) for text in cells])
