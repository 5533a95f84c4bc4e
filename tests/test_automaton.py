"""The automaton against the enumeration of all sentences of small languages."""

import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnnbench.automaton import Automaton, Sentence
from rnnbench.errors import UserError
from rnnbench.expressions import (
    Chain,
    Choice,
    Expression,
    Fill,
    Maybe,
    Slot,
    Tagged,
    Word,
    can_be_empty,
    compile_automaton,
    draw,
    parts_of,
)
from rnnbench.lengths import by_length
from rnnbench.seeds import generator

Written = tuple[float, Sentence]
"""A way through the tree: its probability and what it writes."""

EXACT = 1e-12
"""Both ways add and multiply the same few numbers, in another order."""


def walks(tree: Expression, slot: str = "", tags: frozenset[str] = frozenset()) -> Iterator[Written]:
    """Write down every way through the tree; the same words may come up several times."""
    match tree:
        case Word(text):
            label = f"I-{slot}" if slot not in ("", "O") else "O"
            yield 1.0, Sentence((text,), (label,), (tuple(sorted(tags)) if slot else (),))
        case Chain(parts):
            for ways in product(*(list(walks(part, slot, tags)) for part in parts)):
                yield prod(p for p, _ in ways), joined(sentence for _, sentence in ways)
        case Choice(options):
            total = sum(weight for weight, _ in options)
            for weight, option in options:
                yield from ((weight / total * p, sentence) for p, sentence in walks(option, slot, tags))
        case Maybe(probability, part):
            yield 1 - probability, Sentence((), (), ())
            yield from ((probability * p, sentence) for p, sentence in walks(part, slot, tags))
        case Slot(name, part):
            for p, sentence in walks(part, name, tags):
                first = "O" if name == "O" else f"B-{name}"
                yield p, sentence._replace(labels=(first, *sentence.labels[1:]))
        case Tagged(name, part):
            yield from walks(part, slot, tags | {name})
        case Fill():
            yield from filled(tree, 0, slot, tags)


def filled(tree: Fill, so_far: int, slot: str, tags: frozenset[str]) -> Iterator[Written]:
    """Write down what may follow in a row of phrases when so many words are written."""
    stop = tree.stops[so_far]
    if stop:
        yield stop, Sentence((), (), ())
    room = {size: found for size, found in tree.phrases.items() if so_far + size <= tree.most and stop < 1}
    total = sum(share for share, _ in room.values())
    for size, (share, phrase) in room.items():
        for (p, first), (q, rest) in product(walks(phrase, slot, tags), list(filled(tree, so_far + size, slot, tags))):
            yield (1 - stop) * share / total * p * q, joined((first, rest))


def joined(sentences: Iterable[Sentence]) -> Sentence:
    parts = list(sentences)
    return Sentence(*(tuple(chain.from_iterable(part[i] for part in parts)) for i in range(3)))


def posteriors(
    language: Sequence[Written], words: tuple[str, ...], labels: Sequence[str]
) -> dict[str, list[list[float]]]:
    """Answer as `Automaton.posteriors` does, by looking at all sentences."""
    found: dict[str, list[list[float]]] = {"word": [], "prefix": [], "sentence": []}
    for t, word in enumerate(words):
        weights = {kind: defaultdict(float) for kind in found}
        for p, (ws, ks, _) in language:
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
    """Trees over three words, three slots and two phenomena, so that many walks write the same sentence."""
    words = st.builds(Word, st.sampled_from("abc"))
    filled = st.recursive(words, _nodes, max_leaves=4).filter(lambda tree: not can_be_empty(tree))
    slots = st.builds(Slot, st.sampled_from(["x", "y", "O"]), filled)
    return st.recursive(words | slots | st.builds(_fill, words | slots, words | slots), _nodes, max_leaves=6)


def _fill(one: Expression, two: Expression) -> Fill:
    """Return one to three words in phrases of one word or two."""
    return Fill(by_length(Choice(((2.0, one), (1.0, Chain((two, Word("b"))))))) | by_length(Word("a")), 1, 3)


