"""The settings of an experiment: every value typed, with its default and one sentence about it."""

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
    """How the work is cut into jobs. It changes no result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    combinations_per_job: int = Field(
        default=4, ge=1, le=100_000, description="combinations of one task that one job trains"
    )
    minutes_per_combination: float | None = Field(
        default=None, gt=0, le=100_000, description="a combination that takes longer has failed; none: no limit"
    )


@dataclass(frozen=True)
class SizedArchitecture:
    """An architecture at one of an experiment's sizes."""

    name: str
    """What tables call it."""
    architecture: Architecture
    size: Size
    matched_on: str
    """In which way it is comparable with the others of this size."""
    matched_to: Architecture | None
    """The architecture whose number of parameters it gets."""


class Settings(BaseModel):
    """A whole experiment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    tasks: tuple[SerializeAsAny[Task], ...]
    encoders: tuple[SerializeAsAny[Encoder], ...]
    architectures: tuple[Architecture, ...]
    size: tuple[Size, ...] = Field(
        default=(Size(),), min_length=1, description="how wide networks are; a list runs every architecture at each"
    )
    training: Training = Training()
    workflow: Workflow = Workflow()
    claims: tuple[OwnClaim, ...] = Field(default=(), description="claims of one's own, judged beside the lecture's")
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="auto: a GPU where there is one")
    engine: EngineSetting = Field(
        default="auto",
        description="what trains: cuda on a GPU, native code on a CPU, or torch, slower, on both; auto: the fastest",
    )

    on_failure: Literal["report", "strict"] = Field(
        default="report",
        description="report: failed runs are told, and the exit status is 0; strict: it is 1 when a run failed",
    )
    max_failed: int | None = Field(
        default=None, ge=0, description="the exit status is 1 when more runs failed; none: when no run is done"
    )

    def training_of(self, task: Task) -> Training:
        """Return how networks are trained on a task: what the task says goes before what is said for all."""
        return Training(**self.training.model_dump() | task.training)

    def architectures_of(self, task: Task) -> tuple[Architecture, ...]:
        """Return the architectures that a task names, of the experiment's or of the catalogue; by default all."""
        return tuple(self.known[name] for name in task.architectures) or self.architectures

    @property
    def known(self) -> dict[str, Architecture]:
        """Return every architecture that can be named: the experiment's go before the catalogue's."""
        return catalogue() | {architecture.name: architecture for architecture in self.architectures}

    def networks_of(self, task: Task) -> tuple[SizedArchitecture, ...]:
        """Return a task's architectures at every size; one with a size of its own is there once."""
        return tuple(
            self._sized(architecture, size)
            for size in self.size
            for architecture in self.architectures_of(task)
            if size is self.size[0] or not architecture.size_override
        )

    def _sized(self, architecture: Architecture, size: Size) -> SizedArchitecture:
        name = architecture.name if size is self.size[0] else f"{architecture.name} ({size.label})"
        own = architecture.resolve_size(size)
        like = self.known[own.parameters] if isinstance(own.parameters, str) else None
        return SizedArchitecture(name, architecture, own, size.matched_on, like)


def as_configuration(settings: Settings) -> dict[str, Any]:
    """Return settings as the contents of a configuration file that says everything."""
    return settings.model_dump(mode="json") | {
        "tasks": [{"task": task.kind} | task.model_dump(mode="json") for task in settings.tasks],
        "encoders": [{"encoder": encoder.kind} | encoder.model_dump(mode="json") for encoder in settings.encoders],
        "architectures": [_entry(architecture) for architecture in settings.architectures],
    }


def _entry(architecture: Architecture) -> dict[str, Any]:
    cell = architecture.cell.settings
    own = architecture.model_dump(mode="json", exclude={"cell"})
    return own | {"cell": cell.pop("kind")} | cell
