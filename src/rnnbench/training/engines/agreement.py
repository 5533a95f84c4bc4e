"""Whether an engine that has a cell's equations once more computes what the cell's file says."""

import torch
from torch import Tensor

from rnnbench.data.batches import Encoded
from rnnbench.models.engine import Predictor

N_CHECKED = 2
"""Sequences on which a network must agree with its equations before it is trained."""
TOLERANCE = 1e-3
"""By how much it may differ there, relative to the largest answer: far above rounding, far below another equation."""


def sample_indices(train: Encoded) -> Tensor:
    """Return the numbers of sequences of middle length: at the first step a memory says nothing."""
    middle = len(train) // 2
    return train.lengths.argsort(stable=True)[middle : middle + N_CHECKED]


def check_agreement(reader: Predictor, train: Encoded, what: str) -> None:
    """Raise RuntimeError when the readers' first run answers otherwise than its cell's equations."""
    network, first = reader.network, {name: value[:1] for name, value in reader.parameters.items()}
    chosen = sample_indices(train)
    with torch.no_grad():
        expected = network.forward(first, train.batch(chosen[None]))
    inside = train.places(chosen)[1]
    found, expected = reader.outputs(train, chosen)[0, inside], expected[0, inside]
    if not torch.allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * float(expected.abs().max())):
        raise RuntimeError(f"{what} does not compute what cells/{network.cell.kind}.py says; say engine: torch")
