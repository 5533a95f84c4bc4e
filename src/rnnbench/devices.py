"""Which device trains."""

import importlib.metadata
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from rnnbench.errors import UserError

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


def open_device(name: str) -> "torch.device":
    """Return torch's device of that name; raises UserError for a GPU that is not there."""
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("the plan says device: cuda, but torch finds no GPU here; say device: cpu")
    return torch.device(name)


def device_name(device: "torch.device") -> str:
    """Return what people call the device: the GPU's name, or cpu and its architecture."""
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"cpu ({platform.machine()})"
