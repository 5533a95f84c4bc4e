"""Which engine trains a combination, and why. It is settled when the experiment is planned, without importing torch."""

import importlib.util
from dataclasses import dataclass
from typing import Any, Literal

from rnnbench.cells import Cell
from rnnbench.common.errors import UserError
from rnnbench.training.engines.native.library import fastest_library, unavailable_reason

EngineName = Literal["torch", "native", "cuda"]
EngineSetting = Literal["auto", "torch", "native", "cuda"]
ASKED_FOR_TORCH = "engine: torch"
"""The reason where the configuration says so."""
ON_A_GPU = "steps are recorded on a GPU"
NOT_ON_A_GPU = "native code is for the CPU, and this is a GPU"
MODULES: dict[EngineName, str] = {
    "torch": "rnnbench.training.engines.eager",
    "native": "rnnbench.training.engines.native.engine",
    "cuda": "rnnbench.training.engines.cuda.engine",
}


@dataclass(frozen=True)
class EngineChoice:
    """An engine."""

    name: EngineName
    reason: str
    """Why it was chosen, for people."""

    @property
    def settings(self) -> dict[str, Any]:
        """Return name and reason as plain values."""
        return {"name": self.name, "reason": self.reason}

    @property
    def module(self) -> str:
        """Return the full name of the module that it lives in."""
        return MODULES[self.name]

    @property
    def version(self) -> list[str]:
        """Return what its results depend on besides the package's Python code and torch."""
        if self.name == "cuda":
            return [self.name, "with kernels" if importlib.util.find_spec("triton") else "without kernels"]
        found = fastest_library() if self.name == "native" else None
        return [self.name, found.instructions, found.source, found.compiler] if found else [self.name]

    @property
    def seeds_at_once(self) -> int:
        """Return how many seeds are trained together, with all learning rates, where a run depends on its company.

        More of them gain little on a CPU; on a GPU they do. Further seeds leave a full block alone.
        """
        return 10 if self.name == "cuda" else 5

    @property
    def is_by_run(self) -> bool:
        """Return whether a run's result is the same to the bit whatever runs are trained with it."""
        return self.name == "native"


def choose(setting: EngineSetting, *, device: str, cell: Cell) -> EngineChoice:
    """Return the engine for a cell on a device; auto: cuda on a GPU, native where it can, else torch.

    Raises UserError when the setting names one that cannot be used.
    """
    if setting == "torch":
        return EngineChoice("torch", ASKED_FOR_TORCH)
    if setting == "cuda" and device == "cpu":
        raise UserError("engine: cuda cannot be used: the device is the CPU; say device: cuda, or engine: auto")
    if setting != "native" and device != "cpu":
        return EngineChoice("cuda", ON_A_GPU)
    obstacle, found = _obstacle(device, cell), fastest_library()
    if found and not obstacle:
        return EngineChoice("native", f"native code for {found.instructions} runs here")
    if setting == "native":
        raise UserError(f"engine: native cannot be used: {obstacle}; say engine: auto")
    return EngineChoice("torch", obstacle)


def _obstacle(device: str, cell: Cell) -> str:
    if device != "cpu":
        return NOT_ON_A_GPU
    if missing := unavailable_reason():
        return missing
    found = fastest_library()
    return "" if found and found.cell(cell.kind) is not None else f"there is no native code for the cell {cell.kind}"
