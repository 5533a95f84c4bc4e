"""Memory tasks with short sequences, for tests of all of them."""

import pytest

from rnnbench import tasks
from rnnbench.common.registry import build, load, names
from rnnbench.tasks import Task
from rnnbench.tasks._memory import MemoryTask

MEMORY = [name for name in names(tasks) if issubclass(load(tasks, name, Task), MemoryTask)]


SIZES = {"train": 300, "validation": 100, "test": 600}


SEEDS = range(5)


SMALL_SETTINGS = {
    "adding": {"length": 6},
    "associative_recall": {"pairs": 3, "gap": 2, "keys": 7},
    "copy": {"length": 5, "delay": 4},
    "delayed_recall": {"delay": 4},
    "order": {"length": 7},
    "reber": {"shortest": 12},
    "register": {"length": 6},
    "temporal_order": {"length": 12},
    "count": {"length": 12},
    "parity": {"length": 12},
}


every_task = pytest.mark.parametrize("name", MEMORY)


def make_task(name, **settings):
    return build(tasks, name, Task, SIZES | settings)
