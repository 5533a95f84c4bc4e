"""The corpus of journeys: the lecture's sentences, disjoint splits, no shortcut, and ceilings that make sense."""

import calendar
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice, repeat
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

from rnnbench.automaton import STOP, Arc, Automaton, Sentence
from rnnbench.corpus import Corpus, Split
from rnnbench.errors import UserError
from rnnbench.expressions import Choice, Expression, Fill, Maybe, Word, compile_automaton, parts_of
from rnnbench.misspelling import one_letter_wrong
from rnnbench.seeds import generator
from rnnbench.tasks import Information
from rnnbench.tasks.travel import LABELS, PAIR, TEXT, VARIANTS, Language, Shares, Travel, Wording, fresh, language

KINDS = get_args(Information)
MIRRORED = [(f"{bio}-{a}", f"{bio}-{b}") for bio in "BI" for a, b in
            [("destination", "place_of_departure"), ("time_of_arrival", "time_of_departure")]]  # fmt: skip
PLACES = {f"{bio}-{slot}" for bio in "BI" for slot in ("destination", "place_of_departure")}
FAMILIES = {"cue_before", "cue_after", "switch", "order", "correction", "ambiguous"}
WORDING = Wording(12, 0.05, Shares())


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Travel().generate()


def texts(split: Split) -> list[str]:
    return [" ".join(words) for words in split.sequences]


def labels(sentence: str, kind: Information = "sentence") -> list[str]:
    names, found = Travel().explain(sentence.split())
    return [names[k] for k in found[kind].argmax(axis=1)]


def right(name: str, split: Split, task: Travel | None = None) -> dict[str, float]:
    """The share of slot words that the oracle labels rightly, for each kind of information."""
    in_slot, answers = split.targets != "O", (task or Travel()).oracle(name, split)
    return {kind: float(np.mean((found == split.targets)[in_slot])) for kind, found in answers.items()}


def spoken(split: str = "train", wording: Wording = WORDING) -> Automaton:
    return language(split, wording).automaton


# --- The lecture's sentences


def test_the_lectures_pair_opens_test_and_is_nowhere_else(corpus: Corpus) -> None:
    pair = [" ".join(sentence.words) for sentence in PAIR]
    assert pair == ["arrive taipei on november 2nd", "leave taipei on november 2nd"]
    assert texts(corpus.splits["showcase"]) == pair
    assert texts(corpus.splits["test"])[:2] == pair
    assert not set(pair) & {*texts(corpus.splits["train"]), *texts(corpus.splits["validation"])}
    assert corpus.splits["showcase"].targets.tolist() == [label for sentence in PAIR for label in sentence.labels]
    assert np.array_equal(corpus.splits["showcase"].phenomena["cue_before"], corpus.splits["showcase"].targets != "O")


@pytest.mark.parametrize(("words", "expected", "tags"), PAIR)
def test_the_pair_is_in_the_language_with_its_labels(
    words: tuple[str, ...], expected: tuple[str, ...], tags: tuple[tuple[str, ...], ...]
) -> None:
    sentence = " ".join(words)
    assert all(
        tagged == (("cue_before",) if label != "O" else ()) for label, tagged in zip(expected, tags, strict=True)
    )
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
        ("taipei is where i want to depart from", "B-place_of_departure O O O O O O O"),
        ("leave new york and arrive in taipei", "O B-place_of_departure I-place_of_departure O O O B-destination"),
        ("leave taipei no sorry tokyo", "O O O O B-place_of_departure"),
        ("ticket from taipei to tokyo i mean cairo", "O O B-place_of_departure O O O O B-destination"),
        ("leave taipei on monday no sorry tuesday", "O B-place_of_departure O O O O B-time_of_departure"),
        ("arrive with a nice view in time nice", "O O O O O O O B-destination"),
        ("show me the flights to taipei at 9 am", "O O O O O B-destination O B-time_of_arrival I-time_of_arrival"),
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
    corpus = Travel(train=300, validation=50, test=70, extra=31).generate()
    found = {name: texts(split) for name, split in corpus.splits.items() if name != "showcase"}
    sizes = {"train": 300, "validation": 50, "test": 70, **dict.fromkeys(VARIANTS, 31), "pairs": 30}
    assert {name: len(split) for name, split in found.items()} == sizes
    assert len(set().union(*found.values())) == sum(sizes.values())


