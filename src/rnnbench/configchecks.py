"""What must be true of parts of a configuration taken together: what they name is there, and fits."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rnnbench import encoders
from rnnbench.architectures import Architecture, catalogue
from rnnbench.encoders import Encoder
from rnnbench.errors import did_you_mean
from rnnbench.registry import load, names
from rnnbench.sizes import Size
from rnnbench.tasks import Task
from rnnbench.yamlfiles import Place

Reject = Callable[[Place, str], None]
"""Notes that what stands at a place is wrong, and why."""


def check_sizes(reject: Reject, sizes: Sequence[Size], chosen: Sequence[Architecture]) -> None:
    """Note the architectures whose parameters are wanted and that are not there, or have no number by themselves."""
    known = catalogue() | {architecture.name: architecture for architecture in chosen}
    wanted = [(("size",), size.parameters) for size in sizes]
    wanted += [(("architectures",), architecture.parameters) for architecture in chosen]
    for place, name in wanted:
        if isinstance(name, str) and name not in known:
            reject(place, f"parameters: unknown architecture {name!r}{did_you_mean(name, known)}")
        elif isinstance(name, str) and {"parameters", "states"} & known[name].own_size.keys():
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
