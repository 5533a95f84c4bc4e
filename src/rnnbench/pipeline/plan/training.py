"""The jobs that train: a few combinations each, with every run named by the digest of all that it depends on."""

import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from rnnbench.cells import Cell
from rnnbench.common.fingerprint import digest, fingerprint
from rnnbench.encoders import Encoder
from rnnbench.models.architectures import Architecture
from rnnbench.models.size import Size
from rnnbench.pipeline.config.settings import Settings, SizedArchitecture
from rnnbench.pipeline.plan.preparation import encoders_of
from rnnbench.pipeline.plan.step import Step, named, version_of
from rnnbench.results.specifications import CombinationSpec, JobSpec, PreparationKind, RunSpec
from rnnbench.tasks import Task
from rnnbench.training.engines.devices import device_for
from rnnbench.training.engines.selection import EngineChoice, choose
from rnnbench.training.settings import Training


def training_jobs(settings: Settings, task: Task, preparation: Mapping[PreparationKind, Step]) -> Iterator[Step]:
    """Yield jobs of a few combinations of one task, those of one architecture side by side.

    They wait for the audit: nothing is trained on a corpus that breaks its limits.
    """
    data = preparation["data"]
    needs = tuple(step.output for kind, step in preparation.items() if kind in ("data", "audit"))
    pairs = [(encoder, network) for network in settings.networks_of(task) for encoder in encoders_of(settings, task)]
    training = settings.training_of(task)
    size = settings.workflow.combinations_per_job
    for i in range(0, len(pairs), size):
        chosen = pairs[i : i + size]
        job = JobSpec(
            task=named(task),
            data=data.output,
            training=_shared(training),
            device=device_for(settings.device),
            minutes=settings.workflow.minutes_per_combination,
            combinations=tuple(_combination(settings, training, data, encoder, network) for encoder, network in chosen),
        )
        cost = sum(_cost(network.architecture) for _, network in chosen)
        yield Step("train", job, needs, cost, task_label=task.label)


def _combination(
    settings: Settings, training: Training, data: Step, encoder: Encoder, sized: SizedArchitecture
) -> CombinationSpec:
    architecture, size = _plain(sized.architecture), sized.size.model_dump()
    matched_to = None if sized.matched_to is None else _plain(sized.matched_to)
    device, cell = device_for(settings.device), sized.architecture.cell
    engine = choose(settings.engine, device=device, cell=cell)
    depends = {
        "data": data.digest,
        "encoder": encoder.settings,
        "architecture": _nameless(architecture),
        "size": size if matched_to is None else size | {"parameters": [_nameless(matched_to), matched_to["hidden"]]},
        "training": _shared(training),
        "device": device,
        "code": code_of(encoder, cell, engine),
        "engine": engine.version,
        "torch": version_of("torch"),
    }
    return CombinationSpec(
        name=sized.name,
        encoder=named(encoder),
        architecture=architecture,
        size=size,
        matched_to=matched_to,
        matched_on=sized.matched_on,
        information=sized.architecture.information,
        code=depends["code"],
        engine=engine,
        engine_version=tuple(engine.version),
        runs=tuple(_runs(depends, training, engine)),
    )


def _runs(depends: dict[str, Any], training: Training, engine: EngineChoice) -> Iterator[RunSpec]:
    """Yield every run of a combination.

    Runs of one stack are trained together. Where sums are rounded a little differently in other company, numbers must
    not depend on what the store happened to have: stacks are cut in a fixed way and trained whole, and a run's digest
    holds that of its stack. Where a run is the same in any company, its digest is its own.
    """
    rates = training.learning_rates
    for seeds in [range(training.seeds)] if engine.is_by_run else _blocks(training.seeds, engine.seeds_at_once):
        company = {} if engine.is_by_run else {"seeds": list(seeds), "learning_rates": rates}
        stack = digest(depends | company)
        for rate, seed in itertools.product(rates, seeds):
            factors = {"stack": stack, "seed": seed, "learning_rate": rate}
            yield RunSpec(**factors, digest=digest(factors))


def _blocks(seeds: int, size: int) -> Iterator[range]:
    for first in range(0, seeds, size):
        yield range(first, min(first + size, seeds))


def _plain(architecture: Architecture) -> dict[str, Any]:
    return architecture.model_dump(mode="json") | {"cell": architecture.cell.settings}


def _nameless(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that results depend on; what concerns the size is in the size."""
    return {key: value for key, value in architecture.items() if key not in ("name", *Size.model_fields)}


def _shared(training: Training) -> dict[str, Any]:
    """Return the settings of training that all runs share."""
    return training.model_dump(mode="json", exclude={"seeds", "learning_rates"})


def _cost(architecture: Architecture) -> int:
    gates = len(architecture.cell.gates + architecture.cell.input_gates)
    return architecture.layers * (1 + architecture.bidirectional) * gates


def code_of(encoder: Encoder, cell: Cell, engine: EngineChoice) -> str:
    """Return the fingerprint of the code that trains a cell behind an encoder with an engine."""
    return _code(type(encoder).__module__, type(cell).__module__, engine.module)


@functools.cache
def _code(*modules: str) -> str:
    return fingerprint("rnnbench.training.combination", *modules)
