"""Cells: each file here is one recurrence, its equations and nothing else.

A cell says which signals it has and how they follow from each other in one step; products with the
weights, the loop over time, direction and depth are in `network.py`. Letters are the lecture's: f is
the sigmoid, g and h are activations, c is what a memory cell holds, a is its output ("h_t" elsewhere).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import SimpleNamespace
from typing import ClassVar

from rnnbench import cells
from rnnbench.cells._activations import ActivationName
from rnnbench.cells._initializers import Initializer
from rnnbench.common import registry
from rnnbench.common.registry import Registered


class Signals(SimpleNamespace):
    """Named tensors of one step, each (R, B, H): `signals.z_i` reads like the lecture's equations."""


class Cell(Registered, ABC):
    """One recurrence. Its fields are its settings.

    A *gate* here is any quantity that is a linear map of what the cell reads: W x + U m + b.
    """

    gates: ClassVar[tuple[str, ...]]
    """Gates that read the input x and the memory m, in the order in which weights are stacked."""
    input_gates: ClassVar[tuple[str, ...]] = ()
    """Gates that read the input alone, stacked after `gates` in W and b."""
    memory_gates: ClassVar[tuple[str, ...]] = ()
    """Gates that read the memory alone, with a bias of their own, stacked after `gates` in U."""
    states: ClassVar[tuple[str, ...]] = ()
    """Signals that are kept for the next step; all start at 0. Each is H wide, but `y` (see Jordan) is K wide."""
    feedback: ClassVar[tuple[str, ...]] = ()
    """States that the gates read: they are joined to m, in this order."""
    vectors: ClassVar[tuple[str, ...]] = ()
    """Further weights, one number for each unit."""

    start_settings: ClassVar[tuple[str, ...]] = ()
    """Settings that change nothing but the weights at the start."""

    @property
    def activations(self) -> tuple[ActivationName, ...]:
        """Return the names of the activation functions among its settings."""
        fields = type(self).model_fields
        return tuple(getattr(self, name) for name, field in fields.items() if field.annotation == ActivationName)

    def initial_bias(self) -> Mapping[str, float]:
        """Return the biases that do not start at 0, by gate."""
        return {}

    def recurrent_initializer(self) -> Initializer:
        """Return how the matrix starts that reads the memory."""
        return "uniform"

    @abstractmethod
    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return the signals of this step: the output `a`, every state, and what else is worth looking at.

        `s` holds the gates before their activation, `memory` the states of the step before, `weights` the
        vectors and `output`, the function from a to the network's output y.
        """


def from_settings(values: registry.Values) -> Cell:
    """Return the cell that {kind, settings} describes."""
    return registry.from_settings(cells, Cell, values)
