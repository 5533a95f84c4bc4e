"""elman, lstm and gru are torch.nn.RNN, LSTM and GRU, with any number of layers and directions."""

import pytest
import torch

from helpers.networks import batch, network, random_inputs, random_weights

MODULES = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
# torch's order of gates -> ours, and which of our gates read the memory through a bias of their own
ORDER = {"elman": ["z"], "lstm": ["z_i", "z_f", "z", "z_o"], "gru": ["r", "u", "n"]}


def load(module, cell, weights, hidden, suffix, prefix):
    """Copy our weights of one layer and direction into torch's module.

    Of its two biases the second is 0, except where a gate of ours reads the memory through a bias of its own.
    """
    order = ORDER[cell.kind]
    columns = list(cell.gates + cell.input_gates)
    stored = list(cell.gates + cell.memory_gates)

    def blocks(matrix, names, torch_names):
        gates = dict(zip(names, matrix.split(hidden, -1), strict=True))
        return torch.cat([gates[name] for name in torch_names], -1)

    recurrent_order = ["m" if name == "n" else name for name in order]
    bias_hh = torch.zeros(hidden * len(order), dtype=torch.float64)
    if "memory_bias" in {name.removeprefix(prefix) for name in weights}:
        bias_hh[-hidden:] = weights[f"{prefix}memory_bias"][0]
    with torch.no_grad():
        getattr(module, f"weight_ih_{suffix}").copy_(blocks(weights[f"{prefix}input"][0], columns, order).T)
        getattr(module, f"bias_ih_{suffix}").copy_(blocks(weights[f"{prefix}bias"][0], columns, order))
        getattr(module, f"weight_hh_{suffix}").copy_(
            blocks(weights[f"{prefix}recurrent"][0], stored, recurrent_order).T
        )
        getattr(module, f"bias_hh_{suffix}").copy_(bias_hh)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("name", MODULES)
def test_equals_torch(name, layers, bidirectional):
    ours = network(name, layers=layers, bidirectional=bidirectional)
    weights = random_weights(ours.shapes)
    module = MODULES[name](3, 4, layers, batch_first=True, bidirectional=bidirectional, dtype=torch.float64)
    for layer in range(layers):
        for direction, reverse in zip(ours.directions, ("", "_reverse"), strict=False):
            load(module, ours.cell, weights, 4, f"l{layer}{reverse}", f"layer{layer}.{direction}.")
    inputs = random_inputs()
    hidden, _ = module(inputs)
    readout = torch.cat([weights[f"readout.{direction}"][0] for direction in ours.directions])
    expected = hidden @ readout + weights["readout.bias"][0]
    torch.testing.assert_close(ours.forward(weights, batch(inputs))[0], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", MODULES)
def test_packed_sequences_equal_torch(name):
    """Sequences of different length, read in both directions, as torch reads packed ones."""
    ours = network(name, bidirectional=True)
    weights, inputs, lengths = random_weights(ours.shapes), random_inputs(3, 6), [6, 2, 4]
    module = MODULES[name](3, 4, batch_first=True, bidirectional=True, dtype=torch.float64)
    for direction, reverse in zip(ours.directions, ("", "_reverse"), strict=True):
        load(module, ours.cell, weights, 4, f"l0{reverse}", f"layer0.{direction}.")
    packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, torch.tensor(lengths), True, enforce_sorted=False)
    hidden, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True)
    readout = torch.cat([weights[f"readout.{direction}"][0] for direction in ours.directions])
    expected = hidden @ readout + weights["readout.bias"][0]
    outputs = ours.forward(weights, batch(inputs, lengths))[0]
    for i, length in enumerate(lengths):
        torch.testing.assert_close(outputs[i, :length], expected[i, :length], rtol=1e-10, atol=1e-10)
