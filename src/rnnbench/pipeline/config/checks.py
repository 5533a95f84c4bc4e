"""Checks of a configuration's parts together: every name refers to something that exists and fits."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rnnbench import encoders
from rnnbench.common.errors import did_you_mean
from rnnbench.common.registry import load, names
from rnnbench.encoders import Encoder
from rnnbench.models.architectures import Architecture, catalogue
from rnnbench.models.size import MAX_WEIGHTS, Size
from rnnbench.pipeline.config.settings import Settings
from rnnbench.pipeline.config.yaml_files import SettingPath
from rnnbench.tasks import Task

MAX_RUNS = 1_000_000
"""Largest number of runs in an experiment; that many are planned within seconds, in 300 MB."""
Reject = Callable[[SettingPath, str], None]
"""Records that the setting at a location is wrong, and why."""


def check_sizes(reject: Reject, sizes: Sequence[Size], architectures: Sequence[Architecture]) -> None:
    """Reject parameters that name an unknown architecture, or one whose own size is set by parameters or states."""
    by_name = catalogue() | {architecture.name: architecture for architecture in architectures}
    budgets = [(("size",), size.parameters) for size in sizes]
    budgets += [(("architectures",), architecture.parameters) for architecture in architectures]
    for location, name in budgets:
        if isinstance(name, str) and name not in by_name:
            reject(location, f"parameters: unknown architecture {name!r}{did_you_mean(name, by_name)}")
        elif isinstance(name, str) and {"parameters", "states"} & by_name[name].size_override.keys():
            text = f"parameters: the size of {name!r} is set by parameters or states, too; name another architecture"
            reject(location, text)


def check_encoders(reject: Reject, tasks: Iterable[Task], experiment_encoders: Sequence[Encoder]) -> None:
    """Reject a task whose input no encoder reads, and an encoder that a task names but cannot be run with.

    A task whose input is numbers needs no encoder.
    """
    inputs = {name: load(encoders, name, Encoder).inputs for name in names(encoders)}
    inputs |= {encoder.label: encoder.inputs for encoder in experiment_encoders}
    input_kinds = {"numbers", *(encoder.inputs for encoder in experiment_encoders)}
    for task in tasks:
        if experiment_encoders and not task.encoders and task.inputs not in input_kinds:
            reject(("encoders",), f"none of them reads {task.inputs}, the input of the task {task.label!r}")
        fitting = [name for name in inputs if inputs[name] == task.inputs]
        for name in task.encoders:
            if name not in fitting:
                text = f"the task {task.label!r} cannot be run with the encoder {name!r}{did_you_mean(name, fitting)}"
                reject(("tasks",), text)


def check_architectures(
    reject: Reject, tasks: Iterable[Task], architectures: Iterable[Architecture], experiment_encoders: Sequence[Encoder]
) -> None:
    """Reject an unknown architecture or encoder that a task names, and one that it names twice."""
    labels = [encoder.label for encoder in experiment_encoders]
    valid_names = [*(architecture.name for architecture in architectures), *catalogue()]
    for task in tasks:
        lists = {"architectures": task.architectures, "encoders": task.encoders}
        lists |= {f"architectures_behind: {name}": behind for name, behind in task.architectures_behind.items()}
        for key, entries in lists.items():
            if duplicates := [name for name, n in Counter(entries).items() if n > 1]:
                reject(("tasks",), f"the task {task.label!r} names {duplicates[0]!r} twice in {key}")
        for name in (name for name, behind in task.architectures_behind.items() if not behind):
            reject(("tasks",), f"architectures_behind: the task {task.label!r} names none behind {name!r}")
        fitting = [*task.encoders, *names(encoders), *labels]
        for name in set(task.architectures_behind) - set(fitting):
            suggestion = did_you_mean(name, fitting)
            reject(("tasks",), f"architectures_behind: the task {task.label!r} has no encoder {name!r}{suggestion}")
        named = {*task.architectures, *itertools.chain.from_iterable(task.architectures_behind.values())}
        for name in sorted(named - set(valid_names)):
            suggestion = did_you_mean(name, valid_names)
            reject(("tasks",), f"the task {task.label!r} cannot be run with the architecture {name!r}{suggestion}")


def check_totals(reject: Reject, settings: Settings) -> None:
    """Reject an experiment with too many runs in all, or with a network that is too large."""
    runs = sum(_number_of_runs(settings, task) for task in settings.tasks)
    if runs > MAX_RUNS:
        text = f"{len(settings.tasks):,} tasks, with all their encoders, architectures, sizes, seeds and learning rates"
        reject(("tasks",), f"{text}, make {runs:,} runs; at most {MAX_RUNS:,} are allowed")
        return
    named = [
        name
        for task in settings.tasks
        for names in (task.architectures, *task.architectures_behind.values())
        for name in names
    ]
    architectures = [settings.architectures_by_name[name] for name in dict.fromkeys(named)]
    for architecture in dict.fromkeys([*settings.architectures, *architectures]):
        for size in settings.size:
            weights = _recurrent_weights(architecture, architecture.resolve_size(size))
            if weights > MAX_WEIGHTS:
                text = f"{architecture.name} has {weights:,} recurrent weights at {size.label}"
                reject(("architectures",), f"{text}; at most {MAX_WEIGHTS:,} are allowed")
                return


def _number_of_runs(settings: Settings, task: Task) -> int:
    encoders = task.encoders or [encoder.label for encoder in settings.encoders if encoder.inputs == task.inputs]
    n_networks = 0
    for encoder in encoders or [""]:
        architectures = settings.architectures_of(task, encoder)
        n_resized = sum(not architecture.size_override for architecture in architectures)
        n_networks += len(architectures) + (len(settings.size) - 1) * n_resized
    training = settings.training_of(task)
    search = training.search
    return n_networks * (training.seeds + (len(search.rates) - 1) * len(search.seeds))


def _recurrent_weights(architecture: Architecture, size: Size) -> int:
    """Return the number of recurrent weights, a lower bound on all weights; 0 where the width is not fixed yet."""
    if size.parameters is not None or size.states is not None:
        return 0
    gates = len(architecture.cell.gates + architecture.cell.memory_gates) * len(architecture.cell.feedback)
    return architecture.layers * (1 + architecture.bidirectional) * gates * size.hidden**2
