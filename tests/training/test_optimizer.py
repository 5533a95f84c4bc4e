"""A stack updates each of its runs as torch's optimizer updates a single network."""

import pytest
import torch

from rnnbench.training.optimizer import clip_gradients, stack_of, take_step

RATES = [0.01, 0.01, 0.1]


def start():
    torch.manual_seed(0)
    return {"matrix": torch.randn(3, 4, 2), "bias": torch.randn(3, 2)}


def test_each_run_takes_the_steps_of_adam_with_its_own_rate_and_clipping():
    stack = stack_of(start(), RATES)
    alone = [{name: value[run].clone().requires_grad_() for name, value in start().items()} for run in range(3)]
    adams = [torch.optim.Adam(run.values(), lr=rate) for run, rate in zip(alone, RATES, strict=True)]
    for scale in (0.1, 5.0, 1.0):

        def loss(weights, scale=scale):
            return scale * (weights["matrix"].sin().sum((-2, -1)) + weights["bias"].square().sum(-1))

        loss(stack.parameters).sum().backward()
        clip_gradients(stack.gradients, 1.0)
        take_step(stack)
        for run, adam in zip(alone, adams, strict=True):
            adam.zero_grad()
            loss(run).backward()
            torch.nn.utils.clip_grad_norm_(run.values(), 1.0)
            adam.step()
    for name, value in stack.parameters.items():
        # the fused Adam rounds in another order
        torch.testing.assert_close(value, torch.stack([run[name] for run in alone]), rtol=1e-5, atol=1e-6)


def test_a_run_that_is_not_finite_leaves_its_neighbours_alone():
    stack, healthy = stack_of(start(), RATES), stack_of(start(), RATES)
    for trained, factor in ((stack, float("nan")), (healthy, 1.0)):
        losses = trained.parameters["matrix"].square().sum((-2, -1)) * torch.tensor([1.0, factor, 1.0])
        losses.sum().backward()
        clip_gradients(trained.gradients, 1.0)
        take_step(trained)
    assert stack.parameters["matrix"][1].isnan().all()
    for run in (0, 2):
        assert torch.equal(stack.parameters["matrix"][run], healthy.parameters["matrix"][run])


def test_runs_of_one_rate_must_stand_side_by_side():
    with pytest.raises(ValueError, match="side by side"):
        stack_of(start(), [0.1, 0.01, 0.1])