def test_the_seed_makes_the_corpus() -> None:
    first, again, other = (Travel(train=50, test=50, extra=10, seed=seed).generate().splits for seed in (1, 1, 2))
    for name in set(first) - {"showcase"}:
        assert first[name].inputs.tolist() == again[name].inputs.tolist()
        assert first[name].targets.tolist() == again[name].targets.tolist()
        assert first[name].inputs.tolist() != other[name].inputs.tolist()


def test_more_training_sentences_leave_the_other_splits_alone() -> None:
    small, large = (Travel(train=train, validation=20, test=20, extra=20).generate().splits for train in (10, 30))
    assert all(texts(small[name]) == texts(large[name]) for name in small if name != "train")
    assert texts(small["train"]) == texts(large["train"])[:10]


def test_the_test_split_has_room_for_the_pair() -> None:
    found = Travel(train=1, validation=1, test=2, extra=2).generate().splits["test"]
    assert texts(found) == [" ".join(sentence.words) for sentence in PAIR]


def test_a_language_that_is_used_up_says_so() -> None:
    tiny, rng = compile_automaton(Choice(((1.0, Word("a")), (1.0, Word("b"))))), generator(seed=0)
    drawn = fresh(((tiny.sample(rng),) for _ in repeat(None)), {("a",)})
    assert list(islice(drawn, 1)) == [(Sentence(("b",), ("O",), ((),)),)]
    with pytest.raises(UserError, match="ask for fewer sentences"):
        next(drawn)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"test": 1}, "greater than or equal to 2"),
        ({"extra": 1}, "greater than or equal to 2"),
        ({"distance": 0}, "greater than or equal to 1"),
        ({"distance": 41}, "less than or equal to 40"),
        ({"homographs": 1.5}, "less than or equal to 1"),
        ({"shares": {"cue_befor": 3}}, "shares.cue_befor"),
        ({"shares": {"order": -1}}, "greater than or equal to 0"),
        ({"shares": dict.fromkeys(FAMILIES, 0)}, "one of the shares must be above 0"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Travel.model_validate(settings)


def test_settings_at_their_ends_give_a_corpus() -> None:
    sizes = {"train": 40, "validation": 10, "test": 10, "extra": 10}
    shares = dict.fromkeys(FAMILIES, 0) | {"order": 1}
    far = {"distance": 40, "homographs": 1, "shares": shares | {"order": 0, "cue_after": 1}}
    for settings in ({"distance": 1, "homographs": 0, "shares": shares}, far):
        corpus = Travel.model_validate(sizes | settings).generate()
        assert all(len(split) == 10 for name, split in corpus.splits.items() if name.startswith(("test", "pairs")))


# --- What each further split is about


def cities(automaton: Automaton) -> set[str]:
    """All names of destinations."""
    found = set()
    for state in automaton.states:
        for arc in state.arcs:
            if arc.label == "B-destination":
                found |= {" ".join([arc.word, *rest]) for rest in endings(automaton, arc.target)}
    return found


def endings(automaton: Automaton, number: int) -> Iterator[list[str]]:
    inside = [arc for arc in automaton.states[number].arcs if arc.label == "I-destination"]
    if len(inside) < len(automaton.states[number].arcs):
        yield []
    for arc in inside:
        yield from ([arc.word, *rest] for rest in endings(automaton, arc.target))


def named(split: Split) -> set[str]:
    """The names of all places in a split."""
    found: list[list[str]] = []
    for word, label in zip(split.inputs, split.targets, strict=True):
        if label in PLACES:
            found += [[word]] if label.startswith("B-") else []
            found[-1] += [word] if label.startswith("I-") else []
    return {" ".join(words) for words in found}


def test_unseen_cities_are_in_no_other_split(corpus: Corpus) -> None:
    usual, unseen = cities(spoken()), cities(spoken("test_unseen"))
    assert len(usual) >= 300
    assert 70 <= len(unseen) <= 90
    assert not usual & unseen
    assert named(corpus.splits["test_unseen"]) <= unseen
    assert named(corpus.splits["train"]) <= usual


def test_every_city_has_one_letter_wrong(corpus: Corpus) -> None:
    usual, words = cities(spoken()), {arc.word for state in spoken().states for arc in state.arcs}
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
    """What may have been meant: a letter more where one was left out, one less where one was doubled, ..."""
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
        {arc.word for state in spoken(name).states for arc in state.arcs} for name in ("train", "test_patterns")
    )
    assert held_out <= seen


