"""From settings to steps of work. A step is named by the digest of all that it depends on, and so is its output:
what is there is never made again, and what changed has another name."""

import functools
import hashlib
import importlib.metadata
import itertools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rnnbench import encoders
from rnnbench.architectures import Architecture
from rnnbench.cells import Cell
from rnnbench.config import Settings, Sized, Training, as_configuration
from rnnbench.devices import device_for
from rnnbench.encoders import Encoder
from rnnbench.encoders.raw import Raw
from rnnbench.engine_choice import Choice, choose
from rnnbench.files import write_text
from rnnbench.fingerprint import fingerprint
from rnnbench.registry import Registered, build
from rnnbench.runs import Runs
from rnnbench.seeds import digest
from rnnbench.sizes import Size
from rnnbench.store import check_format, damaged, entry, kept
from rnnbench.tasks import Task

PLANS = Path("results/plan")
BESIDE = "step"
"""The key of a plan's file under which stands what its digest does not depend on."""
Kind = Literal["data", "describe", "audit", "rivals", "train", "collect"]


@dataclass(frozen=True)
class Step:
    """One job of the workflow: a file in results/plan/ says all that it needs to know."""

    kind: Kind
    specification: dict[str, Any]
    needs: tuple[str, ...] = ()
    """Files that other steps make."""
    cost: float = 0.0
    """How long it takes, in a unit of its own: long jobs start first."""

    @functools.cached_property
    def digest(self) -> str:
        """Return the digest of the specification."""
        return digest(self.specification)

    @property
    def written(self) -> dict[str, Any]:
        """Return what the plan's file says: the specification, and what the workflow must know beside it."""
        return {**self.specification, BESIDE: {"kind": self.kind, "needs": list(self.needs), "cost": self.cost}}

    @property
    def plan(self) -> str:
        """Return the path of the file that holds the specification."""
        return f"{PLANS}/{self.digest}.json"

    @property
    def output(self) -> str:
        """Return the path of what the step makes (collect makes the tables, whatever the experiment)."""
        if self.kind == "collect":
            return "results/tables/facts.json"
        return f"results/{self.kind}/{self.digest}.{'parquet' if self.kind == 'data' else 'json'}"


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


def plan_of(settings: Settings, *, forget: bool = True) -> Plan:
    """Return the steps of an experiment, and write down what each of them needs to know.

    A training step whose results are not all there, because runs failed, were lost or damaged since, is forgotten, so
    that it runs again; not with `forget` false, for who only looks while others work.
    """
    check_format()
    plan = _plan(settings)
    for step in plan:
        if not Path(step.plan).exists():
            write_text(json.dumps(step.written), Path(step.plan))
    if forget:
        _forget_damaged(plan)
        there = kept()
        for step in plan.train:
            if Path(step.output).exists() and not there.issuperset(run_digests(step)):
                Path(step.output).unlink()
    return plan


def read_step(digest: str) -> Step | None:
    """Return a step as its file says it, None where there is no such file: it was planned on another machine."""
    path = PLANS / f"{digest}.json"
    written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    beside = written.pop(BESIDE, None)
    return beside and Step(beside["kind"], written, tuple(beside["needs"]), beside["cost"])


def _forget_damaged(plan: Plan) -> None:
    """Delete the runs in the store that are not as they were written, and say so."""
    bad = damaged(run for step in plan.train for run in run_digests(step))
    for run in bad:
        entry(run).unlink(missing_ok=True)
    if bad:
        several = (
            "1 damaged result in the store is" if len(bad) == 1 else f"{len(bad)} damaged results in the store are"
        )
        print(f"{several} made again: {', '.join(bad[:5])}{', ...' if len(bad) > 5 else ''}", file=sys.stderr)


def combinations_of(step: Step) -> Iterator[Runs]:
    """Yield the combinations of a training step."""
    yield from (Runs(step.specification, combination) for combination in step.specification["combinations"])


