"""How wide networks are, so that a comparison of them is fair: equally wide, or equal in parameters or in state."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MAX_WIDTH, MAX_STATES = 4096, 65_536
"""Units in a layer, and numbers that a network keeps: an Elman network so wide has 17 million weights in its memory."""
MAX_WEIGHTS = 100_000_000
"""In a network, all layers together: with Adam's two sums beside each that is more than a gigabyte."""


def _amount(value: Any) -> Any:
    if isinstance(value, int) and value > MAX_WEIGHTS:
        raise ValueError(f"must be at most {MAX_WEIGHTS:,}")
    if value is None or (isinstance(value, str) and value) or (isinstance(value, int) and value >= 1):
        return value
    raise ValueError("must be a number from 1 on, or the name of an architecture")


ParameterBudget = Annotated[int | str | None, BeforeValidator(_amount)]
"""A number, or the name of an architecture whose number is meant."""


class Size(BaseModel):
    """How wide networks are."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    hidden: int = Field(default=32, ge=1, le=MAX_WIDTH, description="units in a layer and direction")
    parameters: ParameterBudget = Field(
        default=None,
        description="if given: every network gets the width that brings it closest to so many parameters, or to as "
        "many as the architecture of this name has with `hidden` units",
    )
    states: int | None = Field(
        default=None,
        ge=1,
        le=MAX_STATES,
        description="if given: every network gets the width at which it keeps so many numbers from step to step",
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.parameters is not None and self.states is not None:
            raise ValueError("parameters and states cannot both be given: one of them decides the width")
        return self

    @property
    def label(self) -> str:
        """Return what is equal, in a few words: it tells networks of one architecture apart."""
        if self.parameters is not None:
            is_number = isinstance(self.parameters, int)
            return f"{self.parameters} parameters" if is_number else f"parameters of {self.parameters}"
        return f"{self.states} states" if self.states is not None else f"{self.hidden} units"

    @property
    def matched_on(self) -> str:
        """Return in which way a comparison at this size is fair.

        >>> Size(hidden=16).fair, Size(parameters="lstm").fair, Size(states=64).fair
        ('equal width (16 units)', 'equal parameters (those of lstm)', 'equal state size (64 numbers)')
        """
        if self.parameters is not None:
            whose = "" if isinstance(self.parameters, int) else "those of "
            return f"equal parameters ({whose}{self.parameters})"
        if self.states is not None:
            return f"equal state size ({self.states} numbers)"
        return f"equal width ({self.hidden} units)"
