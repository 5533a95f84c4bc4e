"""Tasks: each file here that does not begin with `_` is one source of labelled sequences."""

from rnnbench.tasks._base import Information, Outputs, SyntheticTask, Task, from_settings

__all__ = ["Information", "Outputs", "SyntheticTask", "Task", "from_settings"]
