"""Adam over a stack of runs, with a learning rate and a largest gradient norm for each run."""

from collections.abc import Iterator, Mapping, Sequence
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

    @property
    def gradients(self) -> list[Tensor]:
        """Return the gradients of the parameters, (R, ...) each."""
        return [parameter.grad for parameter in self.parameters.values() if parameter.grad is not None]


@dataclass(frozen=True)
class RecordedStack:
    """A stack whose steps can be recorded: all that changes from step to step is a tensor that stays where it is."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...), leaves for autograd."""
    adam: torch.optim.Adam
    """As in `Stack`."""
    rates: Tensor
    """The learning rate of each group."""
    groups: tuple[slice, ...]
    """The runs of each group."""

    @property
    def tensors(self) -> Iterator[Tensor]:
        """Yield all that a step changes."""
        yield from (parameter.detach() for parameter in self.parameters.values())
        yield from (value for state in self.adam.state.values() for value in state.values())

    def step(self, gradients: Sequence[Tensor], pace: Tensor) -> None:
        """Take one step down these gradients (R, ...), each run at its learning rate times `pace` (1,)."""
        gradients = [gradient.contiguous() for gradient in gradients]  # the fused Adam reads them end to end
        for group, runs, rate in zip(self.adam.param_groups, self.groups, (self.rates * pace).unbind(), strict=True):
            group["lr"] = rate
            for part, gradient in zip(group["params"], gradients, strict=True):
                part.grad = gradient[runs]
        self.adam.step()


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


def recorded_stack_of(start: Mapping[str, Tensor], learning_rates: Sequence[float]) -> RecordedStack:
    """Return a stack that starts at the given weights, as `stack_of` does, with steps that can be recorded on a GPU."""
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    groups, on_gpu = list(_groups(learning_rates)), next(iter(parameters.values())).is_cuda
    parts = [{"params": [value.detach()[runs] for value in parameters.values()]} for _, runs in groups]
    adam = torch.optim.Adam(parts, lr=torch.tensor(0.0), fused=True, capturable=on_gpu)
    rates = torch.tensor([rate for rate, _ in groups], device=next(iter(parameters.values())).device)
    stack = RecordedStack(parameters, adam, rates, tuple(runs for _, runs in groups))
    # Adam makes its tensors at its first step: one that goes nowhere, and is forgotten.
    stack.step([torch.zeros_like(value) for value in parameters.values()], rates.new_zeros(1))
    for state in adam.state.values():
        for value in state.values():
            value.zero_()
    return stack


def clip_gradients(gradients: Sequence[Tensor], largest: float) -> None:
    """Scale each run's part of the gradients (R, ...) down to the norm `largest` where it is longer."""
    norm = torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(dim=0)
    scale = (largest / (norm + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(scale.view(-1, *[1] * (gradient.ndim - 1)))


def take_step(stack: Stack, pace: float = 1.0) -> None:
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