def test_held_out_patterns_are_not_in_the_language_of_training() -> None:
    rng, held_out = generator(test="held out"), language("test_patterns", WORDING)
    # Another pattern may happen to write the same.
    assert sum(in_language(held_out.draw(rng)[0].words, spoken()) for _ in range(300)) <= 3


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
        case (Fill(), Fill()) if first.stops != second.stops:
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
    for one, other, ones, others in zip(sentences[::2], sentences[1::2], targets[::2], targets[1::2], strict=True):
        assert len(one) == len(other)
        changed = one != other
        assert {frozenset(pair) for pair in zip(one[changed], other[changed], strict=True)} <= cues
        assert np.any(ones != others)
        assert np.all((ones == "O") == (others == "O"))
    assert len(sentences) == 500
    assert right("pairs", corpus.splits["pairs"])["sentence"] > 0.98


def distances(spoken: Language, n: int) -> Counter[int]:
    """The number of words between the cue and the first place after it."""
    found, rng = Counter(), generator(test="distances")
    for _ in range(n):
        one, other = spoken.pair(rng)
        place = next(i for i, label in enumerate(one.labels) if label in PLACES)
        cue = max(i for i in range(place) if one.words[i] != other.words[i])
        found[place - cue - 1] += 1
    return found


@pytest.mark.parametrize("distance", [1, 5, 12])
def test_as_many_words_stand_between_cue_and_slot_as_is_said(distance: int) -> None:
    only = Shares.model_validate(dict.fromkeys(FAMILIES, 0) | {"cue_before": 1})
    wording, n = Wording(distance, 0.05, only), 1500
    usual, longer = (distances(language(name, wording), n) for name in ("train", "test_longer"))
    assert set(usual) == set(range(distance + 1))
    assert set(longer) == set(range(distance + 1, 2 * distance + 1))
    # "in" or "is" alone may stand there too, when nothing is put between.
    assert 0.3 < usual[0] / n < 0.6
    assert max(longer.values()) < 1.6 * min(longer.values()) or distance == 1


# --- Phenomena


WORDS = {"homograph", "several_words"}
CUED = FAMILIES - {"order", "ambiguous"} | WORDS
PRESENT = {
    "train": FAMILIES | WORDS,
    "validation": FAMILIES | WORDS,
    "test": FAMILIES | WORDS,
    "test_unseen": FAMILIES | WORDS,
    "test_typos": FAMILIES | WORDS,
    "test_longer": {"cue_before"} | WORDS,
    "test_patterns": CUED,
    "pairs": CUED,
}


def test_every_split_shows_its_phenomena(corpus: Corpus) -> None:
    assert {name: set(split.phenomena) for name, split in corpus.splits.items() if name != "showcase"} == PRESENT
    for split in corpus.splits.values():
        assert all(np.any(where) for where in split.phenomena.values())


def test_every_sentence_shows_one_family_as_often_as_is_said(corpus: Corpus) -> None:
    counts, n = Counter(), 0
    for name in ("train", "test", "validation"):
        split = corpus.splits[name]
        for family in FAMILIES:
            counts[family] += int(np.logical_or.reduceat(split.phenomena[family], split.starts).sum())
        n += len(split)
    assert counts.total() == n
    shares = Shares().model_dump()
    for family, share in shares.items():
        p = share / sum(shares.values())
        # Four standard errors, and a little for sentences that came twice and were left out.
        assert abs(counts[family] / n - p) < 4 * np.sqrt(p * (1 - p) / n) + 0.005, family


