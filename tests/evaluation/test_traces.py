"""Traces and linear probes: the lecture's hand calculation signal by signal, and random networks."""

import numpy as np
import pytest
import torch

from helpers.networks import CATALOGUE, encoded, network, random_inputs, random_weights
from rnnbench.data.batches import encode
from rnnbench.data.corpus import split_of_numbers
from rnnbench.evaluation.probing import probe_r2, signals, states, traces
from rnnbench.evaluation.scoring import Scorer, score, score_split
from rnnbench.evaluation.traces import MAX_LENGTH, trace_rows
from rnnbench.tasks.register import LECTURE, Register, memory
from rnnbench.training.engines.eager import TorchPredictor
from rnnbench.training.hand_set import hand_set_lstm

HAND_CALCULATION = np.array([[3, 1, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0]])
CELL, ANSWERS = [3, 7, 7, 7, 0], [0, 0, 0, 7, 0]
FEW = {"train": 40, "validation": 1, "test": 100}

both_cells = pytest.mark.parametrize("feedback", [False, True], ids=["lstm_no_feedback", "lstm"])


def split_encoded(inputs):
    inputs = np.asarray(inputs)
    split = split_of_numbers(inputs, np.zeros(inputs.shape[:2]), np.ones(inputs.shape[:2]))
    return encode(split, None, ())


def traced(rows, signal):
    """Return the values (T, H) of one signal from the rows of all."""
    rows = [row for row in rows if row["signal"] == signal]
    values = np.zeros((max(row["step"] for row in rows) + 1, max(row["unit"] for row in rows) + 1))
    for row in rows:
        values[row["step"], row["unit"]] = row["value"]
    return values


@both_cells
def test_the_hand_calculation_signal_by_signal(feedback):
    """sigmoid(±10) is not quite 0 or 1: the lecture's numbers hold to about 1e-3."""
    (signals_of_run,) = traces(*hand_set_lstm(feedback=feedback), split_encoded(HAND_CALCULATION[None]))
    rows = list(trace_rows(signals_of_run))
    assert len(rows) == 5 * 5
    expected = {"a": ANSWERS, "c": CELL, "write": [1, 1, 0, 0, 0], "keep": [1, 1, 1, 1, 0], "read": [0, 0, 0, 1, 0]}
    assert {row["signal"] for row in rows} == set(expected)
    for signal, values in expected.items():
        assert traced(rows, signal)[:, 0].tolist() == pytest.approx(values, abs=2e-3)


@both_cells
def test_the_lstm_by_hand_cell_holds_what_the_lectures_table_says(feedback):
    (layer,) = signals(*hand_set_lstm(feedback=feedback), split_encoded(LECTURE[None]))
    assert layer["forward"].c[0, 0, :, 0].tolist() == pytest.approx(memory(LECTURE[None])[0].tolist(), abs=5e-3)


@both_cells
def test_the_lstm_by_hand_cell_solves_the_register_at_any_length(feedback):
    task, (ours, weights) = Register(**FEW, length=30), hand_set_lstm(feedback=feedback)
    for name, split in task.generate().splits.items():
        predictor, scorer = TorchPredictor(ours, weights), Scorer(None, task.tolerance, "loss")
        scores = score(score_split(predictor, encode(split, None, ()), scorer))
        assert scores["sequence_accuracy"].tolist() == [1.0], name


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_the_last_layers_outputs_are_what_the_readout_reads(name):
    ours = network(name)
    weights, inputs = random_weights(ours.shapes), random_inputs(3, 6)
    data = encoded(inputs, [6, 4, 1])
    layers = signals(ours, weights, data)
    assert len(layers) == ours.layers
    halves = [layers[-1][direction].a[0] @ weights[f"readout.{direction}"][0].numpy() for direction in ours.directions]
    expected = sum(halves) + weights["readout.bias"][0].numpy()
    outputs = ours.forward(weights, data.batch(torch.arange(3)[None]))[0].numpy()
    np.testing.assert_allclose(outputs, expected, rtol=1e-10, atol=1e-12)


def test_there_is_a_row_for_every_unit_up_to_the_end_of_the_sequence():
    ours = network("bidirectional_lstm", layers=2)
    data = encoded(random_inputs(1, 5), [3])
    rows = list(trace_rows(*traces(ours, random_weights(ours.shapes), data)))
    assert len(rows) == 2 * 2 * 3 * 5 * 4  # layers, directions, steps, signals, units
    assert len({tuple(row.values())[:-1] for row in rows}) == len(rows)
    assert {row["direction"] for row in rows} == {"forward", "backward"}


