"""Contract tests of every architecture of the catalogue, and so of every cell."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from helpers.networks import CATALOGUE, ENGINES, batch, encoded, network, random_inputs, random_weights
from rnnbench.data.batches import encode
from rnnbench.data.bio import parse_bio
from rnnbench.data.corpus import split_of_words
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.evaluation.scoring import Scorer
from rnnbench.models.losses import losses
from rnnbench.models.network import count_parameters, fit_width, state_size, total_parameters
from rnnbench.training.loop import Run, World, initial_parameters, train
from rnnbench.training.settings import Training

NAMES = list(CATALOGUE)
every_architecture = pytest.mark.parametrize("name", NAMES)
every_engine = pytest.mark.parametrize("engine", ENGINES)


def outputs(ours, weights, inputs, lengths=None):
    """Return the network's outputs for (N, T, D) inputs, (N, T, K)."""
    return ours.forward(weights, batch(inputs, lengths))[0]


@every_architecture
def test_output_has_the_declared_shape(name):
    ours = network(name, output_size=3)
    weights = random_weights(ours.shapes)
    for n, length in ((1, 1), (2, 5)):
        assert outputs(ours, weights, random_inputs(n, length)).shape == (n, length, 3)


@every_architecture
def test_only_bidirectional_networks_see_what_comes(name):
    ours = network(name)
    weights, inputs = random_weights(ours.shapes), random_inputs(1, 6)
    disturbed = inputs.clone()
    disturbed[:, 4:] += 1
    same = torch.equal(outputs(ours, weights, inputs)[:, :4], outputs(ours, weights, disturbed)[:, :4])
    assert same == (not ours.bidirectional)


@every_architecture
def test_only_cells_with_states_see_what_went_before(name):
    ours = network(name)
    weights, inputs = random_weights(ours.shapes), random_inputs(1, 6)
    disturbed = inputs.clone()
    disturbed[:, 0] += 1
    last, now = outputs(ours, weights, inputs)[:, -1], outputs(ours, weights, disturbed)[:, -1]
    assert torch.equal(last, now) == (not ours.cell.states)


@every_architecture
def test_what_lies_behind_the_end_changes_nothing(name):
    ours = network(name)
    weights, inputs = random_weights(ours.shapes), random_inputs(2, 6)
    disturbed = inputs.clone()
    disturbed[0, 3:] += 9
    lengths = [3, 6]
    first, second = (outputs(ours, weights, x, lengths) for x in (inputs, disturbed))
    assert torch.equal(first[0, :3], second[0, :3])
    assert torch.equal(first[1], second[1])
    alone = outputs(ours, weights, inputs[:1, :3])
    torch.testing.assert_close(first[:1, :3], alone, rtol=1e-12, atol=1e-12)


@every_architecture
def test_gradients_agree_with_finite_differences(name):
    ours = network(name, hidden=2, layers=min(CATALOGUE[name].layers, 2))
    weights = {key: value.requires_grad_() for key, value in random_weights(ours.shapes).items()}
    padded = batch(random_inputs(2, 3), [3, 2], torch.tensor([[0, 1, 1], [1, 0, -1]]))

    def loss(*values):
        return losses(ours, ours.forward(dict(zip(weights, values, strict=True)), padded), padded.targets).sum()

    assert torch.autograd.gradcheck(loss, tuple(weights.values()))


@every_architecture
@every_engine
def test_a_run_alone_equals_the_same_run_in_a_stack(name, engine):
    """Sums are taken in another order in a stack, so float32 agrees to rounding, not to the bit."""
    ours = network(name, hidden=8)
    worlds = {seed: world(toy(ours, 24, seed=seed), toy(ours, 8, seed=2)) for seed in (0, 1)}
    runs = [Run(seed, rate) for rate in (0.01, 0.02) for seed in (0, 1)]
    stacked = train(engine, ours, worlds, runs, settings(steps=6))
    for i, run in enumerate(runs):
        alone = train(engine, ours, worlds, [run], settings(steps=6))
        for key, value in stacked.parameters.items():
            torch.testing.assert_close(value[i], alone.parameters[key][0], rtol=1e-4, atol=1e-5)


