"""The contract of every encoder."""

import pytest

from rnnbench import encoders
from rnnbench.common.registry import build, names
from rnnbench.encoders import Encoder

WORDS = ["i", "would", "like", "to", "leave", "taipei", "to", "i", "leave"]
NAMES = [name for name in names(encoders) if build(encoders, name, Encoder, {}).inputs == "words"]


@pytest.fixture(params=NAMES)
def encoder(request):
    return build(encoders, request.param, Encoder, {})


def test_codes_are_dimensions_in_use(encoder):
    index = encoder.fit(WORDS)
    for word in [*WORDS, "gandalf", "", "2nd", "東京", "x" * 10_000]:
        code = index.encode(word)
        assert list(code) == sorted(set(code))
        assert all(0 <= dimension < index.size for dimension in code)
    assert index.size <= index.dimension


def test_every_dimension_in_use_belongs_to_a_training_word_or_to_other(encoder):
    index = encoder.fit(WORDS)
    used = {dimension for word in WORDS for dimension in index.encode(word)}
    other = set() if index.other is None else {index.other}
    assert used | other == set(range(index.size))
    assert not used & other


def test_where_there_is_other_training_learns_it_more_often_for_rare_words(encoder):
    """By the formula of Kiperwasser & Goldberg (2016), 0.25 / (0.25 + n): "like" occurs once, "to" twice."""
    index = encoder.fit(WORDS)
    assert (index.other is None) == (index.dropout is None)
    if index.dropout is not None:
        assert [index.dropout(word) for word in ("like", "to")] == pytest.approx([1 / 5, 1 / 9])


def test_the_order_of_the_words_does_not_matter(encoder):
    first, second = encoder.fit(WORDS), encoder.fit(WORDS[::-1])
    assert first.index == second.index


def test_raw_learns_nothing():
    raw = build(encoders, "raw", Encoder, {})
    assert raw.inputs == "numbers"
    assert raw.fit([]) is None
