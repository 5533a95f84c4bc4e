"""Windows: a network whose input has the words on either side of a word, too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbench.cells.elman import Elman
from rnnbench.cells.feed_forward import FeedForward
from rnnbench.common.errors import UserError
from rnnbench.data.batches import encode
from rnnbench.data.corpus import Corpus, split_of_numbers, split_of_words
from rnnbench.data.window import values_around
from rnnbench.encoders.learned_embedding import LearnedEmbedding
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.models.architectures import Architecture
from rnnbench.models.size import Size
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.tasks.travel import Travel
from rnnbench.training.combination import Combination, build_network


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(0, 4))
def test_a_window_holds_what_stands_around_a_word_in_its_own_sentence(lengths, width):
    words = np.arange(sum(lengths))
    windows, position = values_around(words, np.array(lengths), range(-width, width + 1), beyond=-1), 0
    for start, length in zip(np.cumsum(lengths) - lengths, lengths, strict=True):
        sentence = [-1] * width + words[start : start + length].tolist() + [-1] * width
        for t in range(length):
            assert windows[position].tolist() == sentence[t : t + 2 * width + 1]
            position += 1


def test_numbers_stand_beside_those_of_their_neighbours_and_zeros_beyond_the_ends():
    values = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    windows = values_around(values, np.array([2, 1]), (-1, 0, 1), beyond=0)
    assert windows.reshape(3, -1).tolist() == [[0, 0, 1, 10, 2, 20], [1, 10, 2, 20, 0, 0], [0, 0, 3, 30, 0, 0]]


def test_numbers_are_read_through_a_window():
    split = split_of_numbers(np.arange(6.0).reshape(1, 3, 2), np.zeros((1, 3, 1)), np.ones((1, 3)))
    assert encode(split, None, (), window=2).inputs.shape == (3, 10)


@pytest.mark.parametrize(("encoder", "inputs"), [(OneOfN(), 7 * 2), (LearnedEmbedding(), 7 * 32)])
def test_a_network_has_weights_for_every_word_of_its_window(encoder, inputs):
    split = split_of_words([(["a", "b", "b"], ["O", "B-x", "O"])])
    architecture = Architecture(name="wide", cell=FeedForward(), window=3)
    corpus = Corpus(dict.fromkeys(("train", "validation", "test", "showcase"), split))
    _, network = build_network(Combination(Travel(), encoder, architecture, Size(hidden=4)), corpus)
    assert network.shapes["layer0.forward.input"] == (inputs, 4)
    if "embedding" in network.shapes:
        assert network.shapes["embedding"] == (3, 32)  # one table for all words of the window, "other" among them


@pytest.mark.parametrize(
    ("cell", "window", "information"),
    [(FeedForward(), 0, "word"), (FeedForward(), 1, "sentence"), (Elman(), 0, "prefix"), (Elman(), 1, "sentence")],
)
def test_a_window_lets_a_network_see_what_is_still_to_come(cell, window, information):
    assert Architecture(name="mine", cell=cell, window=window).information == information


def test_a_window_is_a_setting_of_every_architecture():
    values = {"tasks": ["travel"], "encoders": ["one_of_n"]}
    entry = {"name": "mine", "cell": "gru", "window": 3}
    (architecture,) = parse_settings(values | {"architectures": [entry]}).architectures
    assert architecture.window == 3
    with pytest.raises(UserError, match="window"):
        parse_settings(values | {"architectures": [entry | {"window": -1}]})


def test_values_end_with_the_sequence():
    """The value of another sequence never appears; 0 stands beyond the ends."""
    values = values_around(np.arange(1, 7), np.array([3, 1, 2]), (-2, -1, 0, 1, 7), beyond=0)
    assert values.T.tolist() == [
        [0, 0, 1, 0, 0, 0],
        [0, 1, 2, 0, 0, 5],
        [1, 2, 3, 4, 5, 6],
        [2, 3, 0, 0, 6, 0],
        [0] * 6,
    ]
