"""What the precision of the kernels' products costs, by arithmetic that a CPU can do: the same parts of numbers."""

import pytest
import torch

from helpers.networks import network
from rnnbench.data.batches import Batch
from rnnbench.models.network import run_layer_stepwise

BITS = {"bf16": 16, "tf32": 13}
"""Bits of a float32 that the type does not have; what is left is rounded to the nearest."""


def cut(x, kind):
    """Return x with as many bits as the type has."""
    lost = BITS[kind]
    whole = x.contiguous().view(torch.int32)
    return ((whole + (1 << (lost - 1))) >> lost << lost).view(torch.float32)


def product(a, b, precision):
    """Return a b as tensor cores make it: one product of what is left, or three of the first two parts."""
    if precision == "float32":
        return a @ b
    kind = precision[:4]
    a_first, b_first = cut(a, kind), cut(b, kind)
    if precision == "tf32":
        return a_first @ b_first
    a_second, b_second = cut(a - a_first, kind), cut(b - b_first, kind)
    return a_second @ b_first + a_first @ b_second + a_first @ b_first


class Product(torch.autograd.Function):
    precision = "float32"

    @staticmethod
    def forward(ctx, x, a, b):
        ctx.save_for_backward(a, b)
        return x + product(a, b, Product.precision)

    @staticmethod
    def backward(ctx, *gradients):
        a, b = ctx.saved_tensors
        return gradients[0], product(gradients[0], b.mT, Product.precision), a.mT @ gradients[0]


def gradient(precision, dtype=torch.float32):
    """Return the gradient of an LSTM's loss over 40 steps by all weights (P,)."""
    ours, draw = network("lstm", hidden=64, input_size=8, output_size=20), torch.Generator().manual_seed(0)
    leaves = {
        name: (torch.randn(1, *shape, generator=draw) * 64**-0.5).to(dtype).requires_grad_()
        for name, shape in ours.shapes.items()
    }
    numbers = torch.randn(1, 40, 8, 8, generator=draw).to(dtype)
    batch = Batch(numbers, torch.zeros(1, 8, 40, dtype=torch.int64), torch.full((1, 8), 40))
    found = run_layer_stepwise(ours._layers(leaves)[0]["forward"], numbers, batch, ("a",), False)
    (found.a * torch.randn(found.a.shape, generator=draw)).sum().backward()
    return torch.cat([leaf.grad.flatten() for leaf in leaves.values() if leaf.grad is not None]).double()


@pytest.fixture(scope="module")
def errors():
    """Return by how much a gradient is off, relative to itself, for each precision."""
    exact, found = gradient("float32", torch.float64), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "baddbmm", lambda x, a, b: Product.apply(x, a, b))
        for Product.precision in ("float32", "bf16x3", "tf32"):
            found[Product.precision] = float((gradient(Product.precision) - exact).norm() / exact.norm())
    return found


def test_gradients_are_exact_to_a_few_parts_in_a_million(errors):
    from rnnbench.training.engines.cuda.recurrence import PRECISION

    assert errors[PRECISION] < 1e-5
    assert errors["float32"] < 1e-6


def test_what_cudnn_does_is_ten_times_less_exact(errors):
    assert errors["tf32"] > 10 * errors["bf16x3"]
