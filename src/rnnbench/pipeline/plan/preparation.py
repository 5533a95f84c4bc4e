"""The steps that need no network: a task's data, its ceilings and statistics, its audit, its baselines."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from rnnbench import encoders
from rnnbench.common.fingerprint import digest, fingerprint
from rnnbench.common.registry import build
from rnnbench.encoders import Encoder
from rnnbench.encoders.raw import Raw
from rnnbench.pipeline.config.settings import Settings
from rnnbench.pipeline.plan.step import Step, named, version_of
from rnnbench.results.specifications import PreparationKind, PreparationSpec
from rnnbench.tasks import Task

DESCRIBING = ("rnnbench.evaluation.ceilings", "rnnbench.evaluation.corpus_stats")
"""The modules that make a task's ceilings and statistics."""


def preparation_steps(settings: Settings, task: Task) -> dict[PreparationKind, Step]:
    """Return a task's steps that need no network, by kind: baselines and audit only for a task that has them."""
    seeds = settings.training_of(task).blocks
    data = _data(task, seeds)
    describe = _describe(task, seeds, encoders_of(settings, task), data)
    steps: dict[PreparationKind, Step] = {"data": data, "describe": describe}
    has_baselines = task.compared and task.inputs == "words" and task.outputs == "labels"
    if has_baselines:
        steps["audit"] = _audit(task, seeds[:1], data, describe)
    if has_baselines or task.has_hand_set_network:
        steps["rivals"] = _baselines(task, seeds[:1], data)
    return steps


def encoders_of(settings: Settings, task: Task) -> tuple[Encoder, ...]:
    """Return the encoders that a task names, by default all that can read its input."""
    readers = {encoder.label: encoder for encoder in settings.encoders if encoder.inputs == task.inputs}
    if task.encoders:
        return tuple(readers.get(name) or build(encoders, name, Encoder, {}) for name in task.encoders)
    return tuple(readers.values()) or ((Raw(),) if task.inputs == "numbers" else ())


def world_digests(task: Task, seeds: tuple[int, ...]) -> dict[int, str]:
    """Return the digest of all that the corpus of each seed depends on."""
    of_all = _corpora_spec(task, ())  # files are read once
    return {seed: digest(replace(of_all, task=task.world(seed).settings).written) for seed in seeds}


def _corpora_spec(task: Task, seeds: tuple[int, ...]) -> PreparationSpec:
    return PreparationSpec(
        task=task.settings,
        code=fingerprint(type(task).__module__),
        seeds=seeds,
        files=tuple(hashlib.sha256(file.read_bytes()).hexdigest() for file in task.files),
        versions={"numpy": version_of("numpy")},
    )


def _data(task: Task, seeds: tuple[int, ...]) -> Step:
    return Step("data", _corpora_spec(task, seeds), task_label=task.label)


def _describe(task: Task, seeds: tuple[int, ...], encoders: Sequence[Encoder], data: Step) -> Step:
    specification = PreparationSpec(
        task=named(task),
        code=fingerprint(*DESCRIBING, *(type(encoder).__module__ for encoder in encoders)),
        seeds=seeds,
        data=data.output,
        encoders=tuple(named(encoder) for encoder in encoders),
    )
    return Step("describe", specification, (data.output,), task_label=task.label)


def _audit(task: Task, seeds: tuple[int, ...], data: Step, describe: Step) -> Step:
    specification = PreparationSpec(
        task=named(task) | {"limits": task.limits},
        code=fingerprint("rnnbench.evaluation.audit"),
        seeds=seeds,
        data=data.output,
        description=describe.output,
        versions={"scikit-learn": version_of("scikit-learn")},
    )
    return Step("audit", specification, (data.output, describe.output), task_label=task.label)


def _baselines(task: Task, seeds: tuple[int, ...], data: Step) -> Step:
    if task.has_hand_set_network:
        code, packages = fingerprint("rnnbench.training.hand_set"), ()
    else:
        code = fingerprint("rnnbench.evaluation.baselines", "rnnbench.evaluation.predictions")
        packages = ("scikit-learn", "python-crfsuite")
    versions = {name: version_of(name) for name in packages}
    specification = PreparationSpec(task=named(task), code=code, seeds=seeds, data=data.output, versions=versions)
    return Step("rivals", specification, (data.output,), task_label=task.label)
