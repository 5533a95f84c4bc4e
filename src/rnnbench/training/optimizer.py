"""Adam over a stack of runs, with a learning rate, a number of steps and a gradient norm for each run."""

# pyright: reportPrivateImportUsage=false
# The operations on lists of tensors are documented, but torch's type annotations do not export them.

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from rnnbench.common.typing import Array

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
"""The settings of Adam (Kingma & Ba 2015); they are torch's defaults."""


@dataclass(frozen=True)
class Stack:
    """The parameters of R runs and their optimizer.

    All that a step changes are tensors in place, so a step can be recorded as a CUDA graph.
    """

    parameters: dict[str, Tensor]
    """Name -> (R, ...), leaves for autograd."""
    means: list[Tensor]
    """Adam's moving averages of each parameter's gradient, (R, ...) each."""
    squares: list[Tensor]
    """Those of its square."""
    steps: Tensor
    """(R,) number of steps that each run has taken, in float64."""

    @property
    def tensors(self) -> list[Tensor]:
        """Return every tensor that a step changes; all lead with R."""
        parameters = [parameter.detach() for parameter in self.parameters.values()]
        return [*parameters, *self.means, *self.squares, self.steps]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], rates: Tensor) -> None:
        """Take one step with these gradients (R, ...), each run at its learning rate, `rates` (R,) in float64.

        A parameter p moves by -rate m' / (sqrt(v') + epsilon), where m' and v' are the moving averages without their
        bias towards 0. Here the biases are part of the rate and of epsilon.
        """
        gradients = list(gradients)
        self.steps.add_(1)
        root = (1 - BETA_2**self.steps).sqrt()
        scale = -rates * root / (1 - BETA_1**self.steps)
        torch._foreach_lerp_(self.means, gradients, 1 - BETA_1)
        torch._foreach_mul_(self.squares, BETA_2)
        torch._foreach_addcmul_(self.squares, gradients, gradients, 1 - BETA_2)
        roots = torch._foreach_sqrt(self.squares)
        torch._foreach_add_(roots, _for_each_run(EPSILON * root, roots))
        moves = torch._foreach_div(self.means, roots)
        torch._foreach_addcmul_(list(self.parameters.values()), moves, _for_each_run(scale, moves))

    @contextmanager
    def without(self, runs: Tensor) -> Iterator[None]:
        """Undo, at the end, all that was done to the runs with these indices."""
        before = [tensor[runs] for tensor in self.tensors]
        yield
        for tensor, value in zip(self.tensors, before, strict=True):
            tensor[runs] = value


def stack_of(start: Mapping[str, Tensor]) -> Stack:
    """Return a stack that starts from these parameters, name -> (R, ...)."""
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    means, squares = ([torch.zeros_like(value) for value in start.values()] for _ in range(2))
    first = next(iter(start.values()))
    return Stack(parameters, means, squares, torch.zeros(len(first), dtype=torch.float64, device=first.device))


def stopped_runs(rates: Array) -> Tensor:
    """Return the indices of the runs that have stopped, those whose learning rate is 0."""
    return torch.from_numpy(rates == 0).nonzero().flatten()


def clip_gradients(gradients: Sequence[Tensor], max_norm: float) -> None:
    """Scale each run's part of the gradients (R, ...) down to the norm `max_norm` where it is longer."""
    norm = torch.stack([torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]).norm(dim=0)
    scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    torch._foreach_mul_(list(gradients), _for_each_run(scale, gradients))


def _for_each_run(values: Tensor, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return values (R,) in a shape and precision in which they can be combined with each of the tensors (R, ...)."""
    values = values.to(tensors[0].dtype)
    return [values.view(-1, *[1] * (tensor.ndim - 1)) for tensor in tensors]