def _nodes(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    options = st.tuples(st.sampled_from([1.0, 2.0, 0.3]), parts)
    return (
        st.builds(lambda some: Chain(tuple(some)), st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda some: Choice(tuple(some)), st.lists(options, min_size=1, max_size=3))
        | st.builds(Maybe, st.sampled_from([0.5, 0.2]), parts)
        | st.builds(Tagged, st.sampled_from(["hard", "rare"]), parts)
    )


@given(small_trees())
@settings(max_examples=150, deadline=None)
def test_posteriors_are_those_of_enumeration(tree: Expression) -> None:
    language = list(walks(tree))
    assume(len(language) <= 300)
    automaton = compile_automaton(tree)
    assert sum(p for p, _ in language) == pytest.approx(1, abs=EXACT)
    for words in sorted({sentence.words for _, sentence in language})[:20]:
        expected = posteriors(language, words, automaton.labels)
        for kind, table in automaton.posteriors(words).items():
            np.testing.assert_allclose(table, np.reshape(expected[kind], table.shape), atol=EXACT, rtol=0)
            np.testing.assert_allclose(table.sum(axis=1), 1, atol=EXACT, rtol=0)


@given(small_trees(), st.lists(st.sampled_from("abc"), max_size=4))
@settings(max_examples=150, deadline=None)
def test_only_sentences_of_the_language_are_explained(tree: Expression, words: list[str]) -> None:
    language = list(walks(tree))
    assume(len(language) <= 300)
    if tuple(words) in {sentence.words for _, sentence in language}:
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


PHRASES = by_length(Choice(((2.0, Word("now")), (1.0, Chain((Word("with"), Slot("O", Word("her"))))))))
MANY_WAYS = Tagged("hard", Chain((TWO_TAIPEIS, Fill(PHRASES, 1, 4))))


def sampled(tree: Expression) -> Callable[[np.random.Generator], Sentence]:
    return compile_automaton(tree).sample


def drawn(tree: Expression) -> Callable[[np.random.Generator], Sentence]:
    return lambda rng: draw(tree, rng)


@pytest.mark.parametrize("way", [sampled, drawn])
@pytest.mark.parametrize("tree", [TWO_TAIPEIS, MANY_WAYS], ids=["two_taipeis", "many_ways"])
def test_samples_come_as_often_as_enumeration_says(
    way: Callable[[Expression], Callable[[np.random.Generator], Sentence]], tree: Expression
) -> None:
    one, n, rng = way(tree), 20_000, generator(test="samples")
    counts = Counter(one(rng) for _ in range(n))
    language: dict[Sentence, float] = defaultdict(float)
    for p, sentence in walks(tree):
        language[sentence] += p
    assert counts.keys() <= language.keys()
    for sentence, p in language.items():
        # Five standard errors, and one for what is rare: a false alarm is one in a million.
        assert abs(counts[sentence] / n - p) < 5 * np.sqrt(p * (1 - p) / n) + 1 / n


def test_the_same_generator_gives_the_same_sentences() -> None:
    automaton = compile_automaton(TWO_TAIPEIS)
    first, second = ([automaton.sample(generator(seed=seed)) for seed in range(20)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 1


def test_labels_begin_with_outside_unless_they_are_given() -> None:
    assert compile_automaton(TWO_TAIPEIS).labels == ("O", "B-from", "B-to", "I-from")
    given = compile_automaton(TWO_TAIPEIS, ("B-to", "O", "B-never", "I-from", "B-from"))
    np.testing.assert_allclose(given.posteriors(["arrive", "taipei"])["prefix"][1], [1 / 3, 0, 0, 0, 2 / 3], atol=EXACT)


# --- Words that are counted, and trees of the same shape


@given(small_trees())
@settings(max_examples=100, deadline=None)
def test_lengths_are_those_of_enumeration(tree: Expression) -> None:
    assume(not any(isinstance(node, Fill) for node in nodes(tree)))
    language = list(walks(tree))
    assume(len(language) <= 300)
    found = by_length(tree)
    for size in {len(sentence.words) for _, sentence in language}:
        assert found[size][0] == pytest.approx(sum(p for p, s in language if len(s.words) == size), abs=EXACT)
    again = ((share * p, s) for size, (share, part) in found.items() for p, s in walks(part) if len(s.words) == size)
    assert summed(again) == pytest.approx(summed(language), abs=EXACT)


def nodes(tree: Expression) -> Iterator[Expression]:
    yield tree
    for part in parts_of(tree):
        yield from nodes(part)


def summed(language: Iterable[Written]) -> dict[Sentence, float]:
    sums: dict[Sentence, float] = defaultdict(float)
    for p, sentence in language:
        sums[sentence] += p
    return dict(sums)


@pytest.mark.parametrize(("least", "most"), [(0, 0), (0, 6), (1, 6), (4, 6), (6, 6)])
def test_every_number_of_words_is_as_likely(least: int, most: int) -> None:
    shares: dict[int, float] = defaultdict(float)
    for p, sentence in walks(Fill(by_length(Choice(((1.0, Word("a")), (1.0, Chain((Word("b"),) * 2))))), least, most)):
        shares[len(sentence.words)] += p
    assert dict(shares) == pytest.approx(dict.fromkeys(range(least, most + 1), 1 / (most - least + 1)), abs=EXACT)


@pytest.mark.parametrize(("least", "most", "phrase"), [(3, 2, Word("a")), (0, 2, Chain((Word("a"),) * 2))])
def test_numbers_of_words_that_are_not_possible(least: int, most: int, phrase: Expression) -> None:
    with pytest.raises(ValueError, match=r"possible|one word"):
        Fill(by_length(phrase), least, most)


def test_the_number_of_words_so_far_is_the_state() -> None:
    """One state for each of 0 to 9 words, one inside the phrase for each that it begins at, and the end."""
    automaton = compile_automaton(Fill(by_length(Choice(((1.0, Word("a")), (1.0, Chain((Word("b"),) * 2))))), 0, 9))
    assert len(automaton.states) <= 10 + 9


def test_trees_of_the_same_shape_decide_alike() -> None:
    other = Chain((Choice(((3.0, Word("x")), (1.0, Word("y")))), *TWO_TAIPEIS.parts[1:]))
    for seed in range(50):
        first, second = (draw(tree, generator(seed=seed)) for tree in (TWO_TAIPEIS, other))
        assert second.words[1:] == first.words[1:]
        assert (first.words[0], second.words[0]) in {("arrive", "x"), ("please", "y")}


def test_tags_add_up_and_mark_slots_alone() -> None:
    tree = Tagged("b", Chain((Word("to"), Tagged("a", Slot("x", Word("y"))), Slot("O", Word("z")))))
    expected = Sentence(("to", "y", "z"), ("O", "B-x", "O"), ((), ("a", "b"), ("b",)))
    assert compile_automaton(tree).sample(generator(seed=0)) == draw(tree, generator(seed=0)) == expected


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
