"""The loop over time in kernels: signals and gradients equal those of the stepwise loop in float64."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.networks import CATALOGUE, GPU, encoded, network, random_inputs
from rnnbench.cells import Signals
from rnnbench.cells.gru import Gru
from rnnbench.data.batches import Batch
from rnnbench.models.network import run_layer_stepwise
from rnnbench.training.engines.cuda import availability
from rnnbench.training.engines.cuda.engine import CudaEngine

pytestmark = pytest.mark.skipif(bool(availability.unavailable_reason()), reason=availability.unavailable_reason())
DEVICE = "cuda" if GPU else "cpu"
TOLERANCE = 1e-4 if GPU else 2e-6
"""Relative: products have an error of 1e-5 on a GPU (see PRECISION), and that of float32 in the interpreter."""
KINDS = {CATALOGUE[name].cell.kind: name for name in reversed(CATALOGUE) if CATALOGUE[name].cell.states}
SHAPES = {  # H, K, lengths
    "some": (5, 3, (3, 1, 4)),
    "one of everything": (1, 1, (1,)),
    "more than a tile": (17, 18, (1, 6, *(5,) * 17)),
    "an empty sequence": (4, 2, (0, 2, 0)),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
both_directions = pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])


def case(kind, shape, output_kind="labels", runs=2):
    """Return a network, its weights, its inputs, and their lengths."""
    hidden, output_size, lengths = SHAPES[shape]
    draw = torch.Generator().manual_seed(0)
    ours = network(
        KINDS[kind], hidden=hidden, output_size=output_size, output_kind=output_kind, layers=1, bidirectional=False
    )
    size = max(hidden, output_size) ** -0.5
    weights = {
        name: size * torch.randn(runs, *rest, generator=draw, dtype=torch.float64) for name, rest in ours.shapes.items()
    }
    steps, sequences = max(lengths), len(lengths)
    inputs = torch.randn(runs, steps, sequences, ours.input_size, generator=draw, dtype=torch.float64)
    return ours, weights, inputs, torch.tensor([lengths] * runs)


def signals_and_gradients(run_layer, ours, weights, inputs, lengths, backward, dtype, fed=None):
    """Return the signals of a layer, and the gradients with respect to weights and inputs; in float64 on the CPU."""
    device = "cpu" if dtype == torch.float64 else DEVICE
    fed = None if fed is None else fed.to(device, dtype)
    leaves = {name: value.to(device, dtype, copy=True).requires_grad_() for name, value in weights.items()}
    x, lengths = inputs.to(device, dtype, copy=True).requires_grad_(), lengths.to(device)
    targets = torch.zeros(*lengths.shape, x.shape[1], dtype=torch.int64, device=device)
    (layer,) = ours._layers(leaves)
    signals = run_layer(layer["forward"], x, Batch(x, targets, lengths), ("a", *ours.cell.states), backward, fed)
    inside = (torch.arange(x.shape[1], device=device)[:, None] < lengths.unsqueeze(1)).unsqueeze(-1)
    draw = torch.Generator().manual_seed(1)
    d_a = torch.randn(signals.a.shape, generator=draw, dtype=torch.float64).to(device, dtype)
    (signals.a * d_a * inside).sum().backward()
    values = {name: (value.detach() * inside).cpu().double() for name, value in vars(signals).items()}
    gradients = {name: leaf.grad.cpu().double() for name, leaf in {**leaves, "x": x}.items() if leaf.grad is not None}
    return values, gradients


def compare(ours, weights, inputs, lengths, *, backward, fed=None):
    from rnnbench.training.engines.cuda.layers import run_layer_fused

    case = (ours, weights, inputs, lengths, backward)
    expected = signals_and_gradients(run_layer_stepwise, *case, torch.float64, fed)
    computed = signals_and_gradients(run_layer_fused, *case, torch.float32, fed)
    for expected_values, values in zip(expected, computed, strict=True):
        for name, value in expected_values.items():
            difference = values.get(name, torch.zeros(1)) - value  # weights that are not used have no gradient
            assert difference.norm() <= TOLERANCE * value.norm() + 1e-7, name


@every_kind
@both_directions
@pytest.mark.parametrize("shape", SHAPES)
def test_signals_and_gradients_are_those_of_the_loop_in_steps(kind, shape, backward):
    compare(*case(kind, shape), backward=backward)


@both_directions
def test_an_answer_that_is_a_number_is_read_as_it_is(backward):
    compare(*case("jordan", "some", output_kind="numbers"), backward=backward)


@both_directions
@pytest.mark.parametrize("output_kind", ["labels", "numbers"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_that_is_given_is_read_instead(shape, output_kind, backward):
    """Half of the answers are given, but none behind the end of a sequence."""
    ours, weights, inputs, lengths = case("jordan", shape, output_kind=output_kind)
    draw = torch.Generator().manual_seed(2)
    fed = torch.rand(*inputs.shape[:3], ours.output_size, generator=draw, dtype=torch.float64)
    inside = torch.arange(inputs.shape[1])[:, None] < lengths.unsqueeze(1)
    given = inside & (torch.rand(inside.shape, generator=draw) < 0.5)
    compare(ours, weights, inputs, lengths, backward=backward, fed=fed.masked_fill(~given.unsqueeze(-1), torch.nan))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize(("kind", "setting"), [("elman", "activation"), ("lstm", "g"), ("lstm_peephole_diagonal", "h")])
def test_every_activation(kind, setting, activation):
    ours, *rest = case(kind, "more than a tile")
    compare(replace(ours, cell=ours.cell.model_copy(update={setting: activation})), *rest, backward=False)


def test_small_numbers_keep_their_digits():
    """Computed by exponentials, tanh of a small number would lose digits to cancellation."""
    ours, weights, inputs, lengths = case("elman", "some")
    compare(ours, {name: 1e-4 * value for name, value in weights.items()}, inputs, lengths, backward=False)


def test_kernels_were_used_and_not_the_loop_in_steps(monkeypatch):
    from rnnbench.training.engines.cuda import layers

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(layers, "run_layer_stepwise", refuse)
    for kind in KINDS:
        ours, weights, inputs, lengths = case(kind, "some")
        signals_and_gradients(layers.run_layer_fused, ours, weights, inputs, lengths, False, torch.float32)
    wide = network("lstm", hidden=65)
    with pytest.raises(AssertionError):  # its weights do not fit into shared memory
        CudaEngine(use_graphs=False).predictor(wide, {}).run_layer(
            wide._layers({name: torch.zeros(1, *shape) for name, shape in wide.shapes.items()})[0]["forward"],
            torch.zeros(1, 1, 1, wide.input_size),
            None,
            ("a",),
            False,
        )


@pytest.mark.parametrize("name", ["jordan", "bidirectional_jordan_target", "bidirectional_lstm", "gru"])
def test_a_network_learns_with_kernels_as_it_learns_without(name):
    ours = network(name, hidden=6, output_size=3)
    split = encoded(random_inputs(6, 5).float(), [5, 3, 1, 4, 5, 2], torch.randint(0, 3, (6, 5)))
    draw = torch.Generator().manual_seed(3)
    start = {key: 0.4 * torch.randn(2, *shape, generator=draw) for key, shape in ours.shapes.items()}
    ends = []
    for kernel in (True, False):
        trainer = CudaEngine(use_graphs=GPU, use_kernels=kernel).trainer(
            ours, split.to(DEVICE), {key: value.to(DEVICE) for key, value in start.items()}, 1.0
        )
        trainer.train_steps(
            [torch.tensor([[0, 1, 2], [3, 4, 5]]), torch.tensor([[3, 2], [1, 0]])] * 3, np.array([0.01, 0.02])
        )
        ends.append(trainer.parameters)
    for key, value in ends[1].items():
        torch.testing.assert_close(ends[0][key], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("way", ["forward", "back"])
def test_a_kernel_that_is_not_what_the_cells_file_says_is_not_used(way, monkeypatch):
    from rnnbench.training.engines.cuda import recurrence

    ours = network("gru", hidden=6, output_size=3)
    split = encoded(random_inputs(6, 5).float(), [5, 3, 1, 4, 5, 2], torch.randint(0, 3, (6, 5))).to(DEVICE)
    draw = torch.Generator().manual_seed(4)
    start = {key: torch.randn(2, *shape, generator=draw).to(DEVICE) for key, shape in ours.shapes.items()}
    CudaEngine(use_graphs=GPU).trainer(ours, split, start, 1.0)
    if way == "forward":
        step = Gru.step
        monkeypatch.setattr(Gru, "step", lambda self, s, memory, w: step(self, s, Signals(a=0.5 * memory.a), w))
    else:
        gradient = recurrence._recurrent_gradient
        monkeypatch.setattr(
            recurrence, "_recurrent_gradient", lambda *args, **options: 1.01 * gradient(*args, **options)
        )
    message = "kernel does not agree with the equations in" if way == "forward" else "gradient does not agree with"
    with pytest.raises(RuntimeError, match=rf"{message} cells/gru\.py"):
        CudaEngine(use_graphs=GPU).trainer(ours, split, start, 1.0)
