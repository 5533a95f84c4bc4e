"""The travel task's further splits: unseen cities, spelling, patterns, distances, pairs."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest

from helpers.travel_corpora import FAMILIES, PLACES, WORDING, automaton_of, oracle_accuracy
from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.data.corpus import Corpus, Split
from rnnbench.data.language.automaton import Automaton
from rnnbench.data.language.expressions import Choice, Expression, Maybe, PhraseSequence, parts_of
from rnnbench.data.language.misspelling import one_letter_wrong
from rnnbench.tasks.travel import TEXT, VARIANTS, Language, Shares, Travel, Wording, language


# --- What each further split is about
def cities(automaton: Automaton) -> set[str]:
    """Return the names of all destinations."""
    names = set()
    for state in automaton.states:
        for arc in state.arcs:
            if arc.label == "B-destination":
                names |= {" ".join([arc.word, *rest]) for rest in endings(automaton, arc.target)}
    return names


def endings(automaton: Automaton, number: int) -> Iterator[list[str]]:
    inside = [arc for arc in automaton.states[number].arcs if arc.label == "I-destination"]
    if len(inside) < len(automaton.states[number].arcs):
        yield []
    for arc in inside:
        yield from ([arc.word, *rest] for rest in endings(automaton, arc.target))


def named(split: Split) -> set[str]:
    """Return the names of all places in a split."""
    names: list[list[str]] = []
    for word, label in zip(split.inputs, split.targets, strict=True):
        if label in PLACES:
            names += [[word]] if label.startswith("B-") else []
            names[-1] += [word] if label.startswith("I-") else []
    return {" ".join(words) for words in names}


def test_unseen_cities_are_in_no_other_split(corpus: Corpus) -> None:
    usual, unseen = cities(automaton_of()), cities(automaton_of("test_unseen"))
    assert len(usual) >= 300
    assert 70 <= len(unseen) <= 90
    assert not usual & unseen
    assert named(corpus.splits["test_unseen"]) <= unseen
    assert named(corpus.splits["train"]) <= usual


def test_every_city_has_one_letter_wrong(corpus: Corpus) -> None:
    usual, words = cities(automaton_of()), {arc.word for state in automaton_of().states for arc in state.arcs}
    wrong = named(corpus.splits["test_typos"])
    assert len(wrong) > 100
    for name in wrong:
        (changed,) = (word for word in name.split() if word not in words)
        meant = {name.replace(changed, word) for word in words & set(one_letter_wrong_back(changed))}
        assert meant & usual, name
    again = named(Travel(seed=1).generate().splits["test_typos"])
    assert len(wrong | again) <= 2 * len(usual)
    assert len(wrong & again) > 50  # the wrong spellings are the same ones whatever the seed


def one_letter_wrong_back(word: str) -> Iterator[str]:
    """Yield the words of which a misspelling may be made: with one letter more, less or different."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from one_letter_wrong(word)
    yield from (word[:i] + letter + word[i:] for i in range(len(word) + 1) for letter in letters)


def test_a_wrong_spelling_has_one_letter_wrong() -> None:
    for wrong in one_letter_wrong("taipei"):
        longer = max("taipei", wrong, key=len)
        changed = sum(a != b for a, b in zip("taipei", wrong, strict=False))
        if len(wrong) == 6:
            assert changed == 1 or (changed == 2 and sorted(wrong) == sorted("taipei"))
        else:
            assert {"taipei", wrong} == {
                longer,
                *({longer[:i] + longer[i + 1 :] for i in range(7)} & {"taipei", wrong}),
            }


def test_held_out_patterns_have_no_new_word(corpus: Corpus) -> None:
    seen, held_out = (
        {arc.word for state in automaton_of(name).states for arc in state.arcs} for name in ("train", "test_patterns")
    )
    assert held_out <= seen


def test_held_out_patterns_are_not_in_the_language_of_training() -> None:
    draws = islice(language("test_patterns", WORDING).draws(generator(test="held out")), 300)
    # Another pattern may happen to write the same.
    assert sum(in_language(sentence.words, automaton_of()) for (sentence,) in draws) <= 3