def run_digests(step: Step) -> list[str]:
    """Return the digests of the runs of a training step."""
    return [run["digest"] for combination in step.specification["combinations"] for run in combination["runs"]]


def _plan(settings: Settings) -> Plan:
    facts: list[Step] = []
    train: list[Step] = []
    networks: list[list[str]] = []
    for task in settings.tasks:
        about = _about(settings, task)
        jobs = list(_train(settings, task, about))
        facts += about.values()
        train += jobs
        networks += [[job.plan, job.output, about["describe"].output] for job in jobs]
    told = [step.output for step in facts if step.kind != "data"]
    collect = {
        "facts": told,
        "train": networks,
        "code": fingerprint("rnnbench.collect", "rnnbench.provenance"),
        "configuration": as_configuration(settings),
    }
    needs = (*(step.output for step in facts), *(job.output for job in train))
    return Plan(tuple(facts), tuple(train), Step("collect", collect, needs))


def _about(settings: Settings, task: Task) -> dict[Kind, Step]:
    """Return the steps that need no network, by kind: rivals and audit too, where a task of words wants them."""
    data = _data(task)
    describe = _describe(task, _encoders(settings, task), data)
    steps: dict[Kind, Step] = {"data": data, "describe": describe}
    classical = task.compared and task.inputs == "words" and task.outputs == "labels"
    if classical:
        steps["audit"] = _audit(task, data, describe)
    if classical or task.set_by_hand:
        steps["rivals"] = _rivals(task, data)
    return steps


def _data(task: Task) -> Step:
    code = fingerprint(type(task).__module__)
    files = [hashlib.sha256(file.read_bytes()).hexdigest() for file in task.files]
    return Step("data", {"task": task.settings, "code": code, "files": files, "numpy": _version("numpy")})


def _describe(task: Task, encoders: Sequence[Encoder], data: Step) -> Step:
    specification = {
        "task": _named(task),
        "data": data.output,
        "encoders": [_named(encoder) for encoder in encoders],
        "code": fingerprint("rnnbench.describe", *(type(encoder).__module__ for encoder in encoders)),
    }
    return Step("describe", specification, (data.output,))


def _audit(task: Task, data: Step, describe: Step) -> Step:
    specification = {
        "task": _named(task) | {"limits": task.limits},
        "data": data.output,
        "describe": describe.output,
        "code": fingerprint("rnnbench.audit"),
        "sklearn": _version("scikit-learn"),
    }
    return Step("audit", specification, (data.output, describe.output))


def _rivals(task: Task, data: Step) -> Step:
    if task.set_by_hand:
        specification = {"task": _named(task), "data": data.output, "code": fingerprint("rnnbench.by_hand")}
        return Step("rivals", specification, (data.output,))
    specification = {
        "task": _named(task),
        "data": data.output,
        "code": fingerprint("rnnbench.rivals", "rnnbench.grading"),
        "sklearn": _version("scikit-learn"),
        "crfsuite": _version("python-crfsuite"),
    }
    return Step("rivals", specification, (data.output,))


def _encoders(settings: Settings, task: Task) -> tuple[Encoder, ...]:
    """Return the encoders that a task names, by default all that can read its input."""
    fitting = {encoder.label: encoder for encoder in settings.encoders if encoder.inputs == task.inputs}
    if task.encoders:
        return tuple(fitting.get(name) or build(encoders, name, Encoder, {}) for name in task.encoders)
    return tuple(fitting.values()) or ((Raw(),) if task.inputs == "numbers" else ())


