"""From the plain values in a plan to tasks, encoders and cells."""

from collections.abc import Mapping
from typing import Any

from rnnbench import cells, encoders, tasks
from rnnbench.cells import Cell
from rnnbench.encoders import Encoder
from rnnbench.registry import build
from rnnbench.tasks import Task

Values = Mapping[str, Any]


def task_from(values: Values) -> Task:
    """Return the task that {kind, settings} describes."""
    return build(tasks, values["kind"], Task, _settings(values))


def encoder_from(values: Values) -> Encoder:
    """Return the encoder that {kind, settings} describes."""
    return build(encoders, values["kind"], Encoder, _settings(values))


def cell_from(values: Values) -> Cell:
    """Return the cell that {kind, settings} describes."""
    return build(cells, values["kind"], Cell, _settings(values))


def label_of(values: Values) -> str:
    """Return what tables call the member that {kind, name, settings} describes, without building it."""
    return values.get("name") or values["kind"]


def _settings(values: Values) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "kind"}
