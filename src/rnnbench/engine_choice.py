"""Which engine trains a combination, and why. It is settled when the experiment is planned, without importing torch."""

from dataclasses import dataclass
from typing import Any, Literal

from rnnbench.cells import Cell
from rnnbench.errors import UserError
from rnnbench.native import library, why_missing

Setting = Literal["auto", "torch", "native"]
ASKED_FOR_TORCH = "engine: torch"
"""The reason where the configuration says so."""
ON_A_GPU = "native code is for the CPU, and this is a GPU"


@dataclass(frozen=True)
class Choice:
    """An engine."""

    name: Literal["torch", "native"]
    reason: str
    """Why it was chosen, for people."""

    @property
    def settings(self) -> dict[str, Any]:
        """Return name and reason as plain values."""
        return {"name": self.name, "reason": self.reason}

    @property
    def module(self) -> str:
        """Return the full name of the module that it lives in."""
        return {"torch": "rnnbench.engines.eager", "native": "rnnbench.engines.native"}[self.name]

    @property
    def version(self) -> list[str]:
        """Return what its results depend on besides the package's Python code and torch."""
        found = library() if self.name == "native" else None
        return [self.name, found.instructions, found.source, found.compiler] if found else [self.name]

    @property
    def is_by_run(self) -> bool:
        """Return whether a run's result is the same to the bit whatever runs are trained with it."""
        return self.name == "native"


def choose(setting: Setting, *, device: str, cell: Cell) -> Choice:
    """Return the engine for a cell on a device; auto: native where it can, else torch.

    Raises UserError when the setting is native and it cannot.
    """
    if setting == "torch":
        return Choice("torch", ASKED_FOR_TORCH)
    obstacle, found = _obstacle(device, cell), library()
    if found and not obstacle:
        return Choice("native", f"native code for {found.instructions} runs here")
    if setting == "native":
        raise UserError(f"engine: native cannot be used: {obstacle}; say engine: auto")
    return Choice("torch", obstacle)


def _obstacle(device: str, cell: Cell) -> str:
    if device != "cpu":
        return ON_A_GPU
    if missing := why_missing():
        return missing
    found = library()
    return "" if found and found.cell(cell.kind) is not None else f"there is no native code for the cell {cell.kind}"
