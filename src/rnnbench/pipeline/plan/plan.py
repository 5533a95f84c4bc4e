"""From settings to steps of work. A step is named by the digest of all that it depends on, and so is its output:
what is there is never made again, and what changed has another name."""

import functools
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rnnbench.common.files import write_text
from rnnbench.common.fingerprint import fingerprint
from rnnbench.pipeline.config.settings import Settings, as_configuration
from rnnbench.pipeline.plan.preparation import preparation_steps
from rnnbench.pipeline.plan.step import Step
from rnnbench.pipeline.plan.training import training_jobs
from rnnbench.results.specifications import ExperimentSpec, PlannedJob
from rnnbench.results.store import check_format

COLLECTING = ("rnnbench.analysis.collect", "rnnbench.results.provenance")
"""The modules that make the tables."""
REPORTING = ("rnnbench.report.write", "rnnbench.report.demo")
"""The modules that make the page; scripts of the demo are part of it."""


@dataclass(frozen=True)
class Plan:
    """All steps of an experiment."""

    preparation: tuple[Step, ...]
    """What is made of each task before and beside the networks: its data, its description, audit, baselines."""
    train: tuple[Step, ...]
    collect: Step

    def __iter__(self) -> Iterator[Step]:
        """Iterate over all steps."""
        return itertools.chain(self.preparation, self.train, [self.collect])

    def step(self, digest: str) -> Step:
        """Return the step with this digest."""
        return self._by_digest[digest]

    @property
    def experiment(self) -> ExperimentSpec:
        """Return everything that the tables are made of."""
        assert isinstance(self.collect.specification, ExperimentSpec)
        return self.collect.specification

    @functools.cached_property
    def _by_digest(self) -> dict[str, Step]:
        return {step.digest: step for step in self}


def plan_of(settings: Settings) -> Plan:
    """Return the steps of an experiment, and write the plan file of each that has none; nothing else is touched."""
    check_format()
    plan = _plan(settings)
    for step in plan:
        if not Path(step.plan).exists():
            write_text(json.dumps(step.written), Path(step.plan))
    return plan


def _plan(settings: Settings) -> Plan:
    prepare: list[Step] = []
    train: list[Step] = []
    jobs: list[PlannedJob] = []
    for task in settings.tasks:
        steps = preparation_steps(settings, task)
        training = list(training_jobs(settings, task, steps))
        prepare += steps.values()
        train += training
        jobs += [PlannedJob(job.plan, job.output, steps["describe"].output) for job in training]
    experiment = ExperimentSpec(
        row_files=tuple(step.output for step in prepare if step.kind != "data"),
        jobs=tuple(jobs),
        code=fingerprint(*COLLECTING),
        configuration=as_configuration(settings),
    )
    needs = (*(step.output for step in prepare), *(job.output for job in train))
    return Plan(tuple(prepare), tuple(train), Step("collect", experiment, needs))
