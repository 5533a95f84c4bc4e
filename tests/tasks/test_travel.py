"""The corpus of journeys: the lecture's sentences, disjoint splits, no shortcut, and ceilings that make sense."""

import functools
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import islice
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

from rnnbench.automaton import STOP
from rnnbench.corpus import Array, Corpus, Split
from rnnbench.errors import UserError
from rnnbench.expressions import Choice, Word, compile_automaton
from rnnbench.seeds import generator
from rnnbench.tasks import Information
from rnnbench.tasks.travel import PAIR, Travel, distinct_sentences, language

KINDS = get_args(Information)
MIRRORED = [(f"{bio}-{a}", f"{bio}-{b}") for bio in "BI" for a, b in
            [("destination", "place_of_departure"), ("time_of_arrival", "time_of_departure")]]  # fmt: skip


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Travel().generate()


def texts(split: Split) -> list[str]:
    return [" ".join(words) for words in np.split(split.inputs, split.starts[1:])]


def labels(sentence: str, kind: Information = "sentence") -> list[str]:
    names, found = Travel().explain(sentence.split())
    return [names[k] for k in found[kind].argmax(axis=1)]


def right(split: Split) -> dict[str, float]:
    """The share of slot words that the oracle labels rightly, for each kind of information."""
    in_slot = split.targets != "O"
    return {kind: float(np.mean((found == split.targets)[in_slot])) for kind, found in Travel().oracle(split).items()}


# --- The lecture's sentences


def test_the_lectures_pair_opens_test_and_is_nowhere_else(corpus: Corpus) -> None:
    pair = [" ".join(words) for words, _ in PAIR]
    assert pair == ["arrive taipei on november 2nd", "leave taipei on november 2nd"]
    assert texts(corpus.splits["showcase"]) == pair
    assert texts(corpus.splits["test"])[:2] == pair
    assert not set(pair) & {*texts(corpus.splits["train"]), *texts(corpus.splits["validation"])}
    assert corpus.splits["showcase"].targets.tolist() == [label for _, ls in PAIR for label in ls]


@pytest.mark.parametrize(("words", "expected"), PAIR)
def test_the_pair_is_in_the_language_with_its_labels(words: tuple[str, ...], expected: tuple[str, ...]) -> None:
    sentence = " ".join(words)
    assert labels(sentence) == labels(sentence, "prefix") == list(expected)
    assert labels(f"i would like to {sentence}") == ["O"] * 4 + list(expected)


def test_the_word_alone_cannot_tell_the_two_taipeis_apart() -> None:
    assert labels("arrive taipei on november 2nd", "word")[1:] == labels("leave taipei on november 2nd", "word")[1:]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("taipei tokyo on november 2nd", "B-place_of_departure B-destination O B-time_of_arrival I-time_of_arrival"),
        ("taipei from tokyo tomorrow", "B-destination O B-place_of_departure B-time_of_departure"),
        ("taipei is where i want to arrive", "B-destination O O O O O O"),
        ("taipei is where i want to leave from", "B-place_of_departure O O O O O O O"),
        ("leave new york and arrive in taipei", "O B-place_of_departure I-place_of_departure O O O B-destination"),
    ],
)
def test_what_is_said_decides(sentence: str, expected: str) -> None:
    assert labels(sentence) == expected.split()


def test_a_cue_after_the_slot_is_not_yet_known_at_the_slot() -> None:
    names, found = Travel().explain(["taipei", "is", "where", "i", "want", "to", "arrive"])
    arriving, leaving = names.index("B-destination"), names.index("B-place_of_departure")
    assert found["prefix"][0, [arriving, leaving]].min() > 0.4
    assert found["sentence"][0, arriving] == pytest.approx(1)


def test_a_bare_city_tells_nobody() -> None:
    names, found = Travel().explain(["Taipei"])
    row = found["sentence"][0, [names.index("B-destination"), names.index("B-place_of_departure")]]
    np.testing.assert_allclose(row, 0.5, atol=1e-12)


def test_outside_the_language_is_said_plainly() -> None:
    with pytest.raises(UserError, match="word 2, 'gandalf', is not a word"):
        Travel().explain(["arrive", "Gandalf"])


# --- The splits


def test_splits_have_the_sizes_asked_for_and_share_no_sentence() -> None:
    corpus = Travel(train=300, validation=50, test=70).generate()
    found = {name: texts(corpus.splits[name]) for name in ("train", "validation", "test")}
    assert {name: len(split) for name, split in found.items()} == {"train": 300, "validation": 50, "test": 70}
    assert len(set().union(*found.values())) == 420


def test_the_seed_makes_the_corpus() -> None:
    first, again, other = (Travel(train=50, seed=seed).generate().splits["train"] for seed in (1, 1, 2))
    assert first.inputs.tolist() == again.inputs.tolist()
    assert first.targets.tolist() == again.targets.tolist()
    assert first.inputs.tolist() != other.inputs.tolist()


