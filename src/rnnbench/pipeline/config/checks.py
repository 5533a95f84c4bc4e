"""What must be true of parts of a configuration taken together: what they name is there, and fits."""

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
"""In an experiment: so many are planned in some seconds, in 300 MB."""
Reject = Callable[[SettingPath, str], None]
"""Notes that what stands at a place is wrong, and why."""


def check_sizes(reject: Reject, sizes: Sequence[Size], chosen: Sequence[Architecture]) -> None:
    """Note the architectures whose parameters are wanted and that are not there, or have no number by themselves."""
    known = catalogue() | {architecture.name: architecture for architecture in chosen}
    wanted = [(("size",), size.parameters) for size in sizes]
    wanted += [(("architectures",), architecture.parameters) for architecture in chosen]
    for place, name in wanted:
        if isinstance(name, str) and name not in known:
            reject(place, f"parameters: unknown architecture {name!r}{did_you_mean(name, known)}")
        elif isinstance(name, str) and {"parameters", "states"} & known[name].size_override.keys():
            reject(place, f"parameters: {name!r} takes its own width from others; name one that does not")


def check_readers(reject: Reject, tasks: Iterable[Task], chosen: Iterable[Encoder]) -> None:
    """Note the tasks of words that no encoder reads, and the encoders that a task names in vain; numbers need none."""
    inputs = {name: load(encoders, name, Encoder).inputs for name in names(encoders)}
    inputs |= {encoder.label: encoder.inputs for encoder in chosen}
    readable = {"numbers", *(encoder.inputs for encoder in chosen)}
    for task in tasks:
        if chosen and not task.encoders and task.inputs not in readable:
            reject(("encoders",), f"none of them reads {task.inputs}, which the task {task.label!r} is made of")
        fitting = [name for name in inputs if inputs[name] == task.inputs]
        for name in task.encoders:
            if name not in fitting:
                text = f"the task {task.label!r} cannot be run with the encoder {name!r}{did_you_mean(name, fitting)}"
                reject(("tasks",), text)


def check_architectures(reject: Reject, tasks: Iterable[Task], chosen: Iterable[Architecture]) -> None:
    """Note the architectures that a task names in vain, and what it names twice."""
    known = [*(architecture.name for architecture in chosen), *catalogue()]
    for task in tasks:
        for key in ("architectures", "encoders"):
            if twice := [name for name, n in Counter(getattr(task, key)).items() if n > 1]:
                reject(("tasks",), f"the task {task.label!r} names {twice[0]!r} twice in {key}")
        for name in set(task.architectures) - set(known):
            text = f"the task {task.label!r} cannot be run with the architecture {name!r}{did_you_mean(name, known)}"
            reject(("tasks",), text)


def check_amounts(reject: Reject, settings: Settings) -> None:
    """Note that an experiment has too many runs, or networks too large, taken all together."""
    runs = sum(_runs(settings, task) for task in settings.tasks)
    if runs > MAX_RUNS:
        text = f"{len(settings.tasks):,} tasks, each with encoders, architectures, sizes, seeds and learning rates, are"
        reject(("tasks",), f"{text} {runs:,} runs; at most {MAX_RUNS:,} will do")
        return
    chosen = [name for task in settings.tasks for name in task.architectures]
    networks = [settings.known[name] for name in dict.fromkeys(chosen)]
    for architecture in dict.fromkeys([*settings.architectures, *networks]):
        for size in settings.size:
            weights = _memory_weights(architecture, architecture.resolve_size(size))
            if weights > MAX_WEIGHTS:
                text = f"{architecture.name} has {weights:,} weights in its memory at {size.label}"
                reject(("architectures",), f"{text}; at most {MAX_WEIGHTS:,} will do")
                return


def _runs(settings: Settings, task: Task) -> int:
    """Return how many runs a task has."""
    networks = settings.architectures_of(task)
    sized = len(networks) + (len(settings.size) - 1) * sum(not network.size_override for network in networks)
    reading = len(task.encoders) or sum(encoder.inputs == task.inputs for encoder in settings.encoders) or 1
    training = settings.training_of(task)
    return sized * reading * training.seeds * len(training.learning_rates)


def _memory_weights(architecture: Architecture, size: Size) -> int:
    """Return how many weights read a network's memory, as far as its width is told: fewer than it has in all."""
    if size.parameters is not None or size.states is not None:
        return 0
    gates = len(architecture.cell.gates + architecture.cell.memory_gates) * len(architecture.cell.feedback)
    return architecture.layers * (1 + architecture.bidirectional) * gates * size.hidden**2
