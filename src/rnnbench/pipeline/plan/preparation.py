"""The steps that need no network: a task's data, its description, its audit, its rivals."""

import hashlib
from collections.abc import Sequence

from rnnbench import encoders
from rnnbench.common.fingerprint import fingerprint
from rnnbench.common.registry import build
from rnnbench.encoders import Encoder
from rnnbench.encoders.raw import Raw
from rnnbench.pipeline.config.settings import Settings
from rnnbench.pipeline.plan.step import Kind, Step, named, version_of
from rnnbench.tasks import Task

MEASURING = ("rnnbench.evaluation.ceilings", "rnnbench.evaluation.corpus_stats")
"""The modules by which a corpus is measured."""


def about_task(settings: Settings, task: Task) -> dict[Kind, Step]:
    """Return the steps that need no network, by kind: rivals and audit too, where a task of words wants them."""
    data = _data(task)
    describe = _describe(task, encoders_of(settings, task), data)
    steps: dict[Kind, Step] = {"data": data, "describe": describe}
    classical = task.compared and task.inputs == "words" and task.outputs == "labels"
    if classical:
        steps["audit"] = _audit(task, data, describe)
    if classical or task.has_hand_set_network:
        steps["rivals"] = _rivals(task, data)
    return steps


def _data(task: Task) -> Step:
    code = fingerprint(type(task).__module__)
    files = [hashlib.sha256(file.read_bytes()).hexdigest() for file in task.files]
    return Step("data", {"task": task.settings, "code": code, "files": files, "numpy": version_of("numpy")})


def _describe(task: Task, encoders: Sequence[Encoder], data: Step) -> Step:
    specification = {
        "task": named(task),
        "data": data.output,
        "encoders": [named(encoder) for encoder in encoders],
        "code": fingerprint(*MEASURING, *(type(encoder).__module__ for encoder in encoders)),
    }
    return Step("describe", specification, (data.output,))


def _audit(task: Task, data: Step, describe: Step) -> Step:
    specification = {
        "task": named(task) | {"limits": task.limits},
        "data": data.output,
        "describe": describe.output,
        "code": fingerprint("rnnbench.evaluation.audit"),
        "sklearn": version_of("scikit-learn"),
    }
    return Step("audit", specification, (data.output, describe.output))


def _rivals(task: Task, data: Step) -> Step:
    if task.has_hand_set_network:
        specification = {"task": named(task), "data": data.output, "code": fingerprint("rnnbench.training.hand_set")}
        return Step("rivals", specification, (data.output,))
    specification = {
        "task": named(task),
        "data": data.output,
        "code": fingerprint("rnnbench.evaluation.baselines", "rnnbench.evaluation.predictions"),
        "sklearn": version_of("scikit-learn"),
        "crfsuite": version_of("python-crfsuite"),
    }
    return Step("rivals", specification, (data.output,))


def encoders_of(settings: Settings, task: Task) -> tuple[Encoder, ...]:
    """Return the encoders that a task names, by default all that can read its input."""
    fitting = {encoder.label: encoder for encoder in settings.encoders if encoder.inputs == task.inputs}
    if task.encoders:
        return tuple(fitting.get(name) or build(encoders, name, Encoder, {}) for name in task.encoders)
    return tuple(fitting.values()) or ((Raw(),) if task.inputs == "numbers" else ())