def in_language(words: tuple[str, ...], automaton: Automaton) -> bool:
    try:
        return bool(automaton.posteriors(words))
    except UserError:
        return False


def test_there_are_many_patterns() -> None:
    rules = dict(re.findall(r"^([a-z-]+):\n((?:    .*\n)+)", TEXT.read_text(), re.MULTILINE))
    lines = {name: len(text.splitlines()) for name, text in rules.items()}
    seen = ("cue-before", "cue-after", "switch", "correction")
    below = ("to-do", "which-goes", "that-go", "asked-seen", "two-ways", "two-things", "other-plan", "other-way")
    patterns = sum(lines[f"{name}-seen"] for name in seen) + sum(lines[name] - 1 for name in below)
    assert patterns + lines["order"] + lines["ambiguous"] >= 60
    assert sum(lines[f"{name}-held-out"] for name in seen) >= 8


# --- Both sides, and pairs
def same_shape(first: Expression, second: Expression) -> bool:
    if type(first) is not type(second):
        return False
    match first, second:
        case (Choice(), Choice()) if [w for w, _ in first.options] != [w for w, _ in second.options]:
            return False
        case (Maybe(), Maybe()) if first.probability != second.probability:
            return False
        case (PhraseSequence(), PhraseSequence()) if first.stop_probabilities != second.stop_probabilities:
            return False
    below, besides = list(parts_of(first)), list(parts_of(second))
    return len(below) == len(besides) and all(map(same_shape, below, besides))


@pytest.mark.parametrize("name", ["train", *VARIANTS])
def test_both_sides_have_the_same_shape(name: str) -> None:
    assert same_shape(*language(name, WORDING).sides)


def test_pairs_differ_in_the_cue_alone(corpus: Corpus) -> None:
    text = re.sub(r"\{[a-z_/]+:", "", TEXT.read_text())
    cues = {frozenset(pair) for pair in re.findall(r"([a-z]+)/([a-z]+)", text)}
    sentences, targets = (
        corpus.splits["pairs"].sequences,
        np.split(corpus.splits["pairs"].targets, corpus.splits["pairs"].starts[1:]),
    )
    for i in range(0, len(sentences), 2):
        first, second = sentences[i : i + 2]
        first_labels, second_labels = targets[i : i + 2]
        assert len(first) == len(second)
        changed = first != second
        assert {frozenset(pair) for pair in zip(first[changed], second[changed], strict=True)} <= cues
        assert np.any(first_labels != second_labels)
        assert np.all((first_labels == "O") == (second_labels == "O"))
    assert len(sentences) == 500
    assert oracle_accuracy("pairs", corpus.splits["pairs"])["sentence"] > 0.98


def distances(source: Language, n: int) -> Counter[int]:
    """Count n sentences by the number of words between the cue and the first place after it."""
    counts: Counter[int] = Counter()
    for first, second in islice(source.pairs(generator(test="distances")), n):
        place = next(i for i, label in enumerate(first.labels) if label in PLACES)
        cue = max(i for i in range(place) if first.words[i] != second.words[i])
        counts[place - cue - 1] += 1
    return counts


@pytest.mark.parametrize("distance", [1, 5, 12])
def test_the_distance_between_cue_and_slot_follows_its_setting(distance: int) -> None:
    only = Shares.model_validate(dict.fromkeys(FAMILIES, 0) | {"cue_before": 1})
    wording, n = Wording(distance, 0.05, only), 1500
    usual, longer = (distances(language(name, wording), n) for name in ("train", "test_longer"))
    assert set(usual) == set(range(distance + 1))
    assert set(longer) == set(range(distance + 1, 2 * distance + 1))
    # Without a gap, "in" or "is" may still stand between.
    assert 0.3 < usual[0] / n < 0.6
    assert max(longer.values()) < 1.6 * min(longer.values()) or distance == 1
