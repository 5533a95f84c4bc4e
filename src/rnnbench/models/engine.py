"""Engines: what trains a stack of runs and puts out what trained runs say. All mean the same; they differ in speed.

An engine takes the networks of `network.py` and weights as torch tensors, name -> (R, ...).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from rnnbench.data.batches import Encoded
    from rnnbench.models.network import Network, Parameters


@dataclass(frozen=True)
class Predictor(ABC):
    """R networks of one shape that are asked for answers."""

    network: Network
    parameters: Parameters

    @property
    def runs(self) -> int:
        """Return R."""
        return len(self.parameters["readout.bias"])

    @abstractmethod
    def outputs(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run puts out for the sequences with these numbers (B,), before softmax: (R, B, T, K)."""

    @abstractmethod
    def states(self, encoded: Encoded, chosen: Tensor) -> Tensor:
        """Return what every run keeps for the next step at each position of these sequences, laid end to end (R, S, W).

        The states of all layers and directions stand side by side; a network that keeps none is told by its output a.
        """


class Trainer(ABC):
    """R runs in training."""

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Tensor]:
        """Return the weights as they are now, name -> (R, ...)."""

    @abstractmethod
    def train_steps(self, batches: Sequence[Tensor], lr_factors: Sequence[float]) -> None:
        """Take a step on each batch of the training split, (R, B) each, at a share of every run's learning rate.

        The loss is the mean over a run's positions that want an answer; a run's gradient that is longer than `clip`
        is made so short; Adam moves the weights.
        """


class Engine(ABC):
    """A way to train and to answer."""

    @abstractmethod
    def trainer(
        self, network: Network, train: Encoded, start: Parameters, learning_rates: Sequence[float], clip: float
    ) -> Trainer:
        """Return runs that start at these weights and learn from this split."""

    @abstractmethod
    def predictor(self, network: Network, parameters: Parameters) -> Predictor:
        """Return networks with these weights, to be asked for answers."""
