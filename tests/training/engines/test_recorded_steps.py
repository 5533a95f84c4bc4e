"""A recorded step never waits for the device: it runs on torch's `meta` device, where tensors have no values.

There, reading a value on the host, a shape that depends on values, or a tensor of another device is an error, as while
a CUDA graph is recorded. Of kernels only the arguments are checked: they need a GPU, or Triton's interpreter.
"""

from dataclasses import dataclass, field, replace

import pytest
import torch

from helpers.native_cases import CASES, single_precision
from helpers.networks import CATALOGUE
from rnnbench.training.engines.cuda import availability
from rnnbench.training.engines.cuda.engine import CudaEngine, CudaTrainer, FixedShapeSplit
from rnnbench.training.engines.cuda.padded_codes import PaddedCodes
from rnnbench.training.optimizer import Stack, stack_of

META = torch.device("meta")
RUNS, BATCH, STEPS = 4, 3, 7
needs_triton = pytest.mark.skipif(bool(availability.unavailable_reason()), reason=availability.unavailable_reason())


def empty(*shape, kind=torch.float32):
    return torch.empty(*shape, dtype=kind, device=META)


def split_of(case, ours):
    """Return a split without values, and with an empty sequence at its end."""
    data = single_precision(case.split())
    codes = None
    if data.codes is not None:
        slots = ours.words_per_position if ours.embedding else 1
        codes = PaddedCodes(empty(len(data.codes.lengths), slots, 3, kind=torch.int64), data.codes.size // slots)
    moved = {name: torch.empty_like(getattr(data, name), device=META) for name in ("inputs", "targets")}
    return FixedShapeSplit(replace(data, **moved, lengths=empty(len(data) + 1, kind=torch.int64), codes=None), codes)


@dataclass(frozen=True)
class RecordedStack(Stack):
    """A stack that also keeps the arguments of its steps."""

    arguments: list = field(default_factory=list)

    def step(self, gradients, rates):
        self.arguments.extend((gradients, rates))
        super().step(gradients, rates)


class MetaTrainer(CudaTrainer):
    """A trainer whose parameters have no values."""

    def __init__(self, ours, split, *, with_kernels):
        weights = {name: empty(RUNS, *shape) for name, shape in ours.shapes.items()}
        self.network, self.split, self.max_norm = ours, split, 1.0
        self.run_layer = CudaEngine(use_kernels=with_kernels).run_layer
        self.stack = RecordedStack(**vars(stack_of(weights)))
        self.step_index, self.rates = empty(1, kind=torch.int64), empty(RUNS, kind=torch.float64)
        self.batches = empty(5, RUNS, BATCH, kind=torch.int64)


@pytest.mark.parametrize("with_kernels", [False, pytest.param(True, marks=needs_triton)], ids=["steps", "kernels"])
@pytest.mark.parametrize("case", [CASES[0], CASES[6], CASES[11], CASES[16], CASES[-1]], ids=str)
@pytest.mark.parametrize("name", CATALOGUE)
def test_a_step_never_waits_for_the_device(name, case, with_kernels, monkeypatch):
    launched = []
    if with_kernels:
        from rnnbench.training.engines.cuda import recurrence

        monkeypatch.setattr(recurrence, "_launch", lambda *arguments: launched.append(arguments[-1]))
    ours = case.network(name)
    trainer = MetaTrainer(ours, split_of(case, ours), with_kernels=with_kernels)
    trainer._step(STEPS)
    gradients, rates = trainer.stack.arguments
    assert rates.device == META
    for gradient, shape in zip(gradients, ours.shapes.values(), strict=True):
        assert gradient.shape == (RUNS, *shape)
        assert gradient.device == META
    loops = ours.layers * len(ours.directions) if ours.cell.states else 0
    assert len(launched) == (2 * loops if with_kernels else 0)
    assert all(tensor.is_contiguous() and tensor.device == META for tensors in launched for tensor in tensors)
