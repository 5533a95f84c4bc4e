"""The lecture's own examples, number by number."""

import numpy as np
import pytest
import torch

from helpers.networks import batch, network
from rnnbench.cells.elman import Elman
from rnnbench.cells.lstm_no_feedback import LstmNoFeedback
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.one_of_n_other import OneOfNOther
from rnnbench.tasks.register import LECTURE, answers

LEXICON = ["apple", "bag", "cat", "dog", "elephant"]


def recurrent_example(sequence):
    """Return the outputs of the lecture's network: 2 inputs, 2 hidden, 2 outputs, all weights 1, all linear."""
    linear = network(
        "elman", cell=Elman(activation="identity"), hidden=2, input_size=2, output_size=2, output_kind="numbers"
    )
    weights = {
        name: torch.zeros(1, *shape) if name.endswith("bias") else torch.ones(1, *shape)
        for name, shape in linear.shapes.items()
    }
    inputs = torch.tensor([sequence], dtype=torch.float32)
    return linear.forward(weights, batch(inputs))[0, 0].tolist()


def test_recurrent_network_by_hand():
    assert recurrent_example([[1, 1], [1, 1], [2, 2]]) == [[4, 4], [12, 12], [32, 32]]


def test_changing_the_order_changes_the_output():
    assert recurrent_example([[2, 2], [1, 1], [1, 1]]) != recurrent_example([[1, 1], [1, 1], [2, 2]])
    assert recurrent_example([[2, 2], [1, 1], [1, 1]]) == [[8, 8], [20, 20], [44, 44]]


@pytest.fixture
def hand_set_lstm():
    """The lecture's memory cell with its hand-set weights: one cell, g and h linear; the output is a itself."""
    cell = LstmNoFeedback(g="identity", h="identity")
    one_cell = network("lstm_no_feedback", cell=cell, hidden=1, input_size=3, output_size=1, output_kind="numbers")
    # columns: z, z_i, z_f, z_o
    weights = torch.tensor([[1.0, 0, 0, 0], [0, 100, 100, 0], [0, 0, 0, 100]])
    biases = torch.tensor([0.0, -10, 10, -10])
    parameters = {
        "layer0.forward.input": weights[None],
        "layer0.forward.bias": biases[None],
        "readout.forward": torch.ones(1, 1, 1),
        "readout.bias": torch.zeros(1, 1),
    }
    return lambda inputs: one_cell.forward(parameters, batch(torch.as_tensor(inputs, dtype=torch.float32)[None]))


def test_hand_calculation_of_the_memory_cell(hand_set_lstm):
    outputs = hand_set_lstm([[3, 1, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0]])
    # sigmoid(±10) is not quite 0 or 1: the lecture's numbers hold to about 1e-3
    assert outputs.flatten().tolist() == pytest.approx([0, 0, 0, 7, 0], abs=2e-3)


def test_hand_set_cell_solves_the_register_example(hand_set_lstm):
    assert hand_set_lstm(LECTURE).flatten().tolist() == pytest.approx([0, 0, 0, 0, 0, 7, 0, 0, 6], abs=2e-3)


def test_register_table():
    assert answers(LECTURE[None])[0].tolist() == [0, 0, 0, 0, 0, 7, 0, 0, 6]


def test_one_of_n():
    index = OneOfN().fit(LEXICON)
    vectors = np.eye(index.dimension, dtype=int)
    assert [vectors[list(index.encode(word))].sum(0).tolist() for word in LEXICON] == np.eye(5, dtype=int).tolist()


def test_words_outside_the_lexicon_share_the_other_dimension():
    index = OneOfNOther().fit([*LEXICON, *LEXICON])
    assert index.dimension == 6
    assert index.encode("Gandalf") == index.encode("Sauron") == (5,)
    assert OneOfN().fit(LEXICON).encode("Gandalf") == ()


def test_trigrams_of_apple():
    index = LetterTrigram(boundary=False).fit(["apple"])
    assert index.dimension == 26**3
    assert set(index.features("apple")) == {"app", "ppl", "ple"}
    assert len(index.encode("apple")) == 3


def test_without_marks_a_short_word_has_no_code():
    assert LetterTrigram(boundary=False).fit(["to", "apple"]).encode("to") == ()
    assert LetterTrigram().fit(["to", "apple"]).encode("to") != ()
