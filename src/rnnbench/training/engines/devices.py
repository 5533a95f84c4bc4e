"""The device that trains: the CPU, or one of the machine's GPUs."""

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
"""Exists where NVIDIA's driver is loaded."""


def device_for(setting: str) -> str:
    """Return cpu or cuda for a setting; auto is cuda where this machine has a GPU and a torch that can use it.

    The device is decided when the experiment is planned, so that all its jobs use the same; torch is not imported.
    """
    if setting != "auto":
        return setting
    can_use_gpu = DRIVER.exists() and not importlib.metadata.version("torch").endswith("+cpu")
    return "cuda" if can_use_gpu else "cpu"


def share_gpus() -> None:
    """Make the GPU that is used by the fewest of the user's jobs the current one of this process."""
    import torch

    properties = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    if properties:
        names = [str(getattr(device, "uuid", number)) for number, device in enumerate(properties)]
        torch.cuda.set_device(claim_least_used(names, Path(tempfile.gettempdir(), f"rnnbench-{os.getuid()}")))


def claim_least_used(names: Sequence[str], folder: Path) -> int:
    """Return the number of the device that the fewest processes use, and count this process among them until it ends.

    The n-th user of a device holds a lock on its n-th file.
    """
    for users in itertools.count():
        for number, name in enumerate(names):
            try:
                if try_lock(folder / f"{name}.{users}", 0) is not None:
                    return number
            except OSError:  # a file system without locks
                return 0
    raise AssertionError


def open_device(name: str) -> "torch.device":
    """Return torch's device of that name; raises UserError where there is no GPU that torch can use."""
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("device: cuda cannot be used: torch finds no GPU here; set device: cpu")
    return torch.device(name)


def device_name(device: "torch.device") -> str:
    """Return the name of the device for people: that of the GPU, or cpu and its architecture."""
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"cpu ({platform.machine()})"