@every_architecture
@every_engine
def test_the_same_seed_gives_the_same_result(name, engine):
    ours = network(name, hidden=8)
    runs = [Run(0, 0.01), Run(1, 0.01)]
    worlds = dict.fromkeys((0, 1), world(toy(ours, 24, seed=1), toy(ours, 8, seed=2)))
    first, second = (train(engine, ours, worlds, runs, settings(steps=6)) for _ in range(2))
    for key, value in first.parameters.items():
        assert torch.equal(value, second.parameters[key])
        assert not torch.equal(value[0], value[1]) or key.endswith("bias")


@every_architecture
@every_engine
def test_overfits_a_small_batch(name, engine):
    """Eight sequences whose labels depend on the input at the same position only: every network must learn them."""
    ours = network(name, hidden=16)
    data = toy(ours, 8, seed=1, length=4)
    steps = 100 + 30 * ours.layers
    trained = train(engine, ours, {0: world(data, data)}, [Run(0, 0.01)], settings(steps))
    assert max(scores["token_accuracy"][0] for _, _, scores in trained.history) == 1.0


@every_architecture
def test_parameters_are_as_declared(name):
    ours = network(name)
    weights = initial_parameters(ours, [0])
    assert sum(count_parameters(ours).values()) == sum(value[0].numel() for value in weights.values())
    assert {key: tuple(value[0].shape) for key, value in weights.items()} == ours.shapes


@every_architecture
@pytest.mark.parametrize("target", [1, 500, 20_000])
def test_width_for_a_number_of_parameters_is_the_closest(name, target):
    fitted = fit_width(network(name), target, total_parameters)
    size = lambda hidden: sum(count_parameters(replace(fitted, hidden=hidden)).values())  # noqa: E731
    around = [hidden for hidden in (fitted.hidden - 1, fitted.hidden, fitted.hidden + 1) if hidden > 0]
    assert min(abs(size(hidden) - target) for hidden in around) == abs(size(fitted.hidden) - target)


@every_architecture
def test_width_for_a_number_of_states_is_the_closest_and_networks_without_states_stay_unchanged(name):
    ours = network(name)
    fitted = fit_width(ours, 48, state_size)
    distance = {hidden: abs(state_size(replace(ours, hidden=hidden)) - 48) for hidden in range(1, 60)}
    assert distance[fitted.hidden] == min(distance.values())
    assert len(set(distance.values())) > 1 or fitted == ours


def test_states_as_counted_by_hand():
    """H = 4 units, K = 2 outputs; an LSTM has the states c and a, one without feedback only c."""
    states = {name: state_size(network(name)) for name in NAMES}
    assert {name: states[name] for name in ("feed_forward", "elman", "jordan", "gru", "lstm", "lstm_no_feedback")} == {
        "feed_forward": 0,
        "elman": 4,
        "jordan": 2,
        "gru": 4,
        "lstm": 8,
        "lstm_no_feedback": 4,
    }
    assert states["deep_elman"] == 3 * 4
    assert states["bidirectional_lstm"] == 2 * 8


