"""Adam over a stack of runs, with a learning rate and a gradient norm for each run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Stack:
    """The parameters of R runs and their optimizer. Runs with the same learning rate stand side by side."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...), leaves for autograd. Their gradients are allocated once, so that autograd adds in place."""
    adam: torch.optim.Adam
    """Adam (Kingma & Ba 2015) with torch's defaults. A parameter group per learning rate holds slices of the
    parameters."""

    @property
    def gradients(self) -> list[Tensor]:
        """Return the gradients of the parameters, (R, ...) each."""
        return [parameter.grad for parameter in self.parameters.values() if parameter.grad is not None]


@dataclass(frozen=True)
class RecordedStack:
    """A stack whose steps can be recorded as a CUDA graph: all that changes from step to step are tensors in place."""

    parameters: dict[str, Tensor]
    """Name -> (R, ...), leaves for autograd."""
    adam: torch.optim.Adam
    """As in `Stack`."""
    rates: Tensor
    """The learning rate of each parameter group."""
    groups: tuple[slice, ...]
    """The runs of each parameter group."""

    @property
    def tensors(self) -> Iterator[Tensor]:
        """Yield every tensor that a step changes."""
        yield from (parameter.detach() for parameter in self.parameters.values())
        yield from (value for state in self.adam.state.values() for value in state.values())

    def step(self, gradients: Sequence[Tensor], lr_factor: Tensor) -> None:
        """Take one step with these gradients (R, ...), each run at its learning rate times `lr_factor` (1,)."""
        gradients = [gradient.contiguous() for gradient in gradients]  # the fused Adam needs contiguous memory
        rates = (self.rates * lr_factor).unbind()
        for group, runs, rate in zip(self.adam.param_groups, self.groups, rates, strict=True):
            group["lr"] = rate
            for parameter, gradient in zip(group["params"], gradients, strict=True):
                parameter.grad = gradient[runs]
        self.adam.step()


def stack_of(start: Mapping[str, Tensor], learning_rates: Sequence[float]) -> Stack:
    """Return a stack that starts from these parameters, name -> (R, ...).

    Raises ValueError when runs with the same learning rate do not stand side by side.
    """
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    for parameter in parameters.values():
        parameter.grad = torch.zeros_like(parameter)
    groups = [
        {"params": [_slice(parameter, runs) for parameter in parameters.values()], "lr": rate, "initial_lr": rate}
        for rate, runs in _groups(learning_rates)
    ]
    return Stack(parameters, torch.optim.Adam(groups, fused=True))


def recorded_stack_of(start: Mapping[str, Tensor], learning_rates: Sequence[float]) -> RecordedStack:
    """Return a stack as `stack_of` does, whose steps can be recorded as a CUDA graph."""
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    groups, on_gpu = list(_groups(learning_rates)), next(iter(parameters.values())).is_cuda
    param_groups = [{"params": [value.detach()[runs] for value in parameters.values()]} for _, runs in groups]
    adam = torch.optim.Adam(param_groups, lr=torch.tensor(0.0), fused=True, capturable=on_gpu)
    rates = torch.tensor([rate for rate, _ in groups], device=next(iter(parameters.values())).device)
    stack = RecordedStack(parameters, adam, rates, tuple(runs for _, runs in groups))
    # Adam allocates its state at its first step: take one with learning rate 0, and reset the state.
    stack.step([torch.zeros_like(value) for value in parameters.values()], rates.new_zeros(1))
    for state in adam.state.values():
        for value in state.values():
            value.zero_()
    return stack


def clip_gradients(gradients: Sequence[Tensor], max_norm: float) -> None:
    """Scale each run's part of the gradients (R, ...) down to the norm `max_norm` where it is longer."""
    norm = torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(dim=0)
    scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(scale.view(-1, *[1] * (gradient.ndim - 1)))


def take_step(stack: Stack, lr_factor: float = 1.0) -> None:
    """Take one step, each run at its learning rate times `lr_factor`, and set the gradients to 0."""
    for group in stack.adam.param_groups:
        group["lr"] = group["initial_lr"] * lr_factor
    stack.adam.step()
    stack.adam.zero_grad(set_to_none=False)


def _slice(parameter: Tensor, runs: slice) -> Tensor:
    """Return some runs of a parameter, with their gradient, in the same memory."""
    sliced = parameter.detach()[runs]
    sliced.grad = None if parameter.grad is None else parameter.grad[runs]
    return sliced


def _groups(learning_rates: Sequence[float]) -> list[tuple[float, slice]]:
    """Return each learning rate with its runs."""
    rates = list(dict.fromkeys(learning_rates))
    indices = [rates.index(rate) for rate in learning_rates]
    if indices != sorted(indices):
        raise ValueError("runs with the same learning rate must stand side by side")
    return [(rate, slice(indices.index(i), indices.index(i) + indices.count(i))) for i, rate in enumerate(rates)]
