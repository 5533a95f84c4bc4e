"""From settings to steps of work. A step is named by the digest of all that it depends on, and so is its output:
what is there is never made again, and what changed has another name."""

import functools
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rnnbench.common.files import write_text
from rnnbench.common.fingerprint import fingerprint
from rnnbench.pipeline.config.settings import Settings, as_configuration
from rnnbench.pipeline.plan.preparation import about_task
from rnnbench.pipeline.plan.step import PLANS, Step, combinations_of, read_step, run_digests
from rnnbench.pipeline.plan.training import code_of, training_jobs
from rnnbench.results.store import check_format, corrupt, path_of, stored_digests

__all__ = ["PLANS", "Plan", "Step", "code_of", "combinations_of", "plan_of", "read_step", "run_digests"]


@dataclass(frozen=True)
class Plan:
    """All steps of an experiment."""

    facts: tuple[Step, ...]
    """What is made of each task before and beside the networks: its data, its description, audit, rivals."""
    train: tuple[Step, ...]
    collect: Step

    def __iter__(self) -> Iterator[Step]:
        """Iterate over all steps."""
        return itertools.chain(self.facts, self.train, [self.collect])

    def step(self, digest: str) -> Step:
        """Return the step with this digest."""
        return self._by_digest[digest]

    @functools.cached_property
    def _by_digest(self) -> dict[str, Step]:
        return {step.digest: step for step in self}


def plan_of(settings: Settings, *, invalidate: bool = True) -> Plan:
    """Return the steps of an experiment, and write down what each of them needs to know.

    A training step whose results are not all there, because runs failed, were lost or damaged since, is forgotten, so
    that it runs again; not with `forget` false, for who only looks while others work.
    """
    check_format()
    plan = _plan(settings)
    for step in plan:
        if not Path(step.plan).exists():
            write_text(json.dumps(step.written), Path(step.plan))
    if invalidate:
        _forget_damaged(plan)
        there = stored_digests()
        for step in plan.train:
            if Path(step.output).exists() and not there.issuperset(run_digests(step)):
                Path(step.output).unlink()
    return plan


def _forget_damaged(plan: Plan) -> None:
    """Delete the runs in the store that are not as they were written, and say so."""
    bad = corrupt(run for step in plan.train for run in run_digests(step))
    for run in bad:
        path_of(run).unlink(missing_ok=True)
    if bad:
        several = (
            "1 damaged result in the store is" if len(bad) == 1 else f"{len(bad)} damaged results in the store are"
        )
        print(f"{several} made again: {', '.join(bad[:5])}{', ...' if len(bad) > 5 else ''}", file=sys.stderr)


def _plan(settings: Settings) -> Plan:
    facts: list[Step] = []
    train: list[Step] = []
    networks: list[list[str]] = []
    for task in settings.tasks:
        about = about_task(settings, task)
        jobs = list(training_jobs(settings, task, about))
        facts += about.values()
        train += jobs
        networks += [[job.plan, job.output, about["describe"].output] for job in jobs]
    told = [step.output for step in facts if step.kind != "data"]
    collect = {
        "facts": told,
        "train": networks,
        "code": fingerprint("rnnbench.analysis.collect", "rnnbench.results.provenance"),
        "configuration": as_configuration(settings),
    }
    needs = (*(step.output for step in facts), *(job.output for job in train))
    return Plan(tuple(facts), tuple(train), Step("collect", collect, needs))
