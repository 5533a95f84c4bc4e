"""Which combinations of its encoders and networks an experiment leaves out, and why."""

from collections.abc import Iterator, Sequence

from rnnbench.common.text import listed
from rnnbench.pipeline.config.settings import Settings
from rnnbench.tasks import Task


def skipped(settings: Settings) -> list[str]:
    """Return a line for each choice that keeps combinations out, with its reason."""
    families: dict[tuple[str, str], dict[str, None]] = {}
    for task in settings.tasks:
        for names, reason in _choices(settings, task):
            families.setdefault((names, reason), {})[task.family_label] = None
    return [f"{', '.join(labels)}: no {names}; {reason}" for (names, reason), labels in families.items()]


def _choices(settings: Settings, task: Task) -> Iterator[tuple[str, str]]:
    readers = [encoder.label for encoder in settings.encoders if encoder.inputs == task.inputs]
    others = [encoder.label for encoder in settings.encoders if encoder.inputs != task.inputs]
    networks = [network.name for network in settings.architectures]
    if others:
        yield _listed(others), f"the task's input is {task.inputs}"
    if task.encoders and (others := [name for name in readers if name not in task.encoders]):
        yield _listed(others), f"the task is run with {listed(task.encoders)}"
    for encoder, behind in task.architectures_behind.items():
        if encoder in (task.encoders or readers) and (others := [name for name in networks if name not in behind]):
            yield f"{_listed(others)} behind {encoder}", "the task names those behind it"
    if task.architectures and (others := [name for name in networks if name not in task.architectures]):
        yield _listed(others), "the task names its architectures"


def _listed(names: Sequence[str], most: int = 4) -> str:
    """Return names in a sentence, not too many of them.

    >>> _listed(["a"]), _listed(["a", "b"]), _listed(["a", "b", "c"], most=1)
    ('a', 'a or b', 'a or 2 others')
    """
    parts, rest = list(names[:most]), len(names) - most
    if rest > 0:
        parts.append("1 other" if rest == 1 else f"{rest} others")
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last
