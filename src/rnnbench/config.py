"""The settings of an experiment: every value typed, with its default and one sentence about it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator

from rnnbench.architectures import Architecture, catalogue
from rnnbench.claims import Claim, Contrast, Wanted
from rnnbench.encoders import Encoder
from rnnbench.engine_choice import Setting
from rnnbench.registry import Name
from rnnbench.sizes import Size
from rnnbench.tables import ALL
from rnnbench.tasks import Task


class Training(BaseModel):
    """How networks are trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seeds: int = Field(default=5, ge=1, le=10_000, description="networks per combination and learning rate")
    learning_rates: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(
        default=(0.01, 0.02),
        min_length=1,
        max_length=1000,
        description="the best one on validation is chosen for each combination",
    )
    epochs: int = Field(
        default=3, ge=1, le=100_000, description="passes over the training split; the best on validation is kept"
    )
    schedule: Literal["constant", "linear"] = Field(
        default="linear", description="linear: the learning rate falls evenly, to nothing after the last step"
    )
    batch: int = Field(default=32, ge=1, le=10_000, description="sequences per step")
    clip: float = Field(default=1.0, gt=0, le=1e6, description="largest norm of a run's gradient")

    @field_validator("learning_rates")
    @classmethod
    def _are_different(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(rates)) < len(rates):
            raise ValueError("every learning rate must be there once")
        return rates


class Workflow(BaseModel):
    """How the work is cut into jobs. It changes no result."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    combinations_per_job: int = Field(
        default=4, ge=1, le=100_000, description="combinations of one task that one job trains"
    )
    minutes_per_combination: float | None = Field(
        default=None, gt=0, le=100_000, description="a combination that takes longer has failed; none: no limit"
    )


class OwnClaim(BaseModel):
    """A claim of the user's own: that one network's score is above, below or the same as another's."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name = Field(min_length=1, max_length=20, description="what tables call it")
    sentence: str = Field(min_length=1, max_length=400, description="what is claimed")
    first: str = Field(description="an architecture")
    second: str = Field(default="", description="another one; none: the score itself is looked at")
    task: str = Field(description="a task, or a family of tasks that differ in a setting, as tables call it")
    metric: str = Field(default="slot_f1", description="the score")
    wanted: Wanted = Field(description="what is claimed of the first's score, beside the second's (or 0)")
    margin: float = Field(default=0.005, ge=0, le=1e6, description="a smaller difference does not matter")
    why: str = Field(default="", max_length=400, description="why this tests the sentence")
    split: str = Field(default="test", max_length=60, description="a split, gap (train minus test), or gap_at_end")
    phenomenon: str = Field(
        default=ALL, max_length=60, description="a phenomenon of the split that scores are broken down by"
    )
    rather_than: str = Field(
        default="", max_length=60, description="another one: is the difference larger here than there?"
    )

    @property
    def claim(self) -> Claim:
        """Return it as claims are told."""
        contrast = Contrast(**self.model_dump(exclude={"name", "sentence"}))
        return Claim(self.name, self.sentence, "", (contrast,), "this experiment's configuration")


@dataclass(frozen=True)
class Sized:
    """An architecture at one of an experiment's sizes."""

    name: str
    """What tables call it."""
    architecture: Architecture
    size: Size
    fair: str
    """In which way it is comparable with the others of this size."""
    like: Architecture | None
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
    engine: Setting = Field(
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

    def networks_of(self, task: Task) -> tuple[Sized, ...]:
        """Return a task's architectures at every size; one with a size of its own is there once."""
        return tuple(
            self._sized(architecture, size)
            for size in self.size
            for architecture in self.architectures_of(task)
            if size is self.size[0] or not architecture.own_size
        )

    def _sized(self, architecture: Architecture, size: Size) -> Sized:
        name = architecture.name if size is self.size[0] else f"{architecture.name} ({size.told})"
        own = architecture.sized(size)
        like = self.known[own.parameters] if isinstance(own.parameters, str) else None
        return Sized(name, architecture, own, size.fair, like)


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
