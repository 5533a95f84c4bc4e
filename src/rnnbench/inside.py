"""Inside the memory: every signal of trained networks over a sequence, and what can be read from their states."""

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from rnnbench.batches import Encoded
from rnnbench.cells import Signals
from rnnbench.corpus import Array
from rnnbench.evaluation import SEQUENCES_AT_ONCE
from rnnbench.network import Network, Parameters
from rnnbench.traces import LONGEST, trace_name

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
    """Return every run's signals over the first sequence, name -> (T, H); nothing when it is longer than LONGEST."""
    length = int(encoded.lengths[0])
    layers = signals(network, parameters, encoded.first(1)) if length <= LONGEST else []
    named = {
        trace_name(layer, direction, name): values[:, 0, :length]
        for layer, directions in enumerate(layers)
        for direction, found in directions.items()
        for name, values in vars(found).items()
    }
    return [{name: values[run] for name, values in named.items()} for run in range(_runs(parameters))]


def readabilities(
    network: Network, parameters: Parameters, splits: Mapping[str, Encoded], stored: Mapping[str, Array]
) -> dict[str, Array]:
    """Return split -> (R,), how well the number that must be stored can be read from the states; see `readability`.

    `stored`: split -> (S,), that number at each position; the reader is fitted on its FITTED_ON.
    """
    if not stored:
        return {}
    fitted_on = states(network, parameters, splits[FITTED_ON])
    return {
        name: np.array(
            [
                readability(own, stored[FITTED_ON], held_out=(others, values))
                for own, others in zip(fitted_on, states(network, parameters, splits[name]), strict=True)
            ]
        )
        for name, values in stored.items()
        if name != FITTED_ON
    }


def states(network: Network, parameters: Parameters, encoded: Encoded) -> Array:
    """Return (R, S, W), what every run keeps for the next step at each position: the states of all layers, joined.

    A network that keeps nothing is told by its output a.
    """
    return np.concatenate(list(_states(network, parameters, encoded)), 1)


def _states(network: Network, parameters: Parameters, encoded: Encoded) -> Iterator[Array]:
    kept = network.cell.states or ("a",)
    for chosen in torch.arange(len(encoded), device=encoded.lengths.device).split(SEQUENCES_AT_ONCE):
        batch = encoded.batch(chosen.expand(_runs(parameters), -1))
        _, inside = encoded.places(chosen)
        with torch.no_grad():
            layers = list(network.signals(parameters, batch, ("a", *kept)))
        found = [getattr(one, state) for layer in layers for one in layer.values() for state in kept]
        yield torch.cat(found, -1).transpose(1, 2)[:, inside].cpu().numpy()


def readability(states: Array, values: Array, *, held_out: tuple[Array, Array]) -> float:
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
