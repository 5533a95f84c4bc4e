"""The settings of an experiment: the type, default and description of every key of the configuration."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from rnnbench.analysis.claims import OwnClaim
from rnnbench.encoders import Encoder
from rnnbench.models.architectures import Architecture, catalogue
from rnnbench.models.size import Size
from rnnbench.tasks import Task
from rnnbench.training.engines.selection import EngineSetting
from rnnbench.training.settings import Training


class Workflow(BaseModel):
    """How training is divided into jobs. It changes no result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    combinations_per_job: int = Field(
        default=4, ge=1, le=100_000, description="largest number of combinations that one job trains, all of one task"
    )
    minutes_per_combination: float | None = Field(
        default=None,
        gt=0,
        le=100_000,
        description="time limit in minutes, after which a combination counts as failed; none: no limit",
    )


@dataclass(frozen=True)
class SizedArchitecture:
    """An architecture at one of an experiment's sizes."""

    name: str
    """Name in tables."""
    architecture: Architecture
    size: Size
    matched_on: str
    """What all networks of this size have in common, as in "equal width (32 units)"."""
    matched_to: Architecture | None
    """Architecture whose number of parameters this one is matched to; None where no architecture is named."""


class Settings(BaseModel):
    """A whole experiment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    tasks: tuple[SerializeAsAny[Task], ...] = Field(description="tasks, with their corpora")
    encoders: tuple[SerializeAsAny[Encoder], ...] = Field(description="encoders of words, for tasks that have words")
    architectures: tuple[Architecture, ...] = Field(description="architectures that are trained on every task")
    size: tuple[Size, ...] = Field(
        default=(Size(),),
        min_length=1,
        description="size of the networks; with a list of sizes, every architecture is trained at each of them",
    )
    training: Training = Field(default=Training(), description="training settings; a task may override them")
    workflow: Workflow = Field(default=Workflow(), description="how training is divided into jobs")
    claims: tuple[OwnClaim, ...] = Field(default=(), description="further claims to test, next to the lecture's")
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="device to train on; auto: a GPU if there is one, else the CPU"
    )
    engine: EngineSetting = Field(
        default="auto",
        description="implementation that trains: cuda (GPU), native (CPU), or torch (both, slower); "
        "auto: the fastest available",
    )

    on_failure: Literal["report", "strict"] = Field(
        default="report",
        description="report: failed runs are listed in the report and the exit status is 0; "
        "strict: the exit status is 1 if any run failed",
    )
    max_failed: int | None = Field(
        default=None,
        ge=0,
        description="the exit status is 1 if more runs than this failed; none: only if no run finished",
    )

    def training_of(self, task: Task) -> Training:
        """Return the training settings of a task: the experiment's, overridden by the task's own."""
        return Training(**self.training.model_dump() | task.training)

    def architectures_of(self, task: Task, encoder: str) -> tuple[Architecture, ...]:
        """Return the architectures that a task names for an encoder, or for all, or all of the experiment's."""
        names = task.architectures_behind.get(encoder, task.architectures)
        return tuple(self.architectures_by_name[name] for name in names) or self.architectures

    @property
    def architectures_by_name(self) -> dict[str, Architecture]:
        """Return every architecture that can be named: those of the catalogue, overridden by the experiment's."""
        return catalogue() | {architecture.name: architecture for architecture in self.architectures}

    def networks_of(self, task: Task, encoder: str) -> tuple[SizedArchitecture, ...]:
        """Return a task's architectures behind an encoder at every size; one with a size of its own occurs once."""
        return tuple(
            self._sized(architecture, size)
            for size in self.size
            for architecture in self.architectures_of(task, encoder)
            if size is self.size[0] or not architecture.size_override
        )

    def _sized(self, architecture: Architecture, size: Size) -> SizedArchitecture:
        name = architecture.name if size is self.size[0] else f"{architecture.name} ({size.label})"
        resolved_size = architecture.resolve_size(size)
        budget = resolved_size.parameters
        matched_to = self.architectures_by_name[budget] if isinstance(budget, str) else None
        return SizedArchitecture(name, architecture, resolved_size, size.matched_on, matched_to)


def as_configuration(settings: Settings) -> dict[str, Any]:
    """Return settings as the contents of a configuration file in which every key is set."""
    return settings.model_dump(mode="json") | {
        "tasks": [{"task": task.kind} | task.model_dump(mode="json") for task in settings.tasks],
        "encoders": [{"encoder": encoder.kind} | encoder.model_dump(mode="json") for encoder in settings.encoders],
        "architectures": [_architecture_entry(architecture) for architecture in settings.architectures],
    }


def _architecture_entry(architecture: Architecture) -> dict[str, Any]:
    cell = architecture.cell.settings
    values = architecture.model_dump(mode="json", exclude={"cell"})
    return values | {"cell": cell.pop("kind")} | cell
