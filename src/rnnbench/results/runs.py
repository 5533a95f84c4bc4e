"""The runs of one combination as the store has them, and which learning rate was the best."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rnnbench import tasks
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results import paths
from rnnbench.results.specifications import CombinationSpec, JobSpec, RunSpec
from rnnbench.results.store import find_record
from rnnbench.tasks import Task
from rnnbench.training.rate_search import BOUNDS, Choice, Trial, grid_rate
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
    def choice(self) -> Choice:
        """Return what the search for the learning rate has found, by the runs that the store has."""
        return self.job.search.choice(self._trial)

    @cached_property
    def runs(self) -> list[RunSpec]:
        """Return every run: those of the search, and those of the other blocks at the best rate.

        While the search goes on, these stand here at the best rate so far, or at the one in the middle.
        """
        search = self.job.search
        searched = [(rate, seed) for rate in self.choice.tried for seed in search.seeds]
        others = [(self._rate, seed) for seed in self.job.worlds if seed not in search.seeds]
        return [self.job.run(self.combination, seed, rate) for rate, seed in (*searched, *others)]

    @cached_property
    def records(self) -> list[tuple[RunSpec, Record | None]]:
        """Return every run with its record, None where the store has none."""
        return [(run, self._record(run.digest)) for run in self.runs]

    @property
    def todo(self) -> list[list[RunSpec]]:
        """Return the stacks to train next, by what the store lacks: those of the search before all others.

        When they are trained the search may ask for further ones. A stack in which a run depends on its company is
        trained whole.
        """
        planned = {(run.learning_rate, run.seed): run for run in self.runs}
        stacks = []
        for seeds in self.job.stacks(self.combination):
            rates = self.choice.tried if set(seeds) <= set(self.job.search.seeds) else (self._rate,)
            for rate in rates:
                stack = [planned[rate, seed] for seed in seeds if (rate, seed) in planned]
                lacking = [run for run in stack if self._record(run.digest) is None]
                if lacking:
                    stacks.append(lacking if self.combination.engine.is_by_run else stack)
        if self.choice.missing:
            return [stack for stack in stacks if stack[0].seed in self.job.search.seeds]
        return stacks

    @property
    def possible_digests(self) -> Iterator[str]:
        """Yield the digests of every block at every rate that the search may try, whatever it has found so far."""
        search = self.job.search
        grid = map(grid_rate, range(BOUNDS[0], BOUNDS[1] + 1)) if search.extends else ()
        for rate in {*search.rates, *grid}:
            yield from (self.job.run(self.combination, seed, rate).digest for seed in self.job.worlds)

    @property
    def missing(self) -> int:
        """Return how many runs the store does not have."""
        return sum(record is None for _, record in self.records)

    @property
    def learning_rate(self) -> float | None:
        """Return the learning rate that is best on validation, None when the store has no run of the search."""
        return self.choice.rate

    @property
    def _rate(self) -> float:
        """Return the best learning rate so far; before any run, the one in the middle of those to try."""
        return self.choice.rate or self.choice.tried[(len(self.choice.tried) - 1) // 2]

    def _trial(self, rate: float, seed: int) -> Trial | None:
        """Return how a run of the search ended, None where the store does not have it."""
        record = self._record(self.job.run(self.combination, seed, rate).digest)
        if record is None:
            return None
        score, _ = selection_score(record) if is_done(record) else (0.0, 0.0)
        return Trial(score, record["least_gain"], diverged=not is_done(record))

    def _record(self, digest: str) -> Record | None:
        if digest not in self._read:
            self._read[digest] = find_record(digest)
        return self._read[digest]

    @cached_property
    def _read(self) -> dict[str, Record | None]:
        """Return what was read of the store, by the digests of runs."""
        return {}

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