def test_a_gru_shows_its_gates_between_0_and_1():
    ours = network("gru")
    data = encoded(random_inputs(1, 5))
    rows = list(trace_rows(*traces(ours, random_weights(ours.shapes), data)))
    gates = np.stack([traced(rows, gate) for gate in ("r", "u")])
    assert ((gates > 0) & (gates < 1)).all()


def test_every_run_of_a_stack_has_its_own_traces():
    ours, data = network("gru"), encoded(random_inputs(2, 5), [3, 5])
    weights = random_weights(ours.shapes, runs=2)
    first, second = traces(ours, weights, data)
    for run, in_stack in enumerate((first, second)):
        (alone,) = traces(ours, {name: value[run : run + 1] for name, value in weights.items()}, data)
        assert in_stack.keys() == alone.keys()
        for name in in_stack:
            np.testing.assert_allclose(in_stack[name], alone[name], rtol=1e-12)
    assert any((first[name] != second[name]).any() for name in first)


def test_long_sequences_are_not_traced():
    ours = network("elman")
    weights = random_weights(ours.shapes)
    assert traces(ours, weights, encoded(random_inputs(1, MAX_LENGTH)))[0]
    assert traces(ours, weights, encoded(random_inputs(1, MAX_LENGTH + 1))) == [{}]


@pytest.mark.parametrize("name", ["feed_forward", "jordan", "bidirectional_gru", "lstm"])
def test_states_are_those_of_every_position_in_order(name):
    """There are more sequences than one batch holds, of different lengths; the states of an LSTM are a and c."""
    ours = network(name)
    weights, lengths = random_weights(ours.shapes, runs=2), [1 + i % 4 for i in range(150)]
    data = encoded(random_inputs(150, 4), lengths)
    (layer,) = signals(ours, weights, data)
    names = ours.cell.states or ("a",)
    expected = np.concatenate([getattr(direction, name) for direction in layer.values() for name in names], -1)
    inside = np.arange(4) < np.array(lengths)[:, None]
    np.testing.assert_allclose(states(TorchPredictor(ours, weights), data), expected[:, inside], rtol=1e-12)


def test_states_that_are_not_numbers_cannot_be_read():
    bad = np.array([[np.inf], [0.0], [1.0]])
    values = np.arange(3.0)
    assert np.isnan(probe_r2(bad, values, held_out=(values[:, None], values)))


def test_a_linear_map_is_read_perfectly_and_noise_not_at_all():
    rng = np.random.default_rng(0)
    states, others = rng.standard_normal((2, 300, 3))
    values, other_values = states @ [1.0, -2.0, 0.0] + 5, others @ [1.0, -2.0, 0.0] + 5
    assert probe_r2(states, values, held_out=(others, other_values)) == pytest.approx(1)
    noise = rng.standard_normal((2, 300))
    assert probe_r2(states, noise[0], held_out=(others, noise[1])) == pytest.approx(0, abs=0.1)


def test_probe_r2_by_hand():
    """Fitted: value = state. Held out: values 0 and 2, predictions 1 and 2, mean 1: R^2 = 1 - (1 + 0) / (1 + 1)."""
    states, values = np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 2.0])
    assert probe_r2(states, values, held_out=(np.array([[1.0], [2.0]]), np.array([0.0, 2.0]))) == pytest.approx(0.5)


def test_the_stored_sum_can_be_read_from_the_lstm_by_hand_cell_but_not_from_its_output():
    """The output is the sum at positions with a target, a quarter of all, and 0 elsewhere."""
    splits = Register(**FEW).generate().splits
    pairs = {}
    for name in ("train", "test"):
        (layer,) = signals(*hand_set_lstm(), encode(splits[name], None, ()))
        stored = memory(splits[name].inputs.reshape(len(splits[name]), -1, 3)).reshape(-1)
        pairs[name] = {signal: (getattr(layer["forward"], signal).reshape(-1, 1), stored) for signal in ("a", "c")}
    scores = {signal: probe_r2(*pairs["train"][signal], held_out=pairs["test"][signal]) for signal in ("a", "c")}
    assert scores["c"] > 0.999
    assert scores["a"] < 0.7
