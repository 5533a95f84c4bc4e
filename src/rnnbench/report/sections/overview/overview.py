"""The first screen: the progress of the experiment, and the best combination of each task."""

import math
from dataclasses import dataclass, replace

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.style import styles
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, several
from rnnbench.report.sections.memory.memory import lag
from rnnbench.report.views import convergence, memory, queries, training_size
from rnnbench.report.views.queries import INFORMATION, LEFT_OUT, STATUSES, Frame, Tables, at
from rnnbench.results.schemas import COMBINATION

MAX_CARDS = 6
"""Largest number of tasks with a card of their own; the others share a table."""


@dataclass(frozen=True)
class Progress:
    """The number of combinations and runs, and how many runs have each status."""

    combinations: int
    n_without_network: int
    """Number of combinations without a finished run."""
    runs: int
    counts: dict[str, int]
    seeds: str
    """Number of seeds of a combination, in words."""
    learning_rates: str
    """Number of learning rates that were tried for a combination, in words."""
    not_converged: int
    """Number of combinations that were not trained to a plateau."""
    minutes: float
    """Total training time of all runs, each on one core."""

    @property
    def all_done(self) -> bool:
        """Return whether every run is done."""
        return self.runs > 0 and self.counts["done"] == self.runs


def progress(tables: Tables) -> Progress:
    """Return the progress of the experiment."""
    states, runs = queries.states(tables), tables["runs"]
    states = states[states["state"] != LEFT_OUT]
    counts = {name: int(states[name].sum()) for name in (*STATUSES, "missing")}
    return Progress(
        combinations=len(states),
        n_without_network=int((states["state"] != "done").sum()),
        runs=sum(counts.values()),
        counts=counts,
        seeds=_number_of(runs, "seed"),
        learning_rates=_number_of(runs, "learning_rate"),
        not_converged=len(convergence.not_converged(tables)),
        minutes=float(runs["seconds"].sum()) / 60,
    )


def _number_of(runs: Frame, column: str) -> str:
    """Return the number of values of a column in each combination: "2 seeds", or "3 to 5 seeds" where they differ."""
    counts = runs.groupby(list(COMBINATION))[column].nunique()
    largest = several(int(counts.max()) if len(counts) else 0, column.replace("_", " "))
    return largest if counts.nunique() <= 1 else f"{counts.min()} to {largest}"


@dataclass(frozen=True)
class Best:
    """The combination with the best mean test score of a task, with the scores to compare it with."""

    task: str
    metric: str
    encoder: str
    architecture: str
    mean: float
    interval: str
    """The 95 % interval of the mean, in words; "" for a single seed."""
    colour: str
    n_ties: int
    """Number of other combinations whose mean is in that interval."""
    ceilings: dict[str, float]
    """The scores of the oracle, by the information that it uses."""
    converged: bool
    """Whether the combination was trained to a plateau."""


def best(tables: Tables, task: str) -> Best | None:
    """Return the best combination of a task by its headline metric; None without any score."""
    metric = queries.headline(tables, task)
    scores = at(queries.means(tables, "test"), task=task, metric=metric)
    if metric is None or scores.empty:
        return None
    encoder, architecture = scores["mean"].idxmax()
    mean, low, high = scores.loc[(encoder, architecture), ["mean", "low", "high"]]
    n_close = int((scores["mean"] >= (mean if math.isnan(low) else low)).sum())
    return Best(
        task=task,
        metric=METRICS[metric],
        encoder=encoder,
        architecture=architecture,
        mean=float(mean),
        interval=interval_text(low, high, score),
        colour=styles(tables)[architecture].colour,
        n_ties=n_close - 1,
        ceilings={INFORMATION[kind]: value for kind, value in queries.ceilings(tables, task, metric).items()},
        converged=(task, encoder, architecture) not in convergence.not_converged(tables),
    )


@dataclass(frozen=True)
class Reach:
    """The longest memory horizon in a family of memory tasks, and the architectures that reach it."""

    family: str
    setting: str
    """The setting of the task that is the lag, such as delay."""
    reached: str
    shortest: int
    longest: int
    solved: bool
    architectures: list[str]
    converged: bool
    """Whether no network of the family could reach further with more training."""


def reach(tables: Tables, family: str) -> Reach | None:
    """Return the longest memory horizon in a family of memory tasks; None without any memory horizon."""
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
        converged=bool(rows["converged"].all()),
    )


@dataclass(frozen=True)
class BestCard:
    """A card: the best combination of a task, or the longest memory horizon in a family of tasks."""

    name: str
    best: Best | None
    reach: Reach | None


def cards(tables: Tables, tables_of: dict[str, Tables]) -> list[BestCard]:
    """Return a card for each task, and one card for each family of memory tasks with several lags.

    `tables_of` has the tables of each task.
    """
    families = {task: family for family, rows in memory.several_lags(tables).items() for task in rows["task"]}
    names = dict.fromkeys(families.get(task, task) for task in training_size.alone(tables))
    return [
        BestCard(name, None, reach(tables, name))
        if name in families.values()
        else BestCard(name, best(tables_of[name], name), None)
        for name in names
    ]


def other_tasks_table(cards: list[BestCard]) -> Table:
    """Return cards as the rows of a table."""
    columns = headings("metric", "best", "architecture", "encoder")
    return Table(
        "The best of the other tasks.", "task", columns, [Group("", [_line(card) for card in cards])], numbers=False
    )


def _line(card: BestCard) -> Row:
    converged = True
    if card.best:
        texts = [card.best.metric, score(card.best.mean), card.best.architecture, card.best.encoder]
        converged = card.best.converged
    elif card.reach:
        texts = [f"longest {card.reach.setting}", card.reach.reached, ", ".join(card.reach.architectures), ""]
        converged = card.reach.converged
    else:
        texts = ["no score yet", "", "", ""]
    cells = [TableCell(text) for text in texts]
    return Row(card.name, [cells[0], replace(cells[1], converged=converged), *cells[2:]])
