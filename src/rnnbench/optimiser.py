"""Adam over a stack of runs, with a learning rate and a largest gradient norm for each run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Stack:
    """The weights of R runs and what moves them. Runs of one learning rate stand side by side."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...), leaves for autograd; their gradients stay where they are, so that it adds to them in place."""
    adam: torch.optim.Adam
    """Adam (Kingma & Ba 2015) with torch's defaults, over slices of the parameters: a group for each learning rate."""


def stack_of(start: Mapping[str, Tensor], learning_rates: Sequence[float]) -> Stack:
    """Return a stack that starts at the given weights, name -> (R, ...).

    Raises ValueError when the runs of one learning rate do not stand side by side.
    """
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    for parameter in parameters.values():
        parameter.grad = torch.zeros_like(parameter)
    groups = [
        {"params": [_slice(parameter, runs) for parameter in parameters.values()], "lr": rate, "start": rate}
        for rate, runs in _groups(learning_rates)
    ]
    return Stack(parameters, torch.optim.Adam(groups, fused=True))


def clip(stack: Stack, largest: float) -> None:
    """Scale each run's gradient down to the norm `largest` where it is longer."""
    gradients = [parameter.grad for parameter in stack.parameters.values() if parameter.grad is not None]
    norm = torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(dim=0)
    scale = (largest / (norm + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(scale.view(-1, *[1] * (gradient.ndim - 1)))


def step(stack: Stack, pace: float = 1.0) -> None:
    """Take one step, each run at its learning rate times `pace`, and empty the gradients."""
    for group in stack.adam.param_groups:
        group["lr"] = group["start"] * pace
    stack.adam.step()
    stack.adam.zero_grad(set_to_none=False)


def _slice(parameter: Tensor, runs: slice) -> Tensor:
    """Return some runs of a parameter, with their gradient, in the same memory."""
    part = parameter.detach()[runs]
    part.grad = None if parameter.grad is None else parameter.grad[runs]
    return part


def _groups(learning_rates: Sequence[float]) -> list[tuple[float, slice]]:
    rates = list(dict.fromkeys(learning_rates))
    ends = [rates.index(rate) for rate in learning_rates]
    if ends != sorted(ends):
        raise ValueError("runs of one learning rate must stand side by side")
    return [(rate, slice(ends.index(i), ends.index(i) + ends.count(i))) for i, rate in enumerate(rates)]
