"""The jobs that train: a few combinations each, with every run named by the digest of all that it depends on."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from rnnbench.cells import Cell
from rnnbench.common.fingerprint import digest, fingerprint
from rnnbench.encoders import Encoder
from rnnbench.models.architectures import Architecture
from rnnbench.models.size import Size
from rnnbench.pipeline.config.settings import Settings, SizedArchitecture
from rnnbench.pipeline.plan.preparation import encoders_of, world_digests
from rnnbench.pipeline.plan.step import Step, named, version_of
from rnnbench.results.specifications import CombinationSpec, JobSpec, PreparationKind
from rnnbench.tasks import Task
from rnnbench.training.engines.devices import device_for
from rnnbench.training.engines.selection import EngineChoice, choose
from rnnbench.training.settings import Training

CHOOSING = ("seeds", "first_seed", "learning_rates", "search_seeds")
"""The settings of training that say which runs there are; no run depends on them."""


def training_jobs(settings: Settings, task: Task, preparation: Mapping[PreparationKind, Step]) -> Iterator[Step]:
    """Yield jobs of a few combinations of one task, those of one encoder side by side.

    They wait for the audit: nothing is trained on a corpus that breaks its limits.
    """
    data = preparation["data"]
    needs = tuple(step.output for kind, step in preparation.items() if kind in ("data", "audit"))
    pairs = [
        (encoder, network)
        for encoder in encoders_of(settings, task)
        for network in settings.networks_of(task, encoder.label)
    ]
    training = settings.training_of(task)
    worlds = world_digests(task, training.blocks)
    size = settings.workflow.combinations_per_job
    for i in range(0, len(pairs), size):
        chosen = pairs[i : i + size]
        job = JobSpec(
            task=named(task),
            data=data.output,
            worlds=worlds,
            training=training.model_dump(mode="json"),
            device=device_for(settings.device),
            minutes=settings.workflow.minutes_per_combination,
            combinations=tuple(
                _combination(settings, training, worlds[training.first_seed], encoder, network)
                for encoder, network in chosen
            ),
        )
        cost = sum(_cost(network.architecture) for _, network in chosen)
        yield Step("train", job, needs, cost, task_label=task.label)


def _combination(
    settings: Settings, training: Training, examples: str, encoder: Encoder, sized: SizedArchitecture
) -> CombinationSpec:
    """Return a combination; `examples` is the digest of the world whose examples all runs answer."""
    architecture, size = _plain(sized.architecture), sized.size.model_dump()
    matched_to = None if sized.matched_to is None else _plain(sized.matched_to)
    device, cell = device_for(settings.device), sized.architecture.cell
    engine = choose(settings.engine, device=device, cell=cell)
    code = code_of(encoder, cell, engine)
    depends = {
        "examples": examples,
        "encoder": encoder.settings,
        "architecture": _nameless(architecture),
        "size": size if matched_to is None else size | {"parameters": [_nameless(matched_to), matched_to["hidden"]]},
        "training": training.model_dump(mode="json", exclude=set(CHOOSING)),
        "device": device,
        "code": code,
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
        code=code,
        engine=engine,
        engine_version=tuple(engine.version),
        digest=digest(depends),
    )


def _plain(architecture: Architecture) -> dict[str, Any]:
    return architecture.model_dump(mode="json") | {"cell": architecture.cell.settings}


def _nameless(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that results depend on; what concerns the size is in the size."""
    return {key: value for key, value in architecture.items() if key not in ("name", *Size.model_fields)}


def _cost(architecture: Architecture) -> int:
    gates = len(architecture.cell.gates + architecture.cell.input_gates)
    return architecture.layers * (1 + architecture.bidirectional) * gates


def code_of(encoder: Encoder, cell: Cell, engine: EngineChoice) -> str:
    """Return the fingerprint of the code that trains a cell behind an encoder with an engine."""
    return _code(type(encoder).__module__, type(cell).__module__, engine.module)


@functools.cache
def _code(*modules: str) -> str:
    return fingerprint("rnnbench.training.combination", *modules)
