"""Inside the memory: every signal of trained networks over a sequence, and what can be read from their states."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells import Signals
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded
from rnnbench.evaluation.scoring import SEQUENCES_AT_ONCE
from rnnbench.evaluation.traces import MAX_LENGTH, trace_name
from rnnbench.models.engine import Predictor
from rnnbench.models.network import Network, Parameters

FITTED_ON = "validation"
"""The split on which linear readers of states are fitted; they are judged on others."""


def signals(network: Network, parameters: Parameters, encoded: Encoded) -> list[dict[str, Signals]]:
    """Return for each layer, by direction, all signals of R runs over N sequences, (R, N, T, H) arrays.

    They are what the cell tells of a step: its output a, its states, its gates behind their activation. Behind the end
    of a sequence they mean nothing.
    """
    batch = encoded.batch(torch.arange(len(encoded)).expand(_runs(parameters), -1).to(encoded.lengths.device))
    with torch.no_grad():
        layers = list(network.signals(parameters, batch, None))
    return [{direction: _by_sequence(found) for direction, found in layer.items()} for layer in layers]


def traces(network: Network, parameters: Parameters, encoded: Encoded) -> list[dict[str, Array]]:
    """Return every run's signals over the first sequence, name -> (T, H); nothing when it is longer than LONGEST.

    Runs are asked one by one: what is kept of a run must not depend on its company, not even by rounding.
    """
    if int(encoded.lengths[0]) > MAX_LENGTH:
        return [{} for _ in range(_runs(parameters))]
    alone = ({name: value[run : run + 1] for name, value in parameters.items()} for run in range(_runs(parameters)))
    return [_trace(network, own, encoded.first(1)) for own in alone]


def _trace(network: Network, parameters: Parameters, encoded: Encoded) -> dict[str, Array]:
    return {
        trace_name(layer, direction, name): values[0, 0]
        for layer, directions in enumerate(signals(network, parameters, encoded))
        for direction, found in directions.items()
        for name, values in vars(found).items()
    }


def probe_r2_by_run(reader: Predictor, splits: Mapping[str, Encoded], stored: Mapping[str, Array]) -> dict[str, Array]:
    """Return split -> (R,), how well the number that must be stored can be read from the states; see `readability`.

    `stored`: split -> (S,), that number at each position; the reader of states is fitted on its FITTED_ON.
    """
    if not stored:
        return {}
    fitted_on = states(reader, splits[FITTED_ON])
    return {
        name: np.array(
            [
                probe_r2(own, stored[FITTED_ON], held_out=(others, values))
                for own, others in zip(fitted_on, states(reader, splits[name]), strict=True)
            ]
        )
        for name, values in stored.items()
        if name != FITTED_ON
    }


def states(reader: Predictor, encoded: Encoded) -> Array:
    """Return (R, S, W), what every run keeps for the next step at each position."""
    parts = torch.arange(len(encoded), device=encoded.lengths.device).split(SEQUENCES_AT_ONCE)
    return np.concatenate([reader.states(encoded, chosen).cpu().numpy() for chosen in parts], 1)


def probe_r2(states: Array, values: Array, *, held_out: tuple[Array, Array]) -> float:
    """Return how well a number can be read from a state by a linear map: R^2 on held-out steps, 1 is perfect.

    `states` (S, H) and `values` (S,) are what the map is fitted on by least squares, with a constant; `held_out` are
    others. R^2 = 1 - squared errors / squared differences from their mean: below 0 the mean would be a better guess.
    NaN where a state is not finite.
    """
    others, wanted = held_out
    if not (np.isfinite(states).all() and np.isfinite(others).all()):
        return float("nan")
    weights, *_ = np.linalg.lstsq(_with_constant(states), values, rcond=None)
    errors = wanted - _with_constant(others) @ weights
    return float(1 - (errors**2).sum() / ((wanted - wanted.mean()) ** 2).sum())


def _with_constant(states: Array) -> Array:
    return np.column_stack([states.astype(np.float64), np.ones(len(states))])


def _by_sequence(found: Signals) -> Signals:
    return Signals(**{name: values.transpose(1, 2).cpu().numpy() for name, values in vars(found).items()})


def _runs(parameters: Mapping[str, Tensor]) -> int:
    return len(parameters["readout.bias"])
