"""The settings of training, as in the configuration."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Training(BaseModel):
    """How networks are trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seeds: int = Field(
        default=5, ge=1, le=10_000, description="number of networks per combination and learning rate, each with a seed"
    )
    learning_rates: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(
        default=(0.01, 0.02),
        min_length=1,
        max_length=1000,
        description="learning rates to try; each combination uses the one with the best validation score",
    )
    epochs: int = Field(
        default=3, ge=1, le=100_000, description="passes over the training split; the best on validation is kept"
    )
    schedule: Literal["constant", "linear"] = Field(
        default="linear", description="linear: the learning rate decreases linearly, to 0 after the last step"
    )
    batch: int = Field(default=32, ge=1, le=10_000, description="number of sequences per step")
    clip: float = Field(
        default=1.0, gt=0, le=1e6, description="largest norm of a run's gradient; it is scaled down to it"
    )

    @field_validator("learning_rates")
    @classmethod
    def _are_distinct(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(rates)) < len(rates):
            raise ValueError("learning rates must be distinct")
        return rates
