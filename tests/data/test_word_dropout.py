"""Word dropout: how often words become "other", and that nothing else changes."""

import numpy as np
import pytest
import torch

from rnnbench.data.batches import encode, side_by_side
from rnnbench.data.corpus import split_of_words
from rnnbench.data.word_dropout import word_dropout
from rnnbench.encoders.learned_embedding import LearnedEmbedding
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.one_of_n_other import OneOfNOther

SENTENCES = [(["to", "oslo", "to", "rome"], ["O"] * 4), (["to", "oslo"], ["O"] * 2), (["rare"], ["O"])] * 50
SPLIT = split_of_words(SENTENCES)


def dropout_of(encoder, window=0):
    features = encoder.fit(SPLIT.inputs)
    words = encode(SPLIT, features, ["O"])
    return encode(SPLIT, features, ["O"], window=window), word_dropout(words, SPLIT.inputs, features, window)


@pytest.mark.parametrize("encoder", [OneOfNOther(dropout=30.0), LearnedEmbedding(dropout=30.0)])
def test_a_word_becomes_other_as_often_as_its_frequency_says(encoder):
    train, dropout = dropout_of(encoder)
    assert dropout is not None
    other = len(train.codes.lengths) - 1
    dropped = np.mean([(dropout.drawn(seed, 1).inputs == other).numpy() for seed in range(400)], axis=0)
    for word in set(SPLIT.inputs):
        count = int((SPLIT.inputs == word).sum())
        expected = 30.0 / (30.0 + count)
        assert dropped[SPLIT.inputs == word].mean() == pytest.approx(expected, abs=4 * (0.25 / (400 * count)) ** 0.5)


def test_what_is_not_dropped_stays_and_other_is_the_unknown_words_code():
    train, dropout = dropout_of(OneOfNOther(dropout=30.0))
    drawn = dropout.drawn(0, 3)
    kept = drawn.inputs != len(train.codes.lengths) - 1
    assert drawn.inputs[kept].equal(train.inputs[kept])
    assert drawn.targets.equal(train.targets)
    assert drawn.codes.dimensions[-1] == OneOfNOther().fit(SPLIT.inputs).encode("Gandalf")[0]


def test_each_seed_and_epoch_draws_its_own_and_the_same_again():
    _, dropout = dropout_of(OneOfNOther(dropout=30.0))
    first = dropout.drawn(0, 1).inputs
    assert first.equal(dropout.drawn(0, 1).inputs)
    assert not first.equal(dropout.drawn(0, 2).inputs)
    assert not first.equal(dropout.drawn(1, 1).inputs)


def test_a_window_shows_the_same_words_on_all_sides():
    train, dropout = dropout_of(OneOfNOther(dropout=30.0), window=1)
    drawn, plain = dropout.drawn(0, 1), dropout_of(OneOfNOther(dropout=30.0))[1].drawn(0, 1)
    assert drawn.codes.lengths.equal(train.codes.lengths)
    size, dimensions = plain.codes.size, plain.codes.dimensions[plain.inputs]
    starts = drawn.codes.starts[drawn.inputs]
    # In the first sentence the second word stands between the first and the third.
    second = drawn.codes.dimensions[starts[1] : starts[1] + 3]
    assert second.tolist() == [dimensions[0], dimensions[1] + size, dimensions[2] + 2 * size]


@pytest.mark.parametrize("encoder", [OneOfN(), LetterTrigram()])
def test_encoders_without_other_drop_nothing(encoder):
    assert dropout_of(encoder)[1] is None


def test_splits_side_by_side_hold_the_sequences_of_each():
    first, second = (
        encode(split_of_words(part), OneOfN().fit(["to", "oslo", "rome", "rare"]), ["O"])
        for part in (SENTENCES[:3], SENTENCES[1:2])
    )
    both = side_by_side([first, second])
    assert len(both) == 4
    for encoded, at, alone in ((both, 0, first), (both, 3, second)):
        batch = encoded.batch(torch.tensor([[at]]))
        expected = alone.batch(torch.tensor([[0]]))
        weight = torch.eye(4)[None]
        assert batch.inputs.look_up(weight).equal(expected.inputs.look_up(weight))
        assert batch.targets.equal(expected.targets)
