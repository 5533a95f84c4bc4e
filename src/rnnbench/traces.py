"""Inside the memory: every signal of a network over a sequence, the lecture's LSTM set by hand, what can be read."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnbench.batches import Encoded
from rnnbench.cells import Signals
from rnnbench.cells.lstm import Lstm
from rnnbench.cells.lstm_no_feedback import LstmNoFeedback
from rnnbench.corpus import Array
from rnnbench.memory_cell import MemoryCell
from rnnbench.network import Network, Parameters

HAND_SET: dict[str, tuple[Sequence[float], float]] = {
    "z": ((1, 0, 0), 0),
    "z_i": ((0, 100, 0), -10),
    "z_f": ((0, 100, 0), 10),
    "z_o": ((0, 0, 100), -10),
}
"""The lecture's memory cell for the register: weights of x1, x2, x3, and bias, of each of its four inputs."""


def hand_set(*, feedback: bool = False) -> tuple[Network, dict[str, Tensor]]:
    """Return the lecture's LSTM for the register and its weights: one cell, g and h linear, the answer is a itself.

    `feedback`: as the usual LSTM, which also reads its own output, here with weight 0.
    """
    cell: MemoryCell = (Lstm if feedback else LstmNoFeedback)(g="identity", h="identity")
    network = Network(cell, layers=1, bidirectional=False, hidden=1, inputs=3, outputs=1, answers="numbers")
    chosen = [HAND_SET[gate] for gate in cell.gates]
    known = {
        "layer0.forward.input": np.array([weights for weights, _ in chosen]).T,
        "layer0.forward.bias": np.array([bias for _, bias in chosen]),
        "readout.forward": np.ones((1, 1)),
    }
    values = {name: known.get(name, np.zeros(shape)) for name, shape in network.shapes.items()}
    return network, {name: torch.tensor(value, dtype=torch.float32)[None] for name, value in values.items()}


def signals(network: Network, parameters: Parameters, encoded: Encoded) -> list[dict[str, Signals]]:
    """Return for each layer, by direction, all signals of the first run over N sequences, (N, T, H) arrays.

    They are what the cell tells of a step: its output a, its states, its gates behind their activation. Behind the end
    of a sequence they mean nothing.
    """
    runs = len(parameters["readout.bias"])
    batch = encoded.batch(torch.arange(len(encoded)).expand(runs, -1))
    with torch.no_grad():
        layers = list(network.signals(parameters, batch, None))
    return [{direction: _first_run(found) for direction, found in layer.items()} for layer in layers]


def trace_rows(network: Network, parameters: Parameters, encoded: Encoded) -> Iterator[dict[str, Any]]:
    """Yield a row for each layer, direction, step, signal and unit of the first run over the first sequence."""
    length = int(encoded.lengths[0])
    for layer, directions in enumerate(signals(network, parameters, encoded.first(1))):
        for direction, found in directions.items():
            for name, values in vars(found).items():
                for (step, unit), value in np.ndenumerate(values[0, :length]):
                    place = {"layer": layer, "direction": direction, "step": step, "signal": name, "unit": unit}
                    yield place | {"value": float(value)}


def readability(states: Array, values: Array, *, held_out: tuple[Array, Array]) -> float:
    """Return how well a number can be read from a state by a linear map: R^2 on held-out steps, 1 is perfect.

    `states` (S, H) and `values` (S,) are what the map is fitted on by least squares, with a constant; `held_out` are
    others. R^2 = 1 - squared errors / squared differences from their mean: below 0 the mean would be a better guess.
    """
    weights, *_ = np.linalg.lstsq(_with_constant(states), values, rcond=None)
    others, wanted = held_out
    errors = wanted - _with_constant(others) @ weights
    return float(1 - (errors**2).sum() / ((wanted - wanted.mean()) ** 2).sum())


def _with_constant(states: Array) -> Array:
    return np.column_stack([states, np.ones(len(states))])


def _first_run(found: Signals) -> Signals:
    return Signals(**{name: values[0].transpose(0, 1).numpy() for name, values in vars(found).items()})
