"""Sums of rows in kernels are those of torch, and so is their gradient."""

import pytest
import torch

from helpers.networks import GPU
from rnnbench.training.engines.cuda import availability, padded_codes

pytestmark = pytest.mark.skipif(bool(availability.unavailable_reason()), reason=availability.unavailable_reason())
DEVICE = "cuda" if GPU else "cpu"


@pytest.mark.parametrize("shape", [(2, 7, 5, 33, 3), (1, 1, 1, 1, 1), (3, 20, 300, 40, 1)], ids=str)
def test_sums_and_gradients_are_those_of_torch(shape):
    from rnnbench.training.engines.cuda.sums import sum_rows

    runs, rows, width, n_sums, longest = shape
    draw = torch.Generator().manual_seed(0)
    dimensions = torch.randint(0, rows + 1, (runs, n_sums, longest), generator=draw)
    weight, d_sums = (torch.randn(runs, n, width, generator=draw) for n in (rows, n_sums))
    results = []
    for function, device in ((sum_rows, DEVICE), (padded_codes.sum_rows, "cpu")):
        leaf = weight.to(device).requires_grad_()
        out = function(leaf, dimensions.to(device))
        (out * d_sums.to(device)).sum().backward()
        results.append((out.detach().cpu(), leaf.grad.cpu()))
    for ours, torchs in zip(*results, strict=True):
        torch.testing.assert_close(ours, torchs, rtol=1e-5, atol=1e-5)
