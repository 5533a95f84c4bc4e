"""Tasks: each file here that does not begin with `_` is one source of labelled sequences.

`_base.py` specifies what such a file must have, `_memory.py` what a memory task must have.
"""

from rnnbench.data.corpus import NO_TARGET
from rnnbench.tasks._base import Information, Outputs, Posteriors, SyntheticTask, Task, from_settings, generate_worlds
from rnnbench.tasks._memory import MemoryTask, NumberTask, SymbolTask

__all__ = [
    "NO_TARGET",
    "Information",
    "MemoryTask",
    "NumberTask",
    "Outputs",
    "Posteriors",
    "SymbolTask",
    "SyntheticTask",
    "Task",
    "from_settings",
    "generate_worlds",
]
