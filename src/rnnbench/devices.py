"""Which device trains."""

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from rnnbench.errors import UserError

if TYPE_CHECKING:
    import torch

DRIVER = Path("/dev/nvidiactl")


def may_use_gpu(name: str) -> bool:
    """Return whether a job with this setting may use a GPU, without importing torch: it then needs a place there."""
    return name == "cuda" or (name == "auto" and DRIVER.exists())


def choose_device(name: str) -> "torch.device":
    """Return the device of that name; auto: a GPU where there is one. Raises UserError where cuda is not there."""
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("the configuration says device: cuda, but torch finds no GPU here; say device: auto")
    is_gpu = name == "cuda" or (name == "auto" and torch.cuda.is_available())
    return torch.device("cuda" if is_gpu else "cpu")


def device_name(device: "torch.device") -> str:
    """Return what people call the device: the GPU's name, or cpu and its architecture."""
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"cpu ({platform.machine()})"
