"""The error of the kernels' matrix products, emulated on the CPU with numbers rounded to the same types."""

import pytest
import torch

from helpers.networks import network
from rnnbench.data.batches import Batch
from rnnbench.models.network import run_layer_stepwise

BITS = {"bf16": 16, "tf32": 13}
"""Number of mantissa bits of float32 that the type lacks; numbers are rounded to nearest."""


def round_to(x, kind):
    """Return x rounded to the type."""
    lost = BITS[kind]
    bits = x.contiguous().view(torch.int32)
    return ((bits + (1 << (lost - 1))) >> lost << lost).view(torch.float32)


def product(a, b, precision):
    """Return a b as tensor cores compute it: one product of rounded numbers, or three of the numbers' two parts."""
    if precision == "float32":
        return a @ b
    kind = precision[:4]
    a_first, b_first = round_to(a, kind), round_to(b, kind)
    if precision == "tf32":
        return a_first @ b_first
    a_second, b_second = round_to(a - a_first, kind), round_to(b - b_first, kind)
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
    """Return the gradient of an LSTM's loss over 40 steps with respect to all weights, (P,)."""
    ours, draw = network("lstm", hidden=64, input_size=8, output_size=20), torch.Generator().manual_seed(0)
    leaves = {
        name: (torch.randn(1, *shape, generator=draw) * 64**-0.5).to(dtype).requires_grad_()
        for name, shape in ours.shapes.items()
    }
    inputs = torch.randn(1, 40, 8, 8, generator=draw).to(dtype)
    batch = Batch(inputs, torch.zeros(1, 8, 40, dtype=torch.int64), torch.full((1, 8), 40))
    signals = run_layer_stepwise(ours._layers(leaves)[0]["forward"], inputs, batch, ("a",), False)
    (signals.a * torch.randn(signals.a.shape, generator=draw)).sum().backward()
    return torch.cat([leaf.grad.flatten() for leaf in leaves.values() if leaf.grad is not None]).double()


@pytest.fixture(scope="module")
def errors():
    """Return the relative error of a gradient for each precision."""
    exact, errors = gradient("float32", torch.float64), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "baddbmm", lambda x, a, b: Product.apply(x, a, b))
        for Product.precision in ("float32", "bf16x3", "tf32"):
            errors[Product.precision] = float((gradient(Product.precision) - exact).norm() / exact.norm())
    return errors


def test_gradients_are_exact_to_a_few_parts_in_a_million(errors):
    from rnnbench.training.engines.cuda.recurrence import PRECISION

    assert errors[PRECISION] < 1e-5
    assert errors["float32"] < 1e-6


def test_what_cudnn_does_is_ten_times_less_exact(errors):
    assert errors["tf32"] > 10 * errors["bf16x3"]