def test_parameters_as_counted_by_hand():
    """D = 3 inputs, H = 4 units, K = 2 outputs; one bias for each gate."""
    counts = {name: count_parameters(network(name)) for name in NAMES}
    recurrent = {name: counts[name]["recurrent"] for name in NAMES}
    assert counts["elman"] == {"input": 3 * 4 + 4, "recurrent": 4 * 4, "readout": 4 * 2 + 2}
    assert recurrent["lstm"] == 4 * recurrent["elman"]
    assert recurrent["gru"] == 3 * recurrent["elman"]
    assert counts["lstm"]["input"] == 4 * counts["elman"]["input"]
    # the GRU's candidate has a second bias, for the memory
    assert counts["gru"]["input"] == 3 * counts["elman"]["input"] + 4
    assert recurrent["jordan"] == 2 * 4
    assert recurrent["feed_forward"] == recurrent["lstm_no_feedback"] == 0
    assert recurrent["lstm_peephole"] == 4 * 4 * (4 + 4)
    assert recurrent["lstm_peephole_diagonal"] == recurrent["lstm"] + 3 * 4
    assert recurrent["bidirectional_lstm"] == 2 * recurrent["lstm"]
    assert counts["bidirectional_lstm"]["readout"] == 2 * 4 * 2 + 2
    assert counts["deep_elman"]["input"] == (3 * 4 + 4) + 2 * (4 * 4 + 4)
    assert recurrent["lstm_5_layers"] == 5 * recurrent["lstm"]


@pytest.mark.parametrize("window", [0, 1, 3])
@pytest.mark.parametrize("embedding", [None, 5])
def test_codes_equal_the_vectors_they_stand_for(embedding, window):
    """The look-up of codes equals the product with the 0/1 vectors, forward and backward, also for repeated words.

    With a window the vectors of the neighbouring words are concatenated with a word's own, 0 beyond the ends.
    """
    sentences = [["to", "taipei", "to"], ["xyz", "tai", "taipei"]]
    feature_index = LetterTrigram().fit(["to", "taipei", "tokyo"])
    data = encode(split_of_words([(words, ["O"] * 3) for words in sentences]), feature_index, ["O"], window=window)
    around = 2 * window + 1
    ours = network(
        "lstm", input_size=around * feature_index.size, embedding=embedding, window=window, bidirectional=True
    )
    weights = random_weights(ours.shapes, runs=2)
    vectors = torch.zeros(2, 3, feature_index.size, dtype=torch.float64)
    for i, words in enumerate(sentences):
        for t, word in enumerate(words):
            vectors[i, t, list(feature_index.encode(word))] = 1
    indices = torch.tensor([[0, 1], [1, 1]])
    coded, dense = data.batch(indices), vectors[indices].transpose(1, 2)

    def outputs_and_gradients(forward):
        leaves = {key: value.clone().requires_grad_() for key, value in weights.items()}
        outputs = forward(leaves)
        outputs.square().sum().backward()
        gradients = {key: leaf.grad.to_dense() for key, leaf in leaves.items()}
        return gradients | {"outputs": outputs.detach()}

    def with_vectors(leaves):
        inputs = dense if embedding is None else torch.einsum("rtbd,rde->rtbe", dense, leaves["embedding"])
        beyond = F.pad(inputs, (0, 0, 0, 0, window, window))  # steps are the second axis
        inputs = torch.cat([beyond[:, i : i + inputs.shape[1]] for i in range(around)], -1)
        plain = replace(ours, embedding=None, window=0, input_size=inputs.shape[-1])
        return plain.forward(leaves, replace(coded, inputs=inputs))

    computed, expected = (
        outputs_and_gradients(lambda leaves: ours.forward(leaves, coded)),
        outputs_and_gradients(with_vectors),
    )
    for key, value in computed.items():
        torch.testing.assert_close(value, expected[key], rtol=1e-10, atol=1e-10)


SCORER = Scorer(parse_bio(["O", "B-x"]), 0.5, "loss")


def world(train_split, validation):
    return World({"train": train_split, "validation": validation}, SCORER)


def settings(steps):
    """Return settings with which training ends after that many steps."""
    return Training(max_steps=steps, patience=steps, check=3, batch=8)


def toy(ours, n, *, seed, length=6):
    """Return N sequences of standard normal numbers whose label says whether the first is above 0."""
    rng = np.random.default_rng(seed)
    inputs = torch.from_numpy(rng.standard_normal((n, length, ours.input_size)).astype(np.float32))
    lengths = rng.integers(math.ceil(length / 2), length + 1, n).tolist()
    return encoded(inputs, lengths, (inputs[..., 0] > 0).long())
