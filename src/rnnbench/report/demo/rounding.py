"""Weights rounded for a page: whole multiples of a step, as coarse as the network's answers allow."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.models.network import Network
from rnnbench.report.demo.networks import NetworkCopy

LARGEST = {1: 127, 2: 32767}
"""Largest multiple of a step in one byte and in two, beside its sign."""
GRADES = ((0.7, 1), (0.5, 1), (0.35, 1), (0.25, 1), (0.25, 2), (0.12, 2), (0.06, 2))
"""The step for the weights of words, in shares of their root mean square (3 to 6 bits each when compressed), and the
number of bytes of all other weights, which are few; the coarsest first."""
AGREEMENT = 0.99
"""Smallest share of test words whose most probable label rounding keeps, where the finest step reaches it."""
CHECKED_SENTENCES = 300
"""Largest number of test sentences on which the agreement is measured."""


@dataclass(frozen=True)
class RoundedTensor:
    """A weight in whole multiples of a step."""

    multiples: Array
    """The multiples, int32."""
    step: float
    n_bytes: int = 1
    """How many bytes each multiple takes."""

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
    """Return a copy in the coarsest grade in which the answers agree, else in the finest."""
    test = copy.corpus.splits["test"].first(CHECKED_SENTENCES)
    expected, tried = copy.answers(test), []
    for share, n_bytes in GRADES:
        tensors = _rounded(copy, share, n_bytes)
        answers = copy.answers(test, {name: tensor.values for name, tensor in tensors.items()})
        tried.append(RoundedNetwork(copy, tensors, float((answers == expected).mean())))
        if tried[-1].agreement >= AGREEMENT:
            break
    return tried[-1]


def round_tensor(weight: Array, step: float = 0.0, n_bytes: int = 1) -> RoundedTensor:
    """Return a weight in multiples of a step, or of the smallest step that has room for its largest number.

    >>> round_tensor(np.array([0.0, 1.0, -2.6]), 1.0).multiples.tolist()
    [0, 1, -3]
    """
    largest = LARGEST[n_bytes]
    least = float(np.abs(weight).max(initial=0.0)) / largest
    used = float(np.float32(max(step, least) or 1.0))
    return RoundedTensor(np.rint(weight / used).clip(-largest, largest).astype(np.int32), used, n_bytes)


def word_weights(network: Network) -> set[str]:
    """Return the names of the weights that have a row for each feature of a word."""
    if network.embedding is not None:
        return {"embedding"}
    return {f"layer0.{direction}.input" for direction in network.directions}


def _rounded(copy: NetworkCopy, share: float, n_bytes: int) -> dict[str, RoundedTensor]:
    """Return the weights by name; `share` and `n_bytes` are those of GRADES."""
    of_words, tensors = word_weights(copy.network), {}
    for name, weight in copy.weights.items():
        step = share * float(np.sqrt(np.mean(np.square(weight))))
        tensors[name] = round_tensor(weight, step) if name in of_words else round_tensor(weight, n_bytes=n_bytes)
    return tensors
