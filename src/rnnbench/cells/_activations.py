"""Activation functions by name. They are methods of the tensors, so that torch is not imported here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

ActivationName = Literal["tanh", "sigmoid", "relu", "identity"]


def activation(name: ActivationName) -> "Callable[[Tensor], Tensor]":
    """Return the elementwise function of that name."""
    return _FUNCTIONS[name]


_FUNCTIONS: "dict[ActivationName, Callable[[Tensor], Tensor]]" = {
    "tanh": lambda x: x.tanh(),
    "sigmoid": lambda x: x.sigmoid(),
    "relu": lambda x: x.relu(),
    "identity": lambda x: x,
}
