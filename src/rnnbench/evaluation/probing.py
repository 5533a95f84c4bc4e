"""Signals of trained networks over a sequence, and linear probes of their hidden states."""

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
"""The split on which linear probes are fitted; they are scored on others."""


def signals(network: Network, parameters: Parameters, encoded: Encoded) -> list[dict[str, Signals]]:
    """Return for each layer and direction all signals of R runs over N sequences, arrays (R, N, T, H).

    The signals of a cell are its output a, its states, and its gates after their activation. Values beyond the end of a
    sequence have no meaning.
    """
    batch = encoded.batch(torch.arange(len(encoded)).expand(_runs(parameters), -1).to(encoded.lengths.device))
    with torch.no_grad():
        layers = list(network.signals(parameters, batch, None))
    return [{direction: _by_sequence(steps) for direction, steps in layer.items()} for layer in layers]


def traces(network: Network, parameters: Parameters, encoded: Encoded) -> list[dict[str, Array]]:
    """Return every run's signals over the first sequence, name -> (T, H); none if it is longer than MAX_LENGTH.

    The runs are traced one by one: what is stored of a run must not depend on the other runs, not even by rounding.
    """
    runs = range(_runs(parameters))
    if int(encoded.lengths[0]) > MAX_LENGTH:
        return [{} for _ in runs]
    parameters_by_run = [{name: value[run : run + 1] for name, value in parameters.items()} for run in runs]
    return [_trace(network, parameters_of_run, encoded.first(1)) for parameters_of_run in parameters_by_run]


def _trace(network: Network, parameters: Parameters, encoded: Encoded) -> dict[str, Array]:
    """Return the signals of one run over one sequence, name -> (T, H)."""
    return {
        trace_name(layer, direction, name): values[0, 0]
        for layer, directions in enumerate(signals(network, parameters, encoded))
        for direction, signals_of_layer in directions.items()
        for name, values in vars(signals_of_layer).items()
    }


def probe_r2_by_run(
    predictor: Predictor, splits: Mapping[str, Encoded], stored: Mapping[str, Array]
) -> dict[str, Array]:
    """Return split -> (R,), the R^2 of linear probes that read the stored number from the states; see `probe_r2`.

    `stored`: split -> (S,), the number to be stored at each position. The probes are fitted on the split FITTED_ON.
    """
    if not stored:
        return {}
    fitted_states = states(predictor, splits[FITTED_ON])
    return {
        name: np.array(
            [
                probe_r2(fitted, stored[FITTED_ON], held_out=(held_out, values))
                for fitted, held_out in zip(fitted_states, states(predictor, splits[name]), strict=True)
            ]
        )
        for name, values in stored.items()
        if name != FITTED_ON
    }


def states(predictor: Predictor, encoded: Encoded) -> Array:
    """Return the states that every run passes on to the next step at each position, (R, S, W)."""
    batches = torch.arange(len(encoded), device=encoded.lengths.device).split(SEQUENCES_AT_ONCE)
    return np.concatenate([predictor.states(encoded, indices).cpu().numpy() for indices in batches], 1)


def probe_r2(states: Array, values: Array, *, held_out: tuple[Array, Array]) -> float:
    """Return the R^2 of a linear probe that reads a number from the state, on held-out steps; 1 is perfect.

    The probe, a linear map with a constant, is fitted to `states` (S, H) and `values` (S,) by least squares and scored
    on the `held_out` ones. R^2 = 1 - squared errors / squared differences from their mean; below 0 the mean would be
    the better prediction. NaN where a state is not finite.
    """
    test_states, test_values = held_out
    if not (np.isfinite(states).all() and np.isfinite(test_states).all()):
        return float("nan")
    weights, *_ = np.linalg.lstsq(_with_constant(states), values, rcond=None)
    errors = test_values - _with_constant(test_states) @ weights
    return float(1 - (errors**2).sum() / ((test_values - test_values.mean()) ** 2).sum())


def _with_constant(states: Array) -> Array:
    return np.column_stack([states.astype(np.float64), np.ones(len(states))])


def _by_sequence(steps: Signals) -> Signals:
    """Return signals (R, N, T, H) as arrays from tensors (R, T, N, H)."""
    return Signals(**{name: values.transpose(1, 2).cpu().numpy() for name, values in vars(steps).items()})


def _runs(parameters: Mapping[str, Tensor]) -> int:
    return len(parameters["readout.bias"])
