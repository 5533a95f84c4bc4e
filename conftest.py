"""Doctests of kernels are left out where Triton is not installed: their modules cannot be imported there."""

import importlib.util

FOLDER = "src/rnnbench/training/engines/cuda"
KERNELS = [f"{FOLDER}/{name}.py" for name in ("equations", "layers", "recurrence", "scan", "sums")]
collect_ignore = [] if importlib.util.find_spec("triton") else KERNELS
