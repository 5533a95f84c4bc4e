"""Whether the Triton kernels can be used. Triton is not imported here, because its import is slow."""

import importlib.util
import os


def unavailable_reason() -> str:
    """Return why the kernels cannot be used on this machine; empty where they can."""
    return "" if importlib.util.find_spec("triton") else "Triton is not installed"


def is_interpreted() -> bool:
    """Return whether Triton's interpreter runs the kernels, on the CPU: only for tests, since it is very slow."""
    return os.environ.get("TRITON_INTERPRET") == "1"
