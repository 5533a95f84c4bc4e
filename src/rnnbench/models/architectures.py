"""Architectures: a cell, how many layers of it, in one direction or both; and the lecture's catalogue."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from rnnbench import cells
from rnnbench.cells import Cell
from rnnbench.common.registry import Name, build, names
from rnnbench.models.size import MAX_STATES, MAX_WIDTH, ParameterBudget, Size
from rnnbench.tasks import Information


class Architecture(BaseModel):
    """One network without its width's last word: inputs and outputs come from task and encoder.

    What it says of its size by itself (hidden, parameters or states) goes before what is said for all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(min_length=1, description="value in tables")
    cell: SerializeAsAny[Cell] = Field(description="the recurrence, a file in cells/, with its settings")
    layers: int = Field(default=1, ge=1, le=64, description="hidden layers, each with a memory of its own")
    bidirectional: bool = Field(default=False, description="one network reads forward, one backward")
    window: int = Field(default=0, ge=0, le=20, description="words on either side that are read, too")
    hidden: int | None = Field(
        default=None, ge=1, le=MAX_WIDTH, description="units in a layer and direction; default: see size"
    )
    parameters: ParameterBudget = Field(default=None, description="as in size, for this one alone")
    states: int | None = Field(default=None, ge=1, le=MAX_STATES, description="as in size, for this one alone")

    @property
    def size_override(self) -> dict[str, Any]:
        """Return what it says of its size by itself."""
        return self.model_dump(include=set(Size.model_fields), exclude_none=True)

    def resolve_size(self, size: Size) -> Size:
        """Return its size where all others have `size`."""
        return Size(**{"hidden": size.hidden} | self.size_override) if self.size_override else size

    @property
    def information(self) -> Information:
        """Return the least kind of information that all it sees for a position is part of: that is its ceiling."""
        if self.window or (self.bidirectional and self.cell.states):
            return "sentence"
        return "prefix" if self.cell.states else "word"


def _architecture(name: str, cell: str, *, layers: int = 1, bidirectional: bool = False) -> Architecture:
    return Architecture(name=name, cell=build(cells, cell, Cell, {}), layers=layers, bidirectional=bidirectional)


def lecture() -> tuple[Architecture, ...]:
    """Return every network of the lecture, in its order."""
    return (
        _architecture("feed_forward", "feed_forward"),
        _architecture("elman", "elman"),
        _architecture("deep_elman", "elman", layers=3),
        _architecture("jordan", "jordan"),
        _architecture("bidirectional_elman", "elman", bidirectional=True),
        _architecture("bidirectional_jordan", "jordan", bidirectional=True),
        _architecture("lstm_no_feedback", "lstm_no_feedback"),
        _architecture("lstm", "lstm"),
        _architecture("lstm_peephole", "lstm_peephole"),
        _architecture("lstm_5_layers", "lstm", layers=5),
        _architecture("bidirectional_lstm", "lstm", bidirectional=True),
        _architecture("gru", "gru"),
        _architecture("bidirectional_gru", "gru", bidirectional=True),
    )


def catalogue() -> dict[str, Architecture]:
    """Return every architecture that the configuration may name: the lecture's, and each cell by itself."""
    known = {architecture.name: architecture for architecture in lecture()}
    for cell in names(cells):
        known.setdefault(cell, _architecture(cell, cell))
    return known
