"""Traces: every signal of a network over one sequence, as tensors in the store and as rows of the table `traces`."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnbench.common.typing import Array

MAX_LENGTH = 40
"""Largest number of steps of a sequence that is traced; longer traces would have millions of rows."""
PROBE_R2 = "stored_r2"
"""The metric of the linear probe: the R^2 with which the number to be stored can be read from the states."""
_PREFIX = "trace"


def trace_name(layer: int, direction: str, signal: str) -> str:
    """Return the name in the store of the trace of a signal.

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
            key = {"layer": int(layer), "direction": direction, "step": step, "signal": signal, "unit": unit}
            yield key | {"value": float(value)}
