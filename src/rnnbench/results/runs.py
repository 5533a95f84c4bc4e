"""The runs of one combination as the store has them, and which learning rate was the best."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rnnbench import tasks
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results import paths
from rnnbench.results.specifications import CombinationSpec, JobSpec, RunSpec
from rnnbench.results.store import path_of, read_record
from rnnbench.tasks import Task
from rnnbench.training.run_status import RunStatus

Record = Mapping[str, Any]
"""What the store knows of a finished run beside its weights."""
SelectionScore = tuple[float, float]


@dataclass(frozen=True)
class Runs:
    """The runs of a combination of a job, both as the plan describes them."""

    job: JobSpec
    combination: CombinationSpec

    @cached_property
    def task(self) -> Task:
        """Return the task."""
        return tasks.from_settings(self.job.task)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return what tables call the combination: task, encoder, architecture."""
        names = (self.job.task_label, self.combination.encoder_label, self.combination.name)
        return dict(zip(("task", "encoder", "architecture"), names, strict=True))

    @cached_property
    def records(self) -> list[tuple[RunSpec, Record | None]]:
        """Return every run of the plan with its record, None where the store has none."""
        runs = self.combination.runs
        return [(run, read_record(run.digest) if path_of(run.digest).exists() else None) for run in runs]

    @property
    def missing(self) -> int:
        """Return how many runs of the plan the store does not have."""
        return sum(not path_of(run.digest).exists() for run in self.combination.runs)

    @cached_property
    def learning_rate(self) -> float | None:
        """Return the learning rate that is best on validation, None when the store has no run.

        Fewest runs that diverged, then the best mean over seeds of the task's metric, then of the loss.
        """
        by_rate: dict[float, list[Record | None]] = {}
        for run, record in self.records:
            by_rate.setdefault(run.learning_rate, []).append(record)
        if not any(record for _, record in self.records):
            return None
        return max(by_rate, key=lambda rate: _mean_selection_score(by_rate[rate]))

    @property
    def settings(self) -> dict[str, Any]:
        """Return what `training.combination.combination_from` builds the combination from."""
        return self.job.settings_of(self.combination)

    def key(self, run: RunSpec) -> dict[str, Any]:
        """Return the columns by which tables name a run."""
        return {**self.names, "seed": run.seed, "learning_rate": run.learning_rate}

    @property
    def selected(self) -> list[tuple[RunSpec, Record]]:
        """Return the runs of the best learning rate that the store has; some of them may have diverged."""
        return [(run, record) for run, record in self.records if record and run.learning_rate == self.learning_rate]

    def best(self) -> tuple[SelectionScore, RunSpec] | None:
        """Return the selection score and the run that is best on validation, None when none is done."""
        done = [(selection_score(record), run) for run, record in self.records if is_done(record)]
        return max(done, key=lambda pair: pair[0], default=None)


def command(task: str, encoder: str, architecture: str) -> str:
    """Return the shell command that trains a combination of the last experiment and prints its test scores.

    >>> command("delayed_recall delay=5", "one_of_n", "gru").partition(" --encoder")[0]
    "rnnbench train --configfile reports/tables/configuration.yaml --task 'delayed_recall delay=5'"
    """
    options = {"configfile": paths.CONFIGURATION, "task": task, "encoder": encoder, "architecture": architecture}
    return " ".join(["rnnbench train", *(f"--{key} {shlex.quote(str(value))}" for key, value in options.items())])


def is_done(record: Record | None) -> bool:
    """Return whether a run ended well."""
    return record is not None and record["status"] == RunStatus.DONE


def selection_score(record: Record | None) -> SelectionScore:
    """Return what runs are chosen by, higher is better: the task's metric on validation, then the loss there."""
    assert record is not None
    metric = record["chosen_by"]
    scores = {name: value for split, name, value in record["scores"] if split == "validation"}
    return (scores[metric] if metric in HIGHER_IS_BETTER else -scores[metric], -scores["loss"])


def _mean_selection_score(records: Sequence[Record | None]) -> tuple[float, float, float]:
    scores = [selection_score(record) for record in records if is_done(record)]
    if not scores:
        return (-len(records) - 1, 0.0, 0.0)
    by_metric, by_loss = (sum(values) / len(scores) for values in zip(*scores, strict=True))
    return (-sum(record is not None and not is_done(record) for record in records), by_metric, by_loss)
