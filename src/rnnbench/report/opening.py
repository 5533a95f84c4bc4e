"""The first screen: how much is done, and the best combination of each task."""

import math
from dataclasses import dataclass

from rnnbench import summaries
from rnnbench.figures.style import looks
from rnnbench.report.scores import listed
from rnnbench.report.table import several
from rnnbench.summaries import INFORMATION, METRICS, STATUSES, Tables, at


@dataclass(frozen=True)
class Progress:
    """How many combinations and runs there are, and what became of them."""

    combinations: int
    without: int
    """Combinations of which no run is done."""
    runs: int
    counts: dict[str, int]
    seeds: int
    learning_rates: str

    @property
    def all_done(self) -> bool:
        """Return whether every run is done."""
        return self.runs > 0 and self.counts["done"] == self.runs


def progress(tables: Tables) -> Progress:
    """Return how far the benchmark is."""
    states, runs = summaries.states(tables), tables["runs"]
    counts = {name: int(states[name].sum()) for name in (*STATUSES, "missing")}
    return Progress(
        combinations=len(states),
        without=int((states["state"] != "done").sum()),
        runs=sum(counts.values()),
        counts=counts,
        seeds=runs["seed"].nunique(),
        learning_rates=listed(runs["learning_rate"]),
    )


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
    metric = summaries.headline(tables, task)
    found = at(summaries.means(tables, "test"), task=task, metric=metric)
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
        colour=looks(summaries.architectures(tables))[architecture].colour,
        alike=alike,
        ceilings={INFORMATION[kind]: value for kind, value in summaries.ceilings(tables, task, metric).items()},
    )


def choices(tables: Tables) -> list[str]:
    """Return in words how often each learning rate was chosen."""
    runs = tables["runs"]
    counts = runs[runs["selected"]].groupby("learning_rate").size()
    return [f"{rate:g} for {several(int(number), 'run')}" for rate, number in counts.items()]