def test_places_and_their_times_show_the_family(corpus: Corpus) -> None:
    split = corpus.splits["train"]
    families = np.any([split.phenomena[family] for family in FAMILIES], axis=0)
    assert np.array_equal(
        families & (split.targets != "O"), [label[2:].startswith(("dest", "pl", "t")) for label in split.targets]
    )
    withdrawn = families & (split.targets == "O")
    assert np.all(split.phenomena["correction"][withdrawn])
    assert withdrawn.sum() > 100


def test_words_with_two_lives_are_marked_in_both() -> None:
    plain, places, homographs = set(), set(), set()
    months = {month.lower() for month in calendar.month_name[1:]}
    for arc in (arc for state in spoken().states for arc in state.arcs if arc != STOP):
        homographs |= {arc.word} if "homograph" in arc.tags else set()
        plain |= {arc.word} if arc.label == "O" and not arc.tags else set()
        places |= {arc.word} if arc.label == "B-destination" and "several_words" not in arc.tags else set()
    assert {"nice", "reading", "mobile", "split", "march", "may", "august", "sofia"} <= homographs
    assert homographs <= places | months
    assert not plain & (places | months)


@pytest.mark.parametrize("homographs", [0, 0.3, 1])
def test_the_share_of_homographs_is_a_setting(homographs: float) -> None:
    shares, sums = dict.fromkeys(FAMILIES, 0) | {"order": 1}, Counter()
    for arc, mass in visits(spoken(wording=Wording(1, homographs, Shares.model_validate(shares)))):
        if arc.label == "B-destination":
            sums["homograph" in arc.tags] += mass
    assert sums[True] / sums.total() == pytest.approx(homographs, abs=1e-9)


def test_cities_of_several_words_are_marked(corpus: Corpus) -> None:
    split = corpus.splits["train"]
    follows = np.append([label.startswith("I-") and label in PLACES for label in split.targets[1:]], False)
    in_place = np.isin(split.targets, list(PLACES))
    inside = np.isin(split.targets, [label for label in PLACES if label.startswith("I-")])
    assert np.array_equal(split.phenomena["several_words"] & in_place, (follows & in_place) | inside)


def visits(automaton: Automaton) -> Iterator[tuple[Arc, float]]:
    """Every arc with how often it is expected in a sentence."""
    mass = [0.0] * len(automaton.states)
    mass[automaton.start] = 1.0
    for number in range(automaton.start, -1, -1):
        for arc, probability in automaton.states[number].arcs.items():
            if arc != STOP:
                mass[arc.target] += mass[number] * probability
                yield arc, mass[number] * probability


# --- The language as a whole


def test_sentences_look_like_speech(corpus: Corpus) -> None:
    split = corpus.splits["train"]
    assert 11 <= split.lengths.mean() <= 13
    assert max(split.lengths.max() for split in corpus.splits.values()) <= 50
    assert all(word == word.lower() for word in split.inputs)


def test_some_words_are_rare_and_some_are_never_seen(corpus: Corpus) -> None:
    counts = Counter(corpus.splits["train"].inputs.tolist())
    unseen = np.array([word not in counts for word in corpus.splits["test"].inputs])
    assert sum(count == 1 for count in counts.values()) > 10
    assert 0 < unseen.mean() <= 0.04


@pytest.mark.parametrize("name", ["train", *VARIANTS])
def test_the_labels_are_those_of_the_language(name: str) -> None:
    automaton = spoken(name)
    assert automaton.labels == LABELS
    assert {arc.label for state in automaton.states for arc in state.arcs if arc != STOP} == set(LABELS)
    assert all(abs(sum(state.arcs.values()) - 1) < 1e-12 for state in automaton.states)


@functools.cache
def expected() -> Mapping[tuple[int, str, str], float]:
    """How often a position, a word and its label are expected in one sentence."""
    automaton, found = spoken(), defaultdict(float)
    standing = {automaton.start: 1.0}
    for position in range(90):
        after: dict[int, float] = defaultdict(float)
        for state, mass in standing.items():
            for arc, probability in automaton.states[state].arcs.items():
                if arc != STOP:
                    after[arc.target] += mass * probability
                    found[position, arc.word, arc.label] += mass * probability
        standing = after
    assert not standing, "a sentence is longer than 90 words"
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
            # Mirrored patterns keep their words in step. Two cities known by their order cannot: the first is left.
            assert abs(row[arriving] - row[leaving]) <= 0.12 * (row[arriving] + row[leaving]), position


