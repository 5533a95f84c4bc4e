"""Traces: every signal of a network over one sequence, as tensors of the store and as rows of the table `traces`."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnbench.common.typing import Array

MAX_LENGTH = 40
"""A longer sequence is not traced: nobody looks at so many steps, and there would be millions of rows."""
PROBE_R2 = "stored_r2"
"""The metric that tells how well the number that a task wants stored can be read from the states."""
_PREFIX = "trace"


def trace_name(layer: int, direction: str, signal: str) -> str:
    """Return what the store calls the trace of a signal.

    >>> trace_name(0, "forward", "keep")
    'trace.0.forward.keep'
    """
    return f"{_PREFIX}.{layer}.{direction}.{signal}"


def is_trace(name: str) -> bool:
    """Return whether a tensor of the store is a trace."""
    return name.startswith(f"{_PREFIX}.")


def trace_rows(traces: Mapping[str, Array]) -> Iterator[dict[str, Any]]:
    """Yield a row for each layer, direction, step, signal and unit; `traces`: name -> (T, H)."""
    for name, values in traces.items():
        _, layer, direction, signal = name.split(".")
        for (step, unit), value in np.ndenumerate(values):
            place = {"layer": int(layer), "direction": direction, "step": step, "signal": signal, "unit": unit}
            yield place | {"value": float(value)}
