"""Why a network does not solve a memory task, seed by seed, as far as the tables give evidence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rnnbench.analysis.statistics.power import blocks_needed
from rnnbench.evaluation.memory_horizon import CALIBRATED, SOLVED
from rnnbench.report.views import memory
from rnnbench.report.views.queries import Frame, Tables, architectures, at, of_task

MIN_GAIN = 0.2
"""Smallest difference in the calibrated score by which another learning rate counts as much better."""


class TriedRate(NamedTuple):
    """A learning rate that was not chosen although it scores much better on validation with this seed."""

    seed: int
    learning_rate: float
    value: float
    chosen: float
    """Validation score with the chosen learning rate."""


class OtherStart(NamedTuple):
    """Two networks that differ only in how their weights start; the intervals of their scores do not overlap."""

    architecture: str
    better: str
    """The architecture with the better start."""
    changed: str
    """The settings of the start in which they differ, in words."""


@dataclass(frozen=True)
class TaskVerdict:
    """How the seeds of one network end on one task. A seed without a score does not solve it."""

    architecture: str
    seeds: int
    """Number of seeds that were planned."""
    solved: int
    """Number of seeds that solve the test split."""
    unlearnt: int
    """Number of seeds that solve neither the training nor the test split."""
    overfitted: int
    """Number of seeds that solve the training split but not the test split."""
    memoryless: bool
    """Whether no seed scores above 0 beyond its error on the test split, and none solves the training split."""
    train: float
    test: float
    """Mean scores of the overfitted seeds; NaN without any."""
    rates: tuple[TriedRate, ...]


def verdicts(tables: Tables, task: str, encoder: str) -> list[TaskVerdict]:
    """Return a verdict for every architecture that has a score on the test split."""
    runs, means = memory.runs_of(tables, task, encoder), memory.means(tables, task, encoder)
    tested = set(runs.loc[runs["split"] == "test", "architecture"])
    run_tables = _RunTables(tables, task, encoder)
    return [
        _verdict(run_tables, runs[runs["architecture"] == name], at(means, architecture=name), name)
        for name in architectures(tables)
        if name in tested
    ]


def other_starts(tables: Tables, task: str, encoder: str) -> list[OtherStart]:
    """Return, for each network that scores better on the test split with another start, the best such start."""
    means = at(memory.means(tables, task, encoder), split="test")
    # With fewer blocks no difference can be claimed: their interval is at most their range.
    means = means[means["seeds"] >= blocks_needed(1)]
    return [other for group in memory.starts(tables, means.index) for other in _better_starts(group, means)]


def _better_starts(starts: dict[str, str], means: Frame) -> Iterator[OtherStart]:
    """Yield the networks of a group that differ only in their start, each worse than the group's best."""
    scores = means.loc[list(starts)]
    best = str(scores["value"].idxmax())
    for name in scores.index[scores["high"] < scores.loc[best, "low"]]:
        better, worse = json.loads(starts[best]), json.loads(starts[name])
        changed = [f"{key} {better[key]} in place of {worse[key]}" for key in better if better[key] != worse[key]]
        if changed:
            yield OtherStart(str(name), best, ", ".join(changed))


def _verdict(run_tables: "_RunTables", runs: Frame, means: Frame, name: str) -> TaskVerdict:
    scores = runs.pivot_table(index="seed", columns="split", values="value")
    scores = scores.reindex(columns=["train", "test"]).dropna(subset="test")
    unsolved = scores[scores["test"] < SOLVED]
    overfitted = unsolved[unsolved["train"] >= SOLVED]
    return TaskVerdict(
        architecture=name,
        seeds=max(len(scores), run_tables.planned(name)),
        solved=len(scores) - len(unsolved),
        unlearnt=int((unsolved["train"] < SOLVED).sum()),
        overfitted=len(overfitted),
        memoryless=overfitted.empty and bool(means.loc["test", "memoryless"]),
        train=float(overfitted["train"].mean()),
        test=float(overfitted["test"].mean()),
        rates=tuple(rate for seed in unsolved.index for rate in run_tables.better_rates(name, seed)),
    )


class _RunTables:
    """The runs of one task and encoder by architecture and seed, and their scores on validation."""

    def __init__(self, tables: Tables, task: str, encoder: str) -> None:
        rows = {name: of_task(tables[name], task) for name in ("runs", "scores")}
        rows = {name: table[table["encoder"] == encoder] for name, table in rows.items()}
        rows["scores"] = rows["scores"][rows["scores"]["split"] == "validation"]
        keys = ["architecture", "seed"]
        self.tables = {name: dict(iter(table.groupby(keys))) for name, table in rows.items()}
        self.empty = {name: table.iloc[:0] for name, table in rows.items()}

    def of(self, table: str, architecture: str, seed: int, **values: object) -> Frame:
        """Return the rows of one architecture and seed with these values of columns."""
        rows = self.tables[table].get((architecture, seed), self.empty[table])
        for column, value in values.items():
            rows = rows[rows[column] == value]
        return rows

    def planned(self, architecture: str) -> int:
        """Return the number of seeds that were planned, whatever the status of their runs."""
        return len({seed for name, seed in self.tables["runs"] if name == architecture})

    def better_rates(self, architecture: str, seed: int) -> Iterator[TriedRate]:
        """Yield the learning rates that score much better on validation than the chosen one."""
        done = self.of("runs", architecture, seed, status="done")["learning_rate"]
        scores = self.of("scores", architecture, seed, metric=CALIBRATED).dropna(subset="value")
        scores = scores[scores["learning_rate"].isin(done)]
        chosen = scores.loc[scores["selected"], "value"].max()
        for row in scores[~scores["selected"] & (scores["value"] > chosen + MIN_GAIN)].to_dict("records"):
            yield TriedRate(seed, row["learning_rate"], row["value"], float(chosen))
