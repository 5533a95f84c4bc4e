"""The loop over time in kernels: signals and gradients are those of the loop in steps, in float64."""

from dataclasses import replace

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
EXACT = 1e-4 if GPU else 2e-6
"""Relative; on a GPU products are exact to 1e-5 (see PRECISION), in the interpreter they are those of float32."""
KINDS = {CATALOGUE[name].cell.kind: name for name in reversed(CATALOGUE) if CATALOGUE[name].cell.states}
SHAPES = {  # H, K, lengths
    "some": (5, 3, (3, 1, 4)),
    "one of everything": (1, 1, (1,)),
    "more than a tile": (17, 18, (1, 6, *(5,) * 17)),
    "an empty sequence": (4, 2, (0, 2, 0)),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
both_ways = pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])


def case(kind, shape, answers="labels", runs=2):
    """Return a network, its weights, and numbers to read."""
    hidden, outputs, lengths = SHAPES[shape]
    draw = torch.Generator().manual_seed(0)
    ours = network(KINDS[kind], hidden=hidden, output_size=outputs, output_kind=answers, layers=1, bidirectional=False)
    size = max(hidden, outputs) ** -0.5
    weights = {
        name: size * torch.randn(runs, *rest, generator=draw, dtype=torch.float64) for name, rest in ours.shapes.items()
    }
    steps, sequences = max(lengths), len(lengths)
    numbers = torch.randn(runs, steps, sequences, ours.input_size, generator=draw, dtype=torch.float64)
    return ours, weights, numbers, torch.tensor([lengths] * runs)


def read(how, ours, weights, numbers, lengths, backward, dtype, device):
    """Return the signals that a loop finds, and the gradients by weights and numbers."""
    leaves = {name: value.to(device, dtype, copy=True).requires_grad_() for name, value in weights.items()}
    x, lengths = numbers.to(device, dtype, copy=True).requires_grad_(), lengths.to(device)
    targets = torch.zeros(*lengths.shape, x.shape[1], dtype=torch.int64, device=device)
    (layer,) = ours._layers(leaves)
    found = how(layer["forward"], x, Batch(x, targets, lengths), ("a", *ours.cell.states), backward)
    inside = (torch.arange(x.shape[1], device=device)[:, None] < lengths.unsqueeze(1)).unsqueeze(-1)
    draw = torch.Generator().manual_seed(1)
    wanted = torch.randn(found.a.shape, generator=draw, dtype=torch.float64).to(device, dtype)
    (found.a * wanted * inside).sum().backward()
    signals = {name: (value.detach() * inside).cpu().double() for name, value in vars(found).items()}
    gradients = {name: leaf.grad.cpu().double() for name, leaf in {**leaves, "x": x}.items() if leaf.grad is not None}
    return signals, gradients


def compare(ours, weights, numbers, lengths, *, backward):
    from rnnbench.training.engines.cuda.layers import run_layer_fused

    exact = read(run_layer_stepwise, ours, weights, numbers, lengths, backward, torch.float64, "cpu")
    found = read(run_layer_fused, ours, weights, numbers, lengths, backward, torch.float32, DEVICE)
    for wanted, given in zip(exact, found, strict=True):
        for name, value in wanted.items():
            close = given.get(name, torch.zeros(1)) - value  # what is never read has no gradient
            assert close.norm() <= EXACT * value.norm() + 1e-7, name


@every_kind
@both_ways
@pytest.mark.parametrize("shape", SHAPES)
def test_signals_and_gradients_are_those_of_the_loop_in_steps(kind, shape, backward):
    compare(*case(kind, shape), backward=backward)


@both_ways
def test_an_answer_that_is_a_number_is_read_as_it_is(backward):
    compare(*case("jordan", "some", answers="numbers"), backward=backward)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize(("kind", "setting"), [("elman", "activation"), ("lstm", "g"), ("lstm_peephole_diagonal", "h")])
def test_every_activation(kind, setting, activation):
    ours, *rest = case(kind, "more than a tile")
    compare(replace(ours, cell=ours.cell.model_copy(update={setting: activation})), *rest, backward=False)


def test_small_numbers_keep_their_digits():
    """1 - exp(-2x) has few of them."""
    ours, weights, numbers, lengths = case("elman", "some")
    compare(ours, {name: 1e-4 * value for name, value in weights.items()}, numbers, lengths, backward=False)


def test_kernels_were_used_and_not_the_loop_in_steps(monkeypatch):
    from rnnbench.training.engines.cuda import layers

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(layers, "run_layer_stepwise", refuse)
    for kind in KINDS:
        ours, weights, numbers, lengths = case(kind, "some")
        read(layers.run_layer_fused, ours, weights, numbers, lengths, False, torch.float32, DEVICE)
    wide = network("lstm", hidden=65)
    with pytest.raises(AssertionError):  # its weights do not fit on the chip
        CudaEngine(use_graphs=False).predictor(wide, {}).run_layer(
            wide._layers({name: torch.zeros(1, *shape) for name, shape in wide.shapes.items()})[0]["forward"],
            torch.zeros(1, 1, 1, wide.input_size),
            None,
            ("a",),
            False,
        )


@pytest.mark.parametrize("name", ["jordan", "bidirectional_lstm", "gru"])
def test_a_network_learns_with_kernels_as_it_learns_without(name):
    ours = network(name, hidden=6, output_size=3)
    split = encoded(random_inputs(6, 5).float(), [5, 3, 1, 4, 5, 2], torch.randint(0, 3, (6, 5)))
    draw = torch.Generator().manual_seed(3)
    start = {key: 0.4 * torch.randn(2, *shape, generator=draw) for key, shape in ours.shapes.items()}
    ends = []
    for kernel in (True, False):
        learner = CudaEngine(use_graphs=GPU, use_kernels=kernel).trainer(
            ours, split.to(DEVICE), {key: value.to(DEVICE) for key, value in start.items()}, [0.01, 0.02], 1.0
        )
        learner.train_steps([torch.tensor([[0, 1, 2], [3, 4, 5]]), torch.tensor([[3, 2], [1, 0]])] * 3, [1.0] * 6)
        ends.append(learner.parameters)
    for key, value in ends[1].items():
        torch.testing.assert_close(ends[0][key], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("way", ["forward", "back"])
def test_a_kernel_that_is_not_what_the_cells_file_says_is_not_used(way, monkeypatch):
    from rnnbench.training.engines.cuda import recurrence

    ours = network("gru", hidden=6, output_size=3)
    split = encoded(random_inputs(6, 5).float(), [5, 3, 1, 4, 5, 2], torch.randint(0, 3, (6, 5))).to(DEVICE)
    draw = torch.Generator().manual_seed(4)
    start = {key: torch.randn(2, *shape, generator=draw).to(DEVICE) for key, shape in ours.shapes.items()}
    CudaEngine(use_graphs=GPU).trainer(ours, split, start, [0.1, 0.1], 1.0)
    if way == "forward":
        step = Gru.step
        monkeypatch.setattr(Gru, "step", lambda self, s, memory, own: step(self, s, Signals(a=0.5 * memory.a), own))
    else:
        right = recurrence._recurrent_gradient
        monkeypatch.setattr(recurrence, "_by_recurrent", lambda *about, **ways: 1.01 * right(*about, **ways))
    told = "does not compute what" if way == "forward" else "does not go back through"
    with pytest.raises(RuntimeError, match=rf"the kernel {told} cells/gru\.py"):
        CudaEngine(use_graphs=GPU).trainer(ours, split, start, [0.1, 0.1], 1.0)