def _train(settings: Settings, task: Task, about: Mapping[Kind, Step]) -> Iterator[Step]:
    """Yield jobs of a few combinations of one task, those of one architecture side by side.

    They wait for the audit: nothing is trained on a corpus that breaks its limits.
    """
    data = about["data"]
    needs = tuple(step.output for kind, step in about.items() if kind in ("data", "audit"))
    pairs = [(encoder, network) for network in settings.networks_of(task) for encoder in _encoders(settings, task)]
    training = settings.training_of(task)
    size = settings.workflow.combinations_per_job
    for i in range(0, len(pairs), size):
        chosen = pairs[i : i + size]
        specification = {
            "task": _named(task),
            "data": data.output,
            "training": _shared(training),
            "device": device_for(settings.device),
            "minutes": settings.workflow.minutes_per_combination,
            "combinations": [_combination(settings, training, data, encoder, network) for encoder, network in chosen],
        }
        yield Step("train", specification, needs, sum(_cost(network.architecture) for _, network in chosen))


def _combination(settings: Settings, training: Training, data: Step, encoder: Encoder, sized: Sized) -> dict[str, Any]:
    architecture, size = _plain(sized.architecture), sized.size.model_dump()
    like = None if sized.like is None else _plain(sized.like)
    device, cell = device_for(settings.device), sized.architecture.cell
    engine = choose(settings.engine, device=device, cell=cell)
    depends = {
        "data": data.digest,
        "encoder": encoder.settings,
        "architecture": _nameless(architecture),
        "size": size if like is None else size | {"parameters": [_nameless(like), like["hidden"]]},
        "training": _shared(training),
        "device": device,
        "code": code_of(encoder, cell, engine),
        "engine": engine.version,
        "torch": _version("torch"),
    }
    return {
        "name": sized.name,
        "encoder": _named(encoder),
        "architecture": architecture,
        "size": size,
        "like": like,
        "fair": sized.fair,
        "information": sized.architecture.information,
        "code": depends["code"],
        "engine": engine.settings,
        "engine_version": engine.version,
        "runs": list(_runs(depends, training, engine)),
    }


def _runs(depends: dict[str, Any], training: Training, engine: Choice) -> Iterator[dict[str, Any]]:
    """Yield every run of a combination: seed, learning rate, digest, and the digest of its stack.

    Runs of one stack are trained together. Where sums are rounded a little differently in other company, numbers must
    not depend on what the store happened to have: stacks are cut in a fixed way and trained whole, and a run's digest
    holds that of its stack. Where a run is the same in any company, its digest is its own.
    """
    rates = training.learning_rates
    for seeds in [range(training.seeds)] if engine.is_by_run else _blocks(training.seeds, engine.seeds_at_once):
        company = {} if engine.is_by_run else {"seeds": list(seeds), "learning_rates": rates}
        stack = digest(depends | company)
        for rate, seed in itertools.product(rates, seeds):
            run = {"stack": stack, "seed": seed, "learning_rate": rate}
            yield run | {"digest": digest(run)}


def _blocks(seeds: int, size: int) -> Iterator[range]:
    for first in range(0, seeds, size):
        yield range(first, min(first + size, seeds))


def _named(member: Registered) -> dict[str, Any]:
    return member.settings | {"name": member.name}


def _plain(architecture: Architecture) -> dict[str, Any]:
    return architecture.model_dump(mode="json") | {"cell": architecture.cell.settings}


def _nameless(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """Return what results depend on: what is said of its size is in the size."""
    return {key: value for key, value in architecture.items() if key not in ("name", *Size.model_fields)}


def _shared(training: Training) -> dict[str, Any]:
    """Return the settings of training that all runs share."""
    return training.model_dump(mode="json", exclude={"seeds", "learning_rates"})


def _cost(architecture: Architecture) -> int:
    gates = len(architecture.cell.gates + architecture.cell.input_gates)
    return architecture.layers * (1 + architecture.bidirectional) * gates


def code_of(encoder: Encoder, cell: Cell, engine: Choice) -> str:
    """Return the fingerprint of the code that trains a cell behind an encoder with an engine."""
    return _code(type(encoder).__module__, type(cell).__module__, engine.module)


@functools.cache
def _code(*modules: str) -> str:
    return fingerprint("rnnbench.combination", *modules)


@functools.cache
def _version(package: str) -> str:
    return importlib.metadata.version(package)
