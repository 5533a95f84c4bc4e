"""Weights rounded for a page: whole multiples of a step, as coarse as the network's answers allow."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.models.network import Network
from rnnbench.report.demo.networks import NetworkCopy

LARGEST = 127
"""Largest multiple of a step: with its sign it is one byte."""
STEPS = (0.7, 0.5, 0.35, 0.25, 0.12, 0.06)
"""Steps for the weights of words, in shares of their root mean square, the coarsest first: 3 to 6 bits each."""
AGREEMENT = 0.99
"""Smallest share of test words whose most probable label rounding keeps, where the finest step reaches it."""
CHECKED_SENTENCES = 300
"""Largest number of test sentences on which the agreement is measured."""


@dataclass(frozen=True)
class RoundedTensor:
    """A weight in whole multiples of a step."""

    multiples: Array
    """The multiples, int8."""
    step: float

    @property
    def values(self) -> Array:
        """The rounded weight, float32."""
        return self.multiples.astype(np.float32) * np.float32(self.step)


@dataclass(frozen=True)
class RoundedNetwork:
    """A copy of a network with rounded weights."""

    copy: NetworkCopy
    tensors: Mapping[str, RoundedTensor]
    """By the names of the weights."""
    agreement: float
    """Share of test words that have the same most probable label as with the trained weights."""

    @property
    def weights(self) -> dict[str, Array]:
        """The rounded weights by name, float32."""
        return {name: tensor.values for name, tensor in self.tensors.items()}


def round_network(copy: NetworkCopy) -> RoundedNetwork:
    """Return a copy with the coarsest step for the weights of words at which the answers agree, else the finest.

    All other weights, which are few, have 8 bits.
    """
    test = copy.corpus.splits["test"].first(CHECKED_SENTENCES)
    expected, tried = copy.answers(test), []
    for share in STEPS:
        tensors = _rounded(copy, share)
        answers = copy.answers(test, {name: tensor.values for name, tensor in tensors.items()})
        tried.append(RoundedNetwork(copy, tensors, float((answers == expected).mean())))
        if tried[-1].agreement >= AGREEMENT:
            break
    return tried[-1]


def round_tensor(weight: Array, step: float = 0.0) -> RoundedTensor:
    """Return a weight in multiples of a step, or of the smallest step that has room for its largest number.

    >>> round_tensor(np.array([0.0, 1.0, -2.6]), 1.0).multiples.tolist()
    [0, 1, -3]
    """
    least = float(np.abs(weight).max(initial=0.0)) / LARGEST
    used = float(np.float32(max(step, least) or 1.0))
    return RoundedTensor(np.rint(weight / used).clip(-LARGEST, LARGEST).astype(np.int8), used)


def word_weights(network: Network) -> set[str]:
    """Return the names of the weights that have a row for each feature of a word."""
    if network.embedding is not None:
        return {"embedding"}
    return {f"layer0.{direction}.input" for direction in network.directions}


def _rounded(copy: NetworkCopy, share: float) -> dict[str, RoundedTensor]:
    """Return the weights by name, those of words in steps of this share of their root mean square."""
    of_words = word_weights(copy.network)
    steps = {name: share * float(np.sqrt(np.mean(np.square(copy.weights[name])))) for name in of_words}
    return {name: round_tensor(weight, steps.get(name, 0.0)) for name, weight in copy.weights.items()}
