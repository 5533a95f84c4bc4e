"""The settings of training, as in the configuration."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rnnbench.training.rate_search import RateSearch, auto_search

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Training(BaseModel):
    """How networks are trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seeds: int = Field(
        default=20, ge=1, le=10_000, description="number of blocks: networks per combination, each with its own corpus"
    )
    first_seed: int = Field(default=0, ge=0, le=1_000_000, description="seed of the first block; others count on")
    learning_rates: Literal["auto"] | Annotated[tuple[Rate, ...], Field(min_length=1, max_length=1000)] = Field(
        default="auto",
        description="learning rates to try; auto: 0.005, 0.01, 0.02, and further ones while the best is at an edge",
    )
    search_seeds: int = Field(
        default=3,
        ge=1,
        le=10_000,
        description="number of blocks on which learning rates are tried; all blocks are trained at the best one",
    )
    max_steps: int = Field(
        default=40_000,
        ge=1,
        le=100_000_000,
        description="steps after which training ends, even if validation still improves",
    )
    patience: int = Field(
        default=2000,
        ge=1,
        le=100_000_000,
        description="steps without improvement on validation after which the learning rate falls, twice, and then "
        "training ends",
    )
    check: int = Field(default=500, ge=1, le=1_000_000, description="steps between two looks at validation")
    batch: int = Field(default=32, ge=1, le=10_000, description="number of sequences per step")
    clip: float = Field(
        default=1.0, gt=0, le=1e6, description="largest norm of a run's gradient; it is scaled down to it"
    )

    @field_validator("learning_rates")
    @classmethod
    def _are_distinct(cls, rates: tuple[float, ...] | str) -> tuple[float, ...] | str:
        if len(set(rates)) < len(rates) and not isinstance(rates, str):
            raise ValueError("learning rates must be distinct")
        return rates

    @property
    def blocks(self) -> tuple[int, ...]:
        """Return the seeds of all blocks."""
        return tuple(range(self.first_seed, self.first_seed + self.seeds))

    @property
    def search(self) -> RateSearch:
        """Return the search for each combination's learning rate."""
        seeds = self.blocks[: self.search_seeds]
        if isinstance(self.learning_rates, str):
            return auto_search(seeds)
        return RateSearch(self.learning_rates, seeds, extends=False)
