"""A check that an engine with its own implementation of a cell agrees with the cell's equations in cells/."""

import torch
from torch import Tensor

from rnnbench.data.batches import Encoded
from rnnbench.models.engine import Predictor

N_CHECKED = 2
"""Number of sequences on which the outputs are compared before training."""
TOLERANCE = 1e-3
"""Largest difference, relative to the largest output: far above rounding, far below that of different equations."""


def sample_indices(train: Encoded) -> Tensor:
    """Return the indices of sequences of median length: a sequence of one step would not exercise the memory."""
    middle = len(train) // 2
    return train.lengths.argsort(stable=True)[middle : middle + N_CHECKED]


def check_agreement(predictor: Predictor, train: Encoded, engine: str) -> None:
    """Raise RuntimeError when the outputs of the first run differ from those of its cell's equations."""
    network, first_run = predictor.network, {name: value[:1] for name, value in predictor.parameters.items()}
    indices = sample_indices(train)
    with torch.no_grad():
        expected = network.forward(first_run, train.batch(indices[None]))
    inside = train.positions(indices)[1]
    outputs, expected = predictor.outputs(train, indices)[0, inside], expected[0, inside]
    if not torch.allclose(outputs, expected, rtol=TOLERANCE, atol=TOLERANCE * float(expected.abs().max())):
        raise RuntimeError(
            f"{engine} does not agree with the equations in cells/{network.cell.kind}.py; set engine: torch"
        )
