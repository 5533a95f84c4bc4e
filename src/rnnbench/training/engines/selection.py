"""The engine that trains a combination, chosen when the experiment is planned; torch is not imported."""

import importlib.util
from dataclasses import dataclass
from typing import Literal

from rnnbench.cells import Cell
from rnnbench.common.errors import UserError
from rnnbench.training.engines.native.library import fastest_library, unavailable_reason

EngineName = Literal["torch", "native", "cuda"]
EngineSetting = Literal["auto", "torch", "native", "cuda"]
ASKED_FOR_TORCH = "engine: torch"
"""The reason where the configuration sets the engine."""
ON_A_GPU = "steps are recorded on a GPU"
NOT_ON_A_GPU = "native code is for the CPU, and this is a GPU"
MODULES: dict[EngineName, str] = {
    "torch": "rnnbench.training.engines.eager",
    "native": "rnnbench.training.engines.native.engine",
    "cuda": "rnnbench.training.engines.cuda.engine",
}


@dataclass(frozen=True)
class EngineChoice:
    """An engine, and the reason for its choice."""

    name: EngineName
    reason: str
    """A sentence for people."""

    @property
    def module(self) -> str:
        """Return the full name of the engine's module."""
        return MODULES[self.name]

    @property
    def version(self) -> list[str]:
        """Return what the engine's results depend on, besides the package's Python code and torch."""
        if self.name == "cuda":
            return [self.name, "with kernels" if importlib.util.find_spec("triton") else "without kernels"]
        library = fastest_library() if self.name == "native" else None
        return [self.name, library.instructions, library.source, library.compiler] if library else [self.name]

    @property
    def seeds_at_once(self) -> int:
        """Return the number of seeds in a stack, all at one learning rate, where runs are not independent.

        Larger stacks are hardly faster on a CPU, but they are on a GPU. Adding seeds does not change full stacks.
        """
        return 10 if self.name == "cuda" else 5

    @property
    def is_by_run(self) -> bool:
        """Return whether a run's result is bit for bit the same, whatever other runs are in its stack."""
        return self.name == "native"


def choose(setting: EngineSetting, *, device: str, cell: Cell) -> EngineChoice:
    """Return the engine for a cell on a device. auto: cuda on a GPU, native on a CPU where available, else torch.

    Raises UserError when the setting names an engine that cannot be used.
    """
    if setting == "torch":
        return EngineChoice("torch", ASKED_FOR_TORCH)
    if setting == "cuda" and device == "cpu":
        raise UserError("engine: cuda cannot be used: the device is the CPU; set device: cuda, or engine: auto")
    if setting != "native" and device != "cpu":
        return EngineChoice("cuda", ON_A_GPU)
    reason, library = _native_unavailable_reason(device, cell), fastest_library()
    if library and not reason:
        return EngineChoice("native", f"native code for {library.instructions} runs here")
    if setting == "native":
        raise UserError(f"engine: native cannot be used: {reason}; set engine: auto")
    return EngineChoice("torch", reason)


def _native_unavailable_reason(device: str, cell: Cell) -> str:
    """Return why native code cannot train the cell on the device; empty where it can."""
    if device != "cpu":
        return NOT_ON_A_GPU
    if reason := unavailable_reason():
        return reason
    library = fastest_library()
    if library and library.cell(cell.kind) is not None:
        return ""
    return f"there is no native code for the cell {cell.kind}"
