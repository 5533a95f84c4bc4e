"""The runs of one combination as the store has them, and which learning rate was the best."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rnnbench import tasks
from rnnbench.common.registry import label_of
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results.store import path_of, read_record
from rnnbench.tasks import Task

Record = Mapping[str, Any]
SelectionScore = tuple[float, float]
CONFIGURATION = Path("reports/tables/configuration.yaml")
"""The whole configuration of the last experiment, beside its tables."""


@dataclass(frozen=True)
class Runs:
    """The runs of a combination of a job, both as the plan describes them."""

    job: Mapping[str, Any]
    combination: Mapping[str, Any]

    @cached_property
    def task(self) -> Task:
        """Return the task."""
        return tasks.from_settings(self.job["task"])

    @cached_property
    def names(self) -> dict[str, str]:
        """Return what tables call the combination: task, encoder, architecture."""
        task, encoder = label_of(self.job["task"]), label_of(self.combination["encoder"])
        return {"task": task, "encoder": encoder, "architecture": self.combination["name"]}

    @cached_property
    def found(self) -> list[tuple[dict[str, Any], Record | None]]:
        """Return every run of the plan with its record, None where the store has none."""
        runs = self.combination["runs"]
        return [(run, read_record(run["digest"]) if path_of(run["digest"]).exists() else None) for run in runs]

    @property
    def missing(self) -> int:
        """Return how many runs of the plan the store does not have."""
        return sum(not path_of(run["digest"]).exists() for run in self.combination["runs"])

    @cached_property
    def rate(self) -> float | None:
        """Return the learning rate that is best on validation, None when no run was found.

        Fewest runs that diverged, then the best mean over seeds of the task's metric, then of the loss.
        """
        records: dict[float, list[Record | None]] = {}
        for run, record in self.found:
            records.setdefault(run["learning_rate"], []).append(record)
        if not any(record for _, record in self.found):
            return None
        return max(records, key=lambda rate: _mean_merit(records[rate]))

    def key(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """Return what tables call a run."""
        return {**self.names, "seed": run["seed"], "learning_rate": run["learning_rate"]}

    @property
    def selected(self) -> list[tuple[dict[str, Any], Record]]:
        """Return the runs of the best learning rate that the store has; some of them may have diverged."""
        return [(run, record) for run, record in self.found if record and run["learning_rate"] == self.rate]

    def best(self) -> tuple[SelectionScore, dict[str, Any]] | None:
        """Return the merit and the plan's entry of the run that is best on validation, None when none is done."""
        done = [(selection_score(record), run) for run, record in self.found if is_done(record)]
        return max(done, key=lambda pair: pair[0], default=None)


def command(task: str, encoder: str, architecture: str) -> str:
    """Return what trains a combination of the last experiment and prints its test scores, in a shell's words.

    >>> command("delayed_recall delay=5", "one_of_n", "gru").partition(" --encoder")[0]
    "rnnbench train --configfile reports/tables/configuration.yaml --task 'delayed_recall delay=5'"
    """
    named = (("configfile", CONFIGURATION), ("task", task), ("encoder", encoder), ("architecture", architecture))
    return " ".join(["rnnbench train", *(f"--{key} {shlex.quote(str(value))}" for key, value in named)])


def is_done(record: Record | None) -> bool:
    """Return whether a run ended well."""
    return record is not None and record["status"] == "done"


def selection_score(record: Record | None) -> SelectionScore:
    """Return what runs are chosen by, higher is better: the task's metric on validation, then the loss there."""
    assert record is not None
    metric = record["chosen_by"]
    scores = {name: value for split, name, value in record["scores"] if split == "validation"}
    return (scores[metric] if metric in HIGHER_IS_BETTER else -scores[metric], -scores["loss"])


def _mean_merit(records: Sequence[Record | None]) -> tuple[float, float, float]:
    merits = [selection_score(record) for record in records if is_done(record)]
    if not merits:
        return (-len(records) - 1, 0.0, 0.0)
    by_metric, by_loss = (sum(values) / len(merits) for values in zip(*merits, strict=True))
    return (-sum(record is not None and not is_done(record) for record in records), by_metric, by_loss)