def test_more_training_sentences_leave_the_other_splits_alone() -> None:
    small, large = (Travel(train=train, validation=20, test=20).generate().splits for train in (10, 30))
    assert texts(small["test"]) == texts(large["test"])
    assert texts(small["validation"]) == texts(large["validation"])
    assert texts(small["train"]) == texts(large["train"])[:10]


def test_the_test_split_has_room_for_the_pair() -> None:
    assert texts(Travel(train=1, validation=1, test=2).generate().splits["test"]) == [" ".join(ws) for ws, _ in PAIR]
    with pytest.raises(ValidationError, match="greater than or equal to 2"):
        Travel(test=1)


def test_a_language_that_is_used_up_says_so() -> None:
    tiny = compile_automaton(Choice(((1.0, Word("a")), (1.0, Word("b")))))
    drawn = distinct_sentences(tiny, generator(seed=0), known={("a",)})
    assert list(islice(drawn, 1)) == [(("b",), ("O",))]
    with pytest.raises(UserError, match="ask for fewer sentences"):
        next(drawn)


# --- The language as a whole


def test_sentences_look_like_speech(corpus: Corpus) -> None:
    split = corpus.splits["train"]
    assert 8 <= split.lengths.mean() <= 11
    assert np.mean((split.lengths >= 4) & (split.lengths <= 18)) > 0.9
    assert all(word == word.lower() for word in split.inputs)


def test_some_words_are_rare_and_some_are_never_seen(corpus: Corpus) -> None:
    counts = Counter(corpus.splits["train"].inputs.tolist())
    unseen = np.array([word not in counts for word in corpus.splits["test"].inputs])
    assert sum(count == 1 for count in counts.values()) > 100
    assert 0.01 <= unseen.mean() <= 0.04
    # A word that was never seen may be a city or not: that it is new must not give it away.
    assert 0.1 < np.mean(corpus.splits["test"].targets[unseen] == "O") < 0.6


@functools.cache
def expected() -> Mapping[tuple[int, str, str], float]:
    """How often a position, a word and its label are expected in one sentence."""
    automaton, found = language(), defaultdict(float)
    standing = {automaton.start: 1.0}
    for position in range(60):
        after: dict[int, float] = defaultdict(float)
        for state, mass in standing.items():
            for arc, probability in automaton.states[state].arcs.items():
                if arc != STOP:
                    after[arc.target] += mass * probability
                    found[position, arc.word, arc.label] += mass * probability
        standing = after
    assert not standing, "a sentence is longer than 60 words"
    return found


def expected_by(part: int) -> Mapping[int | str, Mapping[str, float]]:
    """The expected number of each label by position (part 0) or by word (part 1)."""
    sums: dict[int | str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, mass in expected().items():
        sums[key[part]][key[2]] += mass
    return sums


def test_no_word_tells_its_slot() -> None:
    """Every city is as likely a destination as a place of departure, every date word as likely of either time."""
    for word, row in expected_by(1).items():
        for arriving, leaving in MIRRORED:
            assert row[arriving] == pytest.approx(row[leaving], abs=1e-12), word


def test_no_position_tells_its_slot() -> None:
    for position, row in expected_by(0).items():
        for arriving, leaving in MIRRORED:
            # Mirrored patterns keep their words in step almost everywhere; "P D" and "D from P" cannot.
            assert abs(row[arriving] - row[leaving]) <= 0.05 * (row[arriving] + row[leaving]), position


def test_the_language_is_as_large_as_it_says() -> None:
    rows = expected_by(1).values()
    assert sum("B-destination" in row for row in rows) >= 120
    assert sum(row["I-destination"] for row in rows) > 0.2 * sum(row["B-destination"] for row in rows)


# --- The oracle


def test_ceilings_lie_where_memory_and_foresight_matter(corpus: Corpus) -> None:
    ceilings = right(corpus.splits["test"])
    assert ceilings["word"] <= 0.75
    assert 0.85 <= ceilings["prefix"] <= 0.97
    assert ceilings["sentence"] >= 0.98


def test_the_oracle_answers_for_every_position(corpus: Corpus) -> None:
    split = corpus.splits["validation"]
    found = Travel().oracle(split)
    assert tuple(found) == KINDS
    assert all(answers.shape == split.targets.shape for answers in found.values())
    assert found["sentence"].tolist()[0] in corpus.labels


def test_the_posterior_is_honest() -> None:
    """A label to which the oracle gives 30 % is right in 30 % of the cases, for every label and kind of information."""
    automaton, rng = language(), generator(test="honest")
    residuals: dict[str, list[Array]] = {kind: [] for kind in KINDS}
    for _ in range(3000):
        words, truth = automaton.sample(rng)
        happened = np.array([[label == name for name in automaton.labels] for label in truth])
        for kind, table in automaton.posteriors(words).items():
            np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-12)
            residuals[kind].append((happened - table).sum(axis=0))
    for rows in residuals.values():
        # Sentences are independent, words are not: the standard error is that of sums over sentences. Five of them
        # for each of 27 sums: a false alarm is one in 60,000. The floor is what rounding adds up to.
        table = np.array(rows)
        assert np.all(np.abs(table.sum(axis=0)) <= 5 * np.sqrt((table**2).sum(axis=0)) + 1e-9)
