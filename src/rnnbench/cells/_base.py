"""What a cell is.

A file in this folder holds one recurrence as a subclass of `Cell`: the names of its `gates`, its `states` and its
`feedback`, its settings as pydantic fields, and `step`, which is its equations. Its docstring shows the equations and
names the paper. The products with the weights, the loop over time, the directions and the layers are in
`models/network.py`.

Letters are the lecture's: f is the sigmoid, g and h are activations, c is the content of a memory cell, a is the output
(h_t elsewhere).
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
    """States that the gates read: m is these states joined, in this order."""
    vectors: ClassVar[tuple[str, ...]] = ()
    """Further weights, each a vector with one number for each unit."""

    start_settings: ClassVar[tuple[str, ...]] = ()
    """Names of the settings that affect nothing but the initial weights."""

    @property
    def feeds_target(self) -> bool:
        """Return whether, in training, the state y that is kept for the next step is the target (see Jordan)."""
        return False

    @property
    def activations(self) -> tuple[ActivationName, ...]:
        """Return the names of the activation functions among its settings."""
        fields = type(self).model_fields
        return tuple(getattr(self, name) for name, field in fields.items() if field.annotation == ActivationName)

    def initial_bias(self) -> Mapping[str, float]:
        """Return gate -> initial bias, for the gates whose bias does not start at 0."""
        return {}

    def recurrent_initializer(self) -> Initializer:
        """Return the initializer of U, the matrix that reads the memory."""
        return "uniform"

    @abstractmethod
    def step(self, s: Signals, memory: Signals, weights: Signals) -> Signals:
        """Return the signals of this step: the output `a`, every state, and further signals to show (such as gates).

        `s` holds the gates before their activation, `memory` the states of the step before, `weights` the
        vectors and `output`, the function from a to the network's output y.
        """


def from_settings(values: registry.Values) -> Cell:
    """Return the cell that {kind, settings} describes."""
    return registry.from_settings(cells, Cell, values)
