"""How wide networks are: equally wide, or with equally many parameters or states, so that a comparison is fair."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MAX_WIDTH = 4096
"""Largest number of units in a layer and direction: an Elman network that wide has 17 million recurrent weights."""
MAX_STATES = 65_536
"""Largest number of states of a network."""
MAX_WEIGHTS = 100_000_000
"""Largest number of weights of a network: with Adam's two moments of each weight, more than a gigabyte."""


def _check_budget(value: Any) -> Any:
    if isinstance(value, int) and value > MAX_WEIGHTS:
        raise ValueError(f"must be at most {MAX_WEIGHTS:,}")
    if value is None or (isinstance(value, str) and value) or (isinstance(value, int) and value >= 1):
        return value
    raise ValueError("must be a positive integer, or the name of an architecture")


ParameterBudget = Annotated[int | str | None, BeforeValidator(_check_budget)]
"""A number of parameters, or the name of the architecture whose number of parameters is used."""


class Size(BaseModel):
    """How wide networks are."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    hidden: int = Field(default=32, ge=1, le=MAX_WIDTH, description="units per layer and direction")
    parameters: ParameterBudget = Field(
        default=None,
        description="number of parameters, or the name of an architecture, whose number with `hidden` units is used; "
        "every network gets the width that comes closest to it",
    )
    states: int | None = Field(
        default=None,
        ge=1,
        le=MAX_STATES,
        description="number of states, kept from step to step; every network gets the width that comes closest to it",
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.parameters is not None and self.states is not None:
            raise ValueError("parameters and states cannot both be given: one of them decides the width")
        return self

    @property
    def label(self) -> str:
        """Return the size in a few words; it distinguishes networks of the same architecture in tables."""
        if self.parameters is not None:
            is_number = isinstance(self.parameters, int)
            return f"{self.parameters} parameters" if is_number else f"parameters of {self.parameters}"
        return f"{self.states} states" if self.states is not None else f"{self.hidden} units"

    @property
    def matched_on(self) -> str:
        """Return what networks of this size have in common.

        >>> Size(hidden=16).matched_on, Size(parameters="lstm").matched_on, Size(states=64).matched_on
        ('equal width (16 units)', 'equal parameters (those of lstm)', 'equal state size (64 numbers)')
        """
        if self.parameters is not None:
            owner = "" if isinstance(self.parameters, int) else "those of "
            return f"equal parameters ({owner}{self.parameters})"
        if self.states is not None:
            return f"equal state size ({self.states} numbers)"
        return f"equal width ({self.hidden} units)"
