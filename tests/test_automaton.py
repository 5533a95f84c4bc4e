"""The automaton against the enumeration of all sentences of small languages."""

import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnnbench.automaton import Automaton
from rnnbench.errors import UserError
from rnnbench.expressions import Chain, Choice, Expression, Maybe, Slot, Word, can_be_empty, compile_automaton
from rnnbench.seeds import generator

Written = tuple[float, tuple[str, ...], tuple[str, ...]]
"""Probability, words, labels."""

EXACT = 1e-12
"""Both ways add and multiply the same few numbers, in another order."""


def walks(tree: Expression, slot: str = "") -> Iterator[Written]:
    """Write down every way through the tree; the same words may come up several times."""
    match tree:
        case Word(text):
            yield 1.0, (text,), (f"I-{slot}" if slot else "O",)
        case Chain(parts):
            for ways in product(*(list(walks(part, slot)) for part in parts)):
                yield prod(p for p, _, _ in ways), sum((w for _, w, _ in ways), ()), sum((k for _, _, k in ways), ())
        case Choice(options):
            total = sum(weight for weight, _ in options)
            for weight, option in options:
                yield from ((weight / total * p, words, labels) for p, words, labels in walks(option, slot))
        case Maybe(probability, part):
            yield 1 - probability, (), ()
            yield from ((probability * p, words, labels) for p, words, labels in walks(part, slot))
        case Slot(name, part):
            for p, words, labels in walks(part, name):
                yield p, words, (f"B-{name}", *labels[1:])


def posteriors(
    language: Sequence[Written], words: tuple[str, ...], labels: Sequence[str]
) -> dict[str, list[list[float]]]:
    """Answer as `Automaton.posteriors` does, by looking at all sentences."""
    found: dict[str, list[list[float]]] = {"word": [], "prefix": [], "sentence": []}
    for t, word in enumerate(words):
        weights = {kind: defaultdict(float) for kind in found}
        for p, ws, ks in language:
            for label in (k for w, k in zip(ws, ks, strict=True) if w == word):
                weights["word"][label] += p
            if ws[: t + 1] == words[: t + 1]:
                weights["prefix"][ks[t]] += p
            if ws == words:
                weights["sentence"][ks[t]] += p
        for kind, row in weights.items():
            found[kind].append([row[label] / sum(row.values()) for label in labels])
    return found


def small_trees() -> st.SearchStrategy[Expression]:
    """Trees over three words and two slots, so that many walks write the same sentence."""
    words = st.builds(Word, st.sampled_from("abc"))
    filled = st.recursive(words, _nodes, max_leaves=4).filter(lambda tree: not can_be_empty(tree))
    slots = st.builds(Slot, st.sampled_from(["x", "y"]), filled)
    return st.recursive(words | slots, _nodes, max_leaves=6)


def _nodes(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    options = st.tuples(st.sampled_from([1.0, 2.0, 0.3]), parts)
    return (
        st.builds(lambda some: Chain(tuple(some)), st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda some: Choice(tuple(some)), st.lists(options, min_size=1, max_size=3))
        | st.builds(Maybe, st.sampled_from([0.5, 0.2]), parts)
    )


@given(small_trees())
@settings(max_examples=150, deadline=None)
def test_posteriors_are_those_of_enumeration(tree: Expression) -> None:
    language = list(walks(tree))
    assume(len(language) <= 300)
    automaton = compile_automaton(tree)
    assert sum(p for p, _, _ in language) == pytest.approx(1, abs=EXACT)
    for words in sorted({ws for _, ws, _ in language})[:20]:
        expected = posteriors(language, words, automaton.labels)
        for kind, table in automaton.posteriors(words).items():
            np.testing.assert_allclose(table, np.reshape(expected[kind], table.shape), atol=EXACT, rtol=0)
            np.testing.assert_allclose(table.sum(axis=1), 1, atol=EXACT, rtol=0)


@given(small_trees(), st.lists(st.sampled_from("abc"), max_size=4))
@settings(max_examples=150, deadline=None)
def test_only_sentences_of_the_language_are_explained(tree: Expression, words: list[str]) -> None:
    language = list(walks(tree))
    assume(len(language) <= 300)
    if tuple(words) in {ws for _, ws, _ in language}:
        assert compile_automaton(tree).posteriors(words)["sentence"].shape[0] == len(words)
    else:
        with pytest.raises(UserError):
            compile_automaton(tree).posteriors(words)


@given(small_trees())
@settings(max_examples=50, deadline=None)
def test_probabilities_sum_to_one_and_no_arc_leads_upwards(tree: Expression) -> None:
    for number, state in enumerate(compile_automaton(tree).states):
        assert sum(state.arcs.values()) == pytest.approx(1, abs=EXACT)
        assert all(arc.target < number for arc in state.arcs)


TWO_TAIPEIS = Chain(
    (
        Choice(((3.0, Word("arrive")), (1.0, Word("please")))),
        Choice(((1.0, Slot("to", Word("taipei"))), (2.0, Slot("from", Chain((Word("taipei"), Word("city"))))))),
        Maybe(0.25, Word("please")),
    )
)


def test_samples_come_as_often_as_enumeration_says() -> None:
    automaton, draws = compile_automaton(TWO_TAIPEIS), 20_000
    counts: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = defaultdict(int)
    rng = generator(test="samples")
    for _ in range(draws):
        counts[automaton.sample(rng)] += 1
    language = list(walks(TWO_TAIPEIS))
    assert counts.keys() == {(words, labels) for _, words, labels in language}
    for p, words, labels in language:
        # Five standard errors: a false alarm is one in a million.
        assert abs(counts[words, labels] / draws - p) < 5 * np.sqrt(p * (1 - p) / draws)


def test_the_same_generator_gives_the_same_sentences() -> None:
    automaton = compile_automaton(TWO_TAIPEIS)
    first, second = ([automaton.sample(generator(seed=seed)) for seed in range(20)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 1


def test_labels_begin_with_outside() -> None:
    assert compile_automaton(TWO_TAIPEIS).labels == ("O", "B-from", "B-to", "I-from")


def test_worked_by_hand() -> None:
    """After "arrive taipei": 1/3 to, 2/3 from; that no "city" follows settles it."""
    table = compile_automaton(TWO_TAIPEIS).posteriors(["arrive", "taipei"])
    np.testing.assert_allclose(table["prefix"][1], [0, 2 / 3, 1 / 3, 0], atol=EXACT)
    np.testing.assert_allclose(table["sentence"][1], [0, 0, 1, 0], atol=EXACT)


def test_states_that_are_alike_are_one() -> None:
    pattern = Chain((Word("a"), Slot("x", Word("b")), Word("c")))
    once = compile_automaton(pattern)
    twice = compile_automaton(Choice(((1.0, pattern), (1.0, Chain((Word("d"), pattern))))))
    assert len(once.states) == 4
    assert len(twice.states) == 5  # the one more is the start


def test_long_sentences_do_not_underflow() -> None:
    """Two walks write each of 2,000 words with probability 0.001: their product is 0 in floating point."""
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
    assert copy.sample(generator(seed=1)) == automaton.sample(generator(seed=1))
    assert copy.labels == automaton.labels
