"""Engines train a stack of runs and compute the outputs of trained runs. All engines agree; they differ in speed.

An engine takes a `Network` (its shape) and parameters as torch tensors, name -> (R, ...).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from rnnbench.common.typing import Array
    from rnnbench.data.batches import Encoded
    from rnnbench.models.network import Network, Parameters


@dataclass(frozen=True)
class Predictor(ABC):
    """R trained networks of one shape, for inference."""

    network: Network
    parameters: Parameters

    @property
    def runs(self) -> int:
        """Return R."""
        return len(self.parameters["readout.bias"])

    @abstractmethod
    def outputs(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the outputs before softmax of every run, (R, B, T, K), for the sequences `indices` (B,)."""

    @abstractmethod
    def states(self, encoded: Encoded, indices: Tensor) -> Tensor:
        """Return the hidden states of every run after each step, (R, S, W), for the sequences with indices `indices`.

        S counts the steps of these sequences, laid end to end. The states of all layers and directions stand side by
        side, W numbers in all. A network without states is represented by its activations a.
        """


class Trainer(ABC):
    """R runs in training."""

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Tensor]:
        """Return the current parameters, name -> (R, ...)."""

    @abstractmethod
    def train_steps(self, batches: Sequence[Tensor], rates: Array) -> None:
        """Take one optimizer step per batch; a batch holds indices of training sequences, (R, B).

        `rates` (R,) is each run's learning rate. A run whose rate is 0 has stopped: its parameters and its optimizer
        stay as they are, to the bit. What becomes of a run does not depend on which others have stopped.

        The loss of a run is the mean over the positions of its batch that have a target. The gradient of a run is
        scaled down to the norm `clip` where it is longer. The optimizer is Adam.
        """

    @abstractmethod
    def read(self, train: Encoded) -> None:
        """Train on this split from now on. It differs from the one before in words, their codes or numbers alone.

        Raises ValueError where sequences or codes are not as many and as long as before.
        """


def check_same_shapes(before: Encoded, after: Encoded) -> None:
    """Raise ValueError where the sequences of two splits, or their codes, are not as many and as long."""
    lengths = [(split.lengths, split.codes.lengths if split.codes else split.lengths) for split in (before, after)]
    same = all(first.equal(second) for first, second in zip(*lengths, strict=True))
    if not same or before.inputs.shape != after.inputs.shape or (before.codes is None) != (after.codes is None):
        raise ValueError("the split that is to be read has other shapes than the one before")


class Engine(ABC):
    """Makes trainers and predictors."""

    @abstractmethod
    def trainer(self, network: Network, train: Encoded, start: Parameters, clip: float) -> Trainer:
        """Return a trainer on the training split, from the parameters `start`."""

    @abstractmethod
    def predictor(self, network: Network, parameters: Parameters) -> Predictor:
        """Return a predictor of the networks with these parameters."""
