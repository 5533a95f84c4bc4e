"""Why a network does not solve a memory task, seed by seed, as far as the tables are evidence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnbench.evaluation.memory_horizon import CALIBRATED, SOLVED, span
from rnnbench.report.views import memory
from rnnbench.report.views.queries import Column, Frame, Tables, architectures, at, of_task

LAST = 0.9
"""A best epoch behind this share of the epochs is at their end."""
QUARTER = 0.75
"""Where the last quarter of the epochs begins."""
MUCH = 0.2
"""Calibrated scores further apart than this are much apart."""


class TriedRate(NamedTuple):
    """A learning rate that was not chosen and that would have served a seed better, by scores on validation."""

    seed: int
    learning_rate: float
    value: float
    chosen: float
    """The score with the learning rate that was chosen."""


class OtherStart(NamedTuple):
    """A network that is better than another from which it differs in its start alone, beyond both intervals."""

    architecture: str
    better: str
    changed: str
    """The settings of the start in which they differ, in words."""


@dataclass(frozen=True)
class TaskVerdict:
    """What became of the seeds of one network on one task. A seed that has no score solves nothing."""

    architecture: str
    seeds: int
    """Those that were to be trained."""
    solved: int
    unlearnt: int
    """Seeds that solve neither test nor training."""
    overfitted: int
    """Seeds that solve training and not test."""
    rising: int
    """Seeds without success that were best at their last epochs, on a curve that still rose beyond its error."""
    like_none: bool
    """Whether no seed is above 0 beyond its error on test, and none solves training."""
    train: float
    test: float
    """Mean scores of the overfitted seeds; NaN without any."""
    rates: tuple[TriedRate, ...]


def verdicts(tables: Tables, task: str, encoder: str) -> list[TaskVerdict]:
    """Return a verdict on every architecture that has a score on the test split."""
    runs, means = memory.runs_of(tables, task, encoder), memory.means(tables, task, encoder)
    tested = runs[runs["split"] == "test"]["architecture"]
    details = _Details(tables, task, encoder)
    return [
        _verdict(details, runs[runs["architecture"] == name], at(means, architecture=name), name)
        for name in architectures(tables)
        if name in set(tested)
    ]


def other_starts(tables: Tables, task: str, encoder: str) -> list[OtherStart]:
    """Return for each network that another start makes better on the test split the best such start."""
    means = at(memory.means(tables, task, encoder), split="test")
    means = means[means["seeds"] > 1]  # of a single seed nothing is known about others
    known = tables["architectures"][tables["architectures"]["architecture"].isin(means.index)]
    groups = known.groupby(["cell", "layers", "bidirectional", "settings"], sort=False)
    return [one for _, alike in groups for one in _better_starts(alike.set_index("architecture")["start"], means)]


def _better_starts(starts: Column, means: Frame) -> Iterator[OtherStart]:
    found = means.loc[starts.index]
    best = str(found["value"].idxmax())
    for name in starts.index[found["high"] < found.loc[best, "low"]]:
        now, then = json.loads(starts[best]), json.loads(starts[name])
        changed = [f"{key} {now[key]} in place of {then[key]}" for key in now if now[key] != then[key]]
        yield OtherStart(str(name), best, ", ".join(changed))


def _verdict(details: "_Details", runs: Frame, means: Frame, name: str) -> TaskVerdict:
    scores = runs.pivot_table(index="seed", columns="split", values="value")
    scores = scores.reindex(columns=["train", "test"]).dropna(subset="test")
    failed = scores[scores["test"] < SOLVED]
    learnt = failed[failed["train"] >= SOLVED]
    return TaskVerdict(
        architecture=name,
        seeds=max(len(scores), details.planned(name)),
        solved=len(scores) - len(failed),
        unlearnt=int((failed["train"] < SOLVED).sum()),
        overfitted=len(learnt),
        rising=sum(details.rises(name, seed) for seed in failed.index),
        like_none=learnt.empty and bool(means.loc["test", "memoryless"]),
        train=float(learnt["train"].mean()),
        test=float(learnt["test"].mean()),
        rates=tuple(rate for seed in failed.index for rate in details.better_rates(name, seed)),
    )


class _Details:
    """What is looked up of single runs: their epochs, curves, and scores with other learning rates."""

    def __init__(self, tables: Tables, task: str, encoder: str) -> None:
        rows = {name: of_task(tables[name], task) for name in ("runs", "history", "scores", "calibrated")}
        watched = {name: table[table["encoder"] == encoder] for name, table in rows.items()}
        for name in ("history", "scores", "calibrated"):
            watched[name] = watched[name][watched[name]["split"] == "validation"]
        keys = ["architecture", "seed"]
        self.tables = {name: dict(iter(table.groupby(keys))) for name, table in watched.items()}
        self.none = {name: table.iloc[:0] for name, table in watched.items()}
        known = of_task(tables["memory_tasks"], task).iloc[0]
        self.metric, self.unit = str(known["calibrated_by"]), span(known["calibrated_by"], known["zero"])
        """The metric of calibrated scores, and how much of it a score of 1 stands for."""

    def of(self, table: str, architecture: str, seed: int, **also: object) -> Frame:
        """Return a table's rows of some runs; of those with splits only validation."""
        rows = self.tables[table].get((architecture, seed), self.none[table])
        for column, value in also.items():
            rows = rows[rows[column] == value]
        return rows

    def planned(self, architecture: str) -> int:
        """Return the seeds that were to be trained, whatever became of them."""
        return len({seed for name, seed in self.tables["runs"] if name == architecture})

    def rises(self, architecture: str, seed: int) -> bool:
        """Return whether a selected run was best at its end and its validation curve still rose.

        It rose when it gained more than two standard errors of validation over the last quarter of the epochs. These
        are errors on the same sequences, so the rule is on the careful side.
        """
        run = self.of("runs", architecture, seed, selected=True).dropna(subset=["epochs", "best_epoch"])
        if run.empty or run["best_epoch"].iloc[0] <= LAST * run["epochs"].iloc[0]:
            return False
        error = self.of("calibrated", architecture, seed)["standard_error"].mean()
        return bool(self._gain(architecture, seed, run) > 2 * error)

    def _gain(self, architecture: str, seed: int, run: Frame) -> float:
        rate, epochs = run["learning_rate"].iloc[0], run["epochs"].iloc[0]
        point = {"learning_rate": rate, "metric": self.metric}
        curve = self.of("history", architecture, seed, **point).set_index("epoch")["value"]
        late = curve[curve.index >= round(QUARTER * epochs)].sort_index()
        return (late.iloc[-1] - late.iloc[0]) / self.unit if len(late) > 1 else np.nan

    def better_rates(self, architecture: str, seed: int) -> Iterator[TriedRate]:
        """Yield the learning rates that did much better on validation than the chosen one."""
        done = self.of("runs", architecture, seed, status="done")["learning_rate"]
        known = self.of("scores", architecture, seed, metric=CALIBRATED).dropna(subset="value")
        known = known[known["learning_rate"].isin(done)]
        chosen = known.loc[known["selected"], "value"].max()
        for row in known[~known["selected"] & (known["value"] > chosen + MUCH)].to_dict("records"):
            yield TriedRate(seed, row["learning_rate"], row["value"], float(chosen))
