"""The settings of an experiment: every value typed, with its default and one sentence about it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator

from rnnbench.architectures import Architecture, catalogue
from rnnbench.encoders import Encoder
from rnnbench.engine_choice import Setting
from rnnbench.tasks import Task


class Size(BaseModel):
    """How wide networks are. An architecture's own `hidden` goes before both."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    hidden: int = Field(default=32, ge=1, le=65536, description="units in a layer and direction")
    parameters: int | None = Field(
        default=None, ge=1, description="if given: every network gets the width that brings it closest to this size"
    )


class Training(BaseModel):
    """How networks are trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seeds: int = Field(default=5, ge=1, description="networks per combination and learning rate")
    learning_rates: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(
        default=(0.01, 0.02), min_length=1, description="the best one on validation is chosen for each combination"
    )
    epochs: int = Field(default=3, ge=1, description="passes over the training split; the best on validation is kept")
    schedule: Literal["constant", "linear"] = Field(
        default="linear", description="linear: the learning rate falls evenly, to nothing after the last step"
    )
    batch: int = Field(default=32, ge=1, description="sequences per step")
    clip: float = Field(default=1.0, gt=0, description="largest norm of a run's gradient")

    @field_validator("learning_rates")
    @classmethod
    def _are_different(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(rates)) < len(rates):
            raise ValueError("every learning rate must be there once")
        return rates


class Workflow(BaseModel):
    """How the work is cut into jobs. It changes no result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    combinations_per_job: int = Field(default=4, ge=1, description="combinations of one task that one job trains")


class Settings(BaseModel):
    """A whole experiment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    tasks: tuple[SerializeAsAny[Task], ...]
    encoders: tuple[SerializeAsAny[Encoder], ...]
    architectures: tuple[Architecture, ...]
    size: Size = Size()
    training: Training = Training()
    workflow: Workflow = Workflow()
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="auto: a GPU where there is one")
    engine: Setting = Field(
        default="auto", description="what trains: torch, or native code for the CPU; auto: native where it can"
    )

    def training_of(self, task: Task) -> Training:
        """Return how networks are trained on a task: what the task says goes before what is said for all."""
        return Training(**self.training.model_dump() | task.training)

    def architectures_of(self, task: Task) -> tuple[Architecture, ...]:
        """Return the architectures that a task names, of the experiment's or of the catalogue; by default all."""
        known = catalogue() | {architecture.name: architecture for architecture in self.architectures}
        return tuple(known[name] for name in task.architectures) or self.architectures


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
