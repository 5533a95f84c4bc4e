"""Distributions of the number of words, trees of the same shape, and automata worked out by hand."""

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import assume, given, settings

from helpers.expressions import EXACT, TWO_TAIPEIS, Written, small_trees, walks
from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.data.language.automaton import Automaton, Sentence
from rnnbench.data.language.expressions import (
    Chain,
    Choice,
    Expression,
    PhraseSequence,
    Slot,
    Tagged,
    Word,
    compile_automaton,
    draw,
    parts_of,
)
from rnnbench.data.language.lengths import by_length


@given(small_trees())
@settings(max_examples=100, deadline=None)
def test_lengths_are_those_of_enumeration(tree: Expression) -> None:
    assume(not any(isinstance(node, PhraseSequence) for node in nodes(tree)))
    language = list(walks(tree))
    assume(len(language) <= 300)
    lengths = by_length(tree)
    for size in {len(sentence.words) for _, sentence in language}:
        assert lengths[size][0] == pytest.approx(sum(p for p, s in language if len(s.words) == size), abs=EXACT)
    by_parts = (
        (probability * p, s)
        for size, (probability, part) in lengths.items()
        for p, s in walks(part)
        if len(s.words) == size
    )
    assert summed(by_parts) == pytest.approx(summed(language), abs=EXACT)


def nodes(tree: Expression) -> Iterator[Expression]:
    yield tree
    for part in parts_of(tree):
        yield from nodes(part)


def summed(language: Iterable[Written]) -> dict[Sentence, float]:
    sums: dict[Sentence, float] = defaultdict(float)
    for p, sentence in language:
        sums[sentence] += p
    return dict(sums)


@pytest.mark.parametrize(("min_words", "max_words"), [(0, 0), (0, 6), (1, 6), (4, 6), (6, 6)])
def test_every_number_of_words_is_equally_likely(min_words: int, max_words: int) -> None:
    probabilities: dict[int, float] = defaultdict(float)
    for p, sentence in walks(
        PhraseSequence(by_length(Choice(((1.0, Word("a")), (1.0, Chain((Word("b"),) * 2))))), min_words, max_words)
    ):
        probabilities[len(sentence.words)] += p
    assert dict(probabilities) == pytest.approx(
        dict.fromkeys(range(min_words, max_words + 1), 1 / (max_words - min_words + 1)), abs=EXACT
    )


@pytest.mark.parametrize(("min_words", "max_words", "phrase"), [(3, 2, Word("a")), (0, 2, Chain((Word("a"),) * 2))])
def test_numbers_of_words_that_are_not_possible(min_words: int, max_words: int, phrase: Expression) -> None:
    with pytest.raises(ValueError, match=r"possible|one word"):
        PhraseSequence(by_length(phrase), min_words, max_words)


def test_the_number_of_words_so_far_is_the_state() -> None:
    """One state for each of 0 to 9 words, one inside a phrase of two words that begins after each, and the end."""
    automaton = compile_automaton(
        PhraseSequence(by_length(Choice(((1.0, Word("a")), (1.0, Chain((Word("b"),) * 2))))), 0, 9)
    )
    assert len(automaton.states) <= 10 + 9


def test_trees_of_the_same_shape_make_the_same_choices() -> None:
    other = Chain((Choice(((3.0, Word("x")), (1.0, Word("y")))), *TWO_TAIPEIS.parts[1:]))
    for seed in range(50):
        first, second = (draw(tree, generator(seed=seed)) for tree in (TWO_TAIPEIS, other))
        assert second.words[1:] == first.words[1:]
        assert (first.words[0], second.words[0]) in {("arrive", "x"), ("please", "y")}


def test_tags_add_up_and_mark_slots_alone() -> None:
    tree = Tagged("b", Chain((Word("to"), Tagged("a", Slot("x", Word("y"))), Slot("O", Word("z")))))
    expected = Sentence(("to", "y", "z"), ("O", "B-x", "O"), ((), ("a", "b"), ("b",)))
    assert next(compile_automaton(tree).samples(generator(seed=0))) == draw(tree, generator(seed=0)) == expected


def test_worked_by_hand() -> None:
    """After "arrive taipei": 1/3 to, 2/3 from. At the end of the sentence it must be "to", as no "city" follows."""
    table = compile_automaton(TWO_TAIPEIS).posteriors(["arrive", "taipei"])
    np.testing.assert_allclose(table["prefix"][1], [0, 2 / 3, 1 / 3, 0], atol=EXACT)
    np.testing.assert_allclose(table["sentence"][1], [0, 0, 1, 0], atol=EXACT)


def test_equivalent_states_are_merged() -> None:
    pattern = Chain((Word("a"), Slot("x", Word("b")), Word("c")))
    once = compile_automaton(pattern)
    twice = compile_automaton(Choice(((1.0, pattern), (1.0, Chain((Word("d"), pattern))))))
    assert len(once.states) == 4
    assert len(twice.states) == 5  # the additional one is the start


def test_long_sentences_do_not_underflow() -> None:
    """Each of 2,000 words has probability 0.001: the product is 0 in floating point."""
    rare = Choice(((1.0, Word("a")), (1.0, Slot("x", Word("a"))), (1998.0, Word("b"))))
    table = compile_automaton(Chain((rare,) * 2000)).posteriors(["a"] * 2000)["sentence"]
    np.testing.assert_allclose(table, 0.5, atol=1e-9)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("arrive tokyo", "word 2, 'tokyo', is not a word in the language"),
        ("arrive taipei arrive", "word 3, 'arrive', cannot stand here in the language"),
        ("arrive", "the sentence stops too early"),
        ("", "the sentence stops too early"),
    ],
)
def test_outside_the_language(words: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        compile_automaton(TWO_TAIPEIS).posteriors(words.split())


def test_an_automaton_survives_pickling() -> None:
    automaton = compile_automaton(TWO_TAIPEIS)
    copy: Automaton = pickle.loads(pickle.dumps(automaton))
    assert next(copy.samples(generator(seed=1))) == next(automaton.samples(generator(seed=1)))
    assert copy.labels == automaton.labels
