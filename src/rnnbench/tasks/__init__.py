"""Tasks: each file here that does not begin with `_` is one source of labelled sequences."""

from rnnbench.tasks._base import Drawn, Information, Outputs, Task, from_settings

__all__ = ["Drawn", "Information", "Outputs", "Task", "from_settings"]
