"""Which device trains."""

import importlib.metadata
import itertools
import os
import platform
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnbench.common.errors import UserError
from rnnbench.common.locks import try_lock

if TYPE_CHECKING:
    import torch

DRIVER = Path("/dev/nvidiactl")


def device_for(setting: str) -> str:
    """Return cpu or cuda for a setting; auto: cuda where this machine has a GPU and a torch that can use it.

    It is settled when the experiment is planned, without importing torch, so that all its jobs do the same.
    """
    if setting != "auto":
        return setting
    can_use_gpu = DRIVER.exists() and not importlib.metadata.version("torch").endswith("+cpu")
    return "cuda" if can_use_gpu else "cpu"


def share_gpus() -> None:
    """Let this process use the GPU that the fewest others of the user's jobs use, until it ends."""
    import torch

    properties = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    if properties:
        names = [str(getattr(one, "uuid", number)) for number, one in enumerate(properties)]
        torch.cuda.set_device(claim_least_used(names, Path(tempfile.gettempdir(), f"rnnbench-{os.getuid()}")))


def claim_least_used(names: Sequence[str], folder: Path) -> int:
    """Return the number of the device that the fewest processes have taken, and take it until this process ends."""
    for turn in itertools.count():
        for number, name in enumerate(names):
            try:
                if try_lock(folder / f"{name}.{turn}", 0) is not None:
                    return number
            except OSError:  # a file system without locks
                return 0
    raise AssertionError


def open_device(name: str) -> "torch.device":
    """Return torch's device of that name; raises UserError for a GPU that is not there."""
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("device: cuda cannot be used: torch finds no GPU here; say device: cpu")
    return torch.device(name)


def device_name(device: "torch.device") -> str:
    """Return what people call the device: the GPU's name, or cpu and its architecture."""
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"cpu ({platform.machine()})"
