"""Initial weights: each initializer of the recurrent matrix has its properties and changes no other weight."""

import numpy as np
import pytest
import torch

from helpers.networks import CATALOGUE, network
from rnnbench.cells import Signals
from rnnbench.cells._initializers import recurrent_weights
from rnnbench.cells.elman import Elman
from rnnbench.cells.gru import Gru
from rnnbench.cells.lstm import Lstm
from rnnbench.common.randomness import generator
from rnnbench.models.architectures import Architecture
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.training.loop import initial_parameters

H, SEEDS = 16, (0, 1, 2)


def weights(name="elman", **settings):
    return initial_parameters(network(name, cell=Elman(**settings), hidden=H), SEEDS)


def blocks(initializer, rows=H, gates=4):
    """Return the initial recurrent matrix of each gate."""
    matrix = recurrent_weights(initializer, np.random.default_rng(0), (rows, gates * H), H)
    assert matrix.dtype == np.float32
    return np.split(matrix, gates, axis=1)


def test_a_gate_starts_at_the_bias_of_its_setting_and_the_others_at_0():
    for cell, gate in ((Gru(update_bias=3), "u"), (Lstm(forget_bias=3), "z_f")):
        bias = initial_parameters(network("gru", cell=cell, hidden=H), SEEDS)["layer0.forward.bias"]
        names = cell.gates + cell.input_gates
        biases = dict(zip(names, bias.chunk(len(names), -1), strict=True))
        assert {name: set(values.flatten().tolist()) for name, values in biases.items()} == {
            name: {3.0 if name == gate else 0.0} for name in names
        }


def test_the_orthogonal_initializer_gives_each_gate_its_own_orthogonal_matrix():
    first, *others = blocks("orthogonal")
    for block in (first, *others):
        np.testing.assert_allclose(block.T @ block, np.eye(H), atol=1e-6)  # single precision
    assert not any(np.array_equal(first, block) for block in others)


@pytest.mark.parametrize("rows", [H // 2, 2 * H])
def test_a_memory_of_another_width_has_orthonormal_rows_or_columns(rows):
    for block in blocks("orthogonal", rows):
        product = block @ block.T if rows < H else block.T @ block
        np.testing.assert_allclose(product, np.eye(min(rows, H)), atol=1e-6)


def test_the_identity_initializer_gives_each_gate_the_identity():
    assert all(np.array_equal(block, np.eye(H)) for block in blocks("identity"))


def test_orthogonal_matrices_are_drawn_evenly():
    """Entries of an evenly drawn matrix have mean 0 and variance 1/H; without the signs of r the mean is not 0."""
    matrices = np.stack([recurrent_weights("orthogonal", np.random.default_rng(i), (2, 2), 2) for i in range(2000)])
    error = 5 * (0.5 / 2000) ** 0.5
    np.testing.assert_allclose(matrices.mean(0), 0, atol=error)
    np.testing.assert_allclose((matrices**2).mean(0), 0.5, atol=error)


def test_the_uniform_initializer_is_what_it_always_was():
    rng = generator(purpose="weights", seed=1, parameter="layer0.forward.recurrent")
    expected = rng.uniform(-1, 1, (H, H)).astype(np.float32) / np.float32(H**0.5)
    assert np.array_equal(weights()["layer0.forward.recurrent"][1].numpy(), expected)


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
@pytest.mark.parametrize("name", ["elman", "deep_elman", "bidirectional_elman"])
def test_an_initializer_changes_the_recurrent_matrices_and_no_other_weight(name, start):
    before, after = weights(name), weights(name, start=start)
    differ = {key for key in before if not torch.equal(before[key], after[key])}
    assert differ == {key for key in before if key.endswith("recurrent")}
    product = after["layer0.forward.recurrent"][2].double()
    torch.testing.assert_close(product @ product.T, torch.eye(H, dtype=torch.float64), atol=1e-6, rtol=0)


def test_seeds_differ_where_the_initializer_is_random():
    first, second, _ = weights(start="orthogonal")["layer0.forward.recurrent"]
    assert not torch.equal(first, second)


def test_the_forget_gates_bias_is_a_setting():
    for bias in (0.0, 1.0):
        (mine,) = composed({"name": "mine", "cell": "lstm", "forget_bias": bias})
        values = initial_parameters(network("lstm", cell=mine.cell, hidden=H), [0])["layer0.forward.bias"][0]
        assert values.reshape(4, H).mean(1).tolist() == [0, 0, bias, 0]


@pytest.mark.parametrize(("name", "state"), [("lstm_forget_4", "c"), ("gru_update_4", "a")])
def test_the_variants_that_are_to_remember_start_by_keeping_98_percent_of_their_memory(name, state):
    """With no input, and weights of the memory 0, a step multiplies the memory by sigmoid(4) = 0.982."""
    cell = CATALOGUE[name].cell
    gates = {gate: torch.tensor(cell.initial_bias().get(gate, 0.0)) for gate in (*cell.gates, "n", "m")}
    signals = cell.step(Signals(**gates), Signals(a=torch.tensor(1.0), c=torch.tensor(1.0)), Signals())
    assert float(getattr(signals, state)) == pytest.approx(1 / (1 + np.exp(-4)), rel=1e-6)


def test_the_orthogonal_variant_starts_orthogonal():
    matrix = initial_parameters(network("elman_orthogonal", hidden=H), [0])["layer0.forward.recurrent"][0].double()
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(H, dtype=torch.float64), atol=1e-6, rtol=0)


def test_the_start_is_a_setting_of_the_configuration():
    """The IRNN of Le et al. (2015)."""
    (irnn,) = composed({"name": "irnn", "cell": "elman", "activation": "relu", "start": "identity"})
    assert irnn.cell == Elman(activation="relu", start="identity")


def composed(entry) -> tuple[Architecture, ...]:
    return parse_settings({"tasks": ["register"], "encoders": ["raw"], "architectures": [entry]}).architectures
