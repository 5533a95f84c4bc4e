"""An architecture is a cell with a number of layers and directions. Also the catalogue of named architectures."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from rnnbench import cells
from rnnbench.cells import Cell
from rnnbench.common.registry import Name, build, names
from rnnbench.models.size import MAX_STATES, MAX_WIDTH, ParameterBudget, Size
from rnnbench.tasks import Information


class Architecture(BaseModel):
    """A network before it meets a task and an encoder, which give the sizes of its input and output.

    A size that is set here (hidden, parameters or states) takes precedence over the size of the experiment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(min_length=1, description="name of the architecture in tables")
    cell: SerializeAsAny[Cell] = Field(description="cell, a file in cells/, and its settings")
    layers: int = Field(default=1, ge=1, le=64, description="number of layers, each with its own weights and states")
    bidirectional: bool = Field(default=False, description="whether each layer reads the sequence in both directions")
    window: int = Field(
        default=0, ge=0, le=20, description="number of neighbouring words on each side that are part of the input"
    )
    hidden: int | None = Field(
        default=None, ge=1, le=MAX_WIDTH, description="units per layer and direction; default: see size"
    )
    parameters: ParameterBudget = Field(default=None, description="as in size, for this architecture only")
    states: int | None = Field(default=None, ge=1, le=MAX_STATES, description="as in size, for this architecture only")

    @property
    def size_override(self) -> dict[str, Any]:
        """Return the fields of `Size` that this architecture sets itself."""
        return self.model_dump(include=set(Size.model_fields), exclude_none=True)

    def resolve_size(self, size: Size) -> Size:
        """Return this architecture's size in an experiment of that size."""
        return Size(**{"hidden": size.hidden} | self.size_override) if self.size_override else size

    @property
    def information(self) -> Information:
        """Return what a position's output can depend on: the word, the prefix up to it, or the sentence.

        It decides which Bayes-optimal ceiling applies.
        """
        if self.window or (self.bidirectional and self.cell.states):
            return "sentence"
        return "prefix" if self.cell.states else "word"


def _architecture(
    name: str, cell: str, *, layers: int = 1, bidirectional: bool = False, **settings: Any
) -> Architecture:
    return Architecture(name=name, cell=build(cells, cell, Cell, settings), layers=layers, bidirectional=bidirectional)


def lecture() -> tuple[Architecture, ...]:
    """Return the architectures of the lecture, in its order."""
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


def variants() -> tuple[Architecture, ...]:
    """Return architectures of the lecture that are trained or start in another way, as papers say that they should."""
    return (
        _architecture("jordan_target", "jordan", feeds="target"),
        _architecture("bidirectional_jordan_target", "jordan", bidirectional=True, feeds="target"),
        _architecture("elman_orthogonal", "elman", start="orthogonal"),
        _architecture("lstm_forget_4", "lstm", forget_bias=4.0),
        _architecture("gru_update_4", "gru", update_bias=4.0),
    )


def catalogue() -> dict[str, Architecture]:
    """Return the architectures that a configuration can name: the lecture's, their variants, one layer of each cell."""
    architectures = {architecture.name: architecture for architecture in (*lecture(), *variants())}
    for cell in names(cells):
        architectures.setdefault(cell, _architecture(cell, cell))
    return architectures