def test_the_language_is_as_large_as_it_says() -> None:
    rows = expected_by(1).values()
    assert sum("B-destination" in row for row in rows) >= 120
    assert sum(row["I-destination"] for row in rows) > 0.2 * sum(row["B-destination"] for row in rows)


# --- The oracle


@pytest.mark.parametrize("seed", range(5))
def test_ceilings_lie_where_memory_and_foresight_matter(seed: int) -> None:
    ceilings = right("test", Travel(train=1, seed=seed).generate().splits["test"])
    assert 0.4 <= ceilings["word"] <= 0.75
    assert 0.85 <= ceilings["prefix"] <= 0.97
    assert ceilings["sentence"] >= 0.98


def test_a_longer_distance_is_no_harder_to_whom_remembers(corpus: Corpus) -> None:
    for name in VARIANTS:
        ceilings = right(name, corpus.splits[name])
        assert ceilings["sentence"] >= 0.98, name
        assert ceilings["prefix"] >= 0.85, name


def test_the_oracle_answers_for_every_position(corpus: Corpus) -> None:
    for name, split in corpus.splits.items():
        found = Travel().oracle(name, split)
        assert tuple(found) == KINDS
        assert all(answers.shape == split.targets.shape for answers in found.values())
        assert set(found["sentence"]) <= set(corpus.labels)


def test_who_knows_the_slots_answers_with_slots(corpus: Corpus) -> None:
    split = corpus.splits["test"]
    told, untold = Travel().oracle_in_slots("test", split), Travel().oracle("test", split)
    for kind in KINDS:
        assert np.array_equal(told[kind] == "O", split.targets == "O")
        assert np.sum(told[kind] == split.targets) >= np.sum(untold[kind] == split.targets)


def test_what_only_another_split_says_is_explained_too(corpus: Corpus) -> None:
    for name in VARIANTS:
        split = corpus.splits[name]
        names, found = Travel().explain(split.sequences[0].tolist())
        assert names == LABELS
        assert found["sentence"].shape == (split.lengths[0], len(LABELS))


def test_a_million_sentences_come_out_as_the_posteriors_say() -> None:
    """How often each label comes with a word anywhere, and at the end of the first one, two and three words."""
    automaton, rng, n = spoken(), generator(test="million"), 1_000_000
    anywhere: Counter[tuple[str, str]] = Counter()
    prefixes: Counter[tuple[tuple[str, ...], str]] = Counter()
    examples: dict[tuple[str, ...], tuple[str, ...]] = {}
    for _ in range(n):
        words, labels, _ = automaton.sample(rng)
        anywhere.update(zip(words, labels, strict=True))
        for k in range(1, min(3, len(words)) + 1):
            prefixes[words[:k], labels[k - 1]] += 1
            examples.setdefault(words[:k], words)
    # The words of one sentence hang together, which makes counts spread more than those of independent words.
    check(automaton.rows_of_words, anywhere, spread=2.0)
    starts = frequent(prefixes)
    check({words: automaton.posteriors(examples[words])["prefix"][len(words) - 1] for words in starts}, prefixes)


def frequent(counts: Counter) -> set:
    totals: Counter = Counter()
    for (key, _), count in counts.items():
        totals[key] += count
    return {key for key, count in totals.items() if count >= 300}


def check(told: Mapping, counts: Counter, spread: float = 1.0) -> None:
    """Hold counts of (key, label) against the probabilities: six standard errors, for some ten thousand of them."""
    keys = frequent(counts) & told.keys()
    assert len(keys) > 300
    for key in keys:
        found = np.array([counts[key, label] for label in LABELS])
        error = np.sqrt(found.sum() * told[key] * (1 - told[key]) * spread)
        assert np.all(np.abs(found - found.sum() * told[key]) <= 6 * error + 3), key
        assert not np.any(found[told[key] == 0])
