"""A stack updates each of its runs as torch's optimizer updates a single network."""

import numpy as np
import torch

from rnnbench.training.optimizer import clip_gradients, stack_of, stopped_runs

RATES = [[0.01, 0.1, 0.03], [0.01, 0.0, 0.02], [0.005, 0.1, 0.0], [0.001, 0.05, 0.02]]
"""The rate of each run in each period; 0 where a run has stopped for that time."""


def start():
    draw = torch.Generator().manual_seed(0)
    shapes = {"matrix": (3, 4, 2), "bias": (3, 2)}
    return {name: torch.randn(shape, generator=draw, dtype=torch.float64) for name, shape in shapes.items()}


def losses(weights, scale):
    """Return the loss of each run, with a gradient that is longer than 1 for some scales and shorter for others."""
    return scale * (weights["matrix"].sin().sum((-2, -1)) + weights["bias"].square().sum(-1))


def take_step(stack, loss, rates):
    gradients = torch.autograd.grad(loss.sum(), list(stack.parameters.values()))
    clip_gradients(gradients, 1.0)
    stack.step(gradients, torch.tensor(rates, dtype=torch.float64))


def test_each_run_takes_the_steps_of_torchs_adam_with_its_own_rate_count_and_clipping():
    stack = stack_of(start())
    alone = [{name: value[run].clone().requires_grad_() for name, value in start().items()} for run in range(3)]
    adams = [torch.optim.Adam(run.values()) for run in alone]
    for rates in RATES:
        with stack.without(stopped_runs(np.array(rates))):
            for scale in (0.1, 5.0, 1.0):
                take_step(stack, losses(stack.parameters, scale), rates)
        for run, adam, rate in zip(alone, adams, rates, strict=True):
            for scale in (0.1, 5.0, 1.0) if rate else ():
                adam.zero_grad()
                losses(run, scale).backward()
                torch.nn.utils.clip_grad_norm_(run.values(), 1.0)
                adam.param_groups[0]["lr"] = rate
                adam.step()
        for name, value in stack.parameters.items():
            torch.testing.assert_close(value, torch.stack([run[name] for run in alone]), rtol=1e-12, atol=1e-14)


def test_runs_that_are_left_out_keep_all_that_a_step_changes_to_the_bit():
    stack = stack_of(start())
    take_step(stack, losses(stack.parameters, 1.0), [0.1, 0.1, 0.1])
    before = [tensor.clone() for tensor in stack.tensors]
    with stack.without(torch.tensor([1])):
        take_step(stack, losses(stack.parameters, torch.tensor([1.0, float("nan"), 1.0])), [0.1, 0.0, 0.1])
    for tensor, value in zip(stack.tensors, before, strict=True):
        assert torch.equal(tensor[1], value[1])
        assert not torch.equal(tensor[0], value[0])


def test_a_run_that_is_not_finite_leaves_its_neighbours_alone():
    stack, healthy = stack_of(start()), stack_of(start())
    for trained, factor in ((stack, float("nan")), (healthy, 1.0)):
        take_step(trained, losses(trained.parameters, torch.tensor([1.0, factor, 1.0])), [0.01, 0.01, 0.1])
    assert stack.parameters["matrix"][1].isnan().all()
    for run in (0, 2):
        assert torch.equal(stack.parameters["matrix"][run], healthy.parameters["matrix"][run])
