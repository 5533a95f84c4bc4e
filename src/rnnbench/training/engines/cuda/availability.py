"""Kernels for a GPU, in Triton: the loop over time, and what else a step of training is made of.

Triton is not imported here, so that whoever only asks whether it is there pays nothing.
"""

import importlib.util
import os


def unavailable_reason() -> str:
    """Return why the kernels cannot be used on this machine, for people; empty where they can."""
    return "" if importlib.util.find_spec("triton") else "Triton is not installed"


def is_interpreted() -> bool:
    """Return whether Triton's interpreter runs the kernels, on the CPU: for tests alone, it is very slow."""
    return os.environ.get("TRITON_INTERPRET") == "1"
