"""The automaton's posteriors and samples against enumeration."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, repeat

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.expressions import EXACT, TWO_TAIPEIS, Written, small_trees, walks
from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.data.language.automaton import BLOCK, STOP, Sentence, sentence_of
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
)
from rnnbench.data.language.lengths import by_length


def posteriors(
    language: Sequence[Written], words: tuple[str, ...], labels: Sequence[str]
) -> dict[str, list[list[float]]]:
    """Return what `Automaton.posteriors` returns, by enumeration of all sentences."""
    rows: dict[str, list[list[float]]] = {"word": [], "prefix": [], "sentence": []}
    for t, word in enumerate(words):
        weights = {kind: defaultdict(float) for kind in rows}
        for p, (ws, ks, _) in language:
            for label in (k for w, k in zip(ws, ks, strict=True) if w == word):
                weights["word"][label] += p
            if ws[: t + 1] == words[: t + 1]:
                weights["prefix"][ks[t]] += p
            if ws == words:
                weights["sentence"][ks[t]] += p
        for kind, row in weights.items():
            rows[kind].append([row[label] / sum(row.values()) for label in labels])
    return rows


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


PHRASES = by_length(Choice(((2.0, Word("now")), (1.0, Chain((Word("with"), Slot("O", Word("her"))))))))


MANY_WAYS = Tagged("hard", Chain((TWO_TAIPEIS, PhraseSequence(PHRASES, 1, 4))))


Sampler = Callable[[np.random.Generator], Iterator[Sentence]]


def automaton_sampler(tree: Expression) -> Sampler:
    return compile_automaton(tree).samples


def tree_sampler(tree: Expression) -> Sampler:
    return lambda rng: (draw(tree, rng) for _ in repeat(None))


@pytest.mark.parametrize("way", [automaton_sampler, tree_sampler])
@pytest.mark.parametrize("tree", [TWO_TAIPEIS, MANY_WAYS], ids=["two_taipeis", "many_ways"])
def test_samples_come_as_often_as_enumeration_says(way: Callable[[Expression], Sampler], tree: Expression) -> None:
    n = 20_000
    counts = Counter(islice(way(tree)(generator(test="samples")), n))
    language: dict[Sentence, float] = defaultdict(float)
    for p, sentence in walks(tree):
        language[sentence] += p
    assert counts.keys() <= language.keys()
    for sentence, p in language.items():
        # Five standard errors, and one more sentence for rare ones: a false alarm is one in a million.
        assert abs(counts[sentence] / n - p) < 5 * np.sqrt(p * (1 - p) / n) + 1 / n


def test_the_same_generator_gives_the_same_sentences() -> None:
    automaton = compile_automaton(TWO_TAIPEIS)
    first, second = ([next(automaton.samples(generator(seed=seed))) for seed in range(20)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 1


def test_each_decision_of_a_walk_takes_the_next_random_number() -> None:
    """Enough sentences for several blocks of random numbers, against a walk that asks for one number at a time."""
    automaton, rng = compile_automaton(MANY_WAYS), generator(seed=3)

    def walked() -> Sentence:
        walk = [automaton.states[automaton.start].draw(rng.random())]
        while walk[-1] != STOP:
            walk.append(automaton.states[walk[-1].target].draw(rng.random()))
        return sentence_of(walk[:-1])

    assert [*islice(automaton.samples(generator(seed=3)), 2 * BLOCK)] == [walked() for _ in range(2 * BLOCK)]


def test_several_sentences_are_explained_end_to_end() -> None:
    automaton = compile_automaton(TWO_TAIPEIS)
    sentences = [["arrive", "taipei"], ["please", "taipei", "city", "please"]]
    one_by_one = [automaton.posteriors(words) for words in sentences]
    for kind, table in automaton.posteriors_of(sentences).items():
        assert np.array_equal(table, np.concatenate([each[kind] for each in one_by_one]))


def test_labels_begin_with_outside_unless_they_are_given() -> None:
    assert compile_automaton(TWO_TAIPEIS).labels == ("O", "B-from", "B-to", "I-from")
    automaton = compile_automaton(TWO_TAIPEIS, ("B-to", "O", "B-never", "I-from", "B-from"))
    np.testing.assert_allclose(
        automaton.posteriors(["arrive", "taipei"])["prefix"][1], [1 / 3, 0, 0, 0, 2 / 3], atol=EXACT
    )
