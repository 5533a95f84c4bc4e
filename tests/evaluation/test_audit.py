"""The audit reports each planted shortcut by the probes that can see it, and by no other."""

import random
from dataclasses import replace

import numpy as np
import pytest

from rnnbench.common.errors import UserError
from rnnbench.data.corpus import Corpus, split_of_numbers, split_of_words
from rnnbench.evaluation.audit import MEASURES, PROBES, Figure, audit, audit_rows, breaches, checked, rendered
from rnnbench.evaluation.predictions import NAMING
from rnnbench.results.tables import frame
from rnnbench.tasks.travel import Travel

LENGTH, WORDS, CUES = 34, "ijklmnop", "ab"
WINDOWS = {"probe_window_1", "probe_window_2", "probe_window_3"}


def spoken(rng):
    """Return the words of a sentence with four slot words, two from either half of `WORDS`, and their positions.

    The positions are randomly even or odd, and so far apart and from the ends that no window sees two slot words or an
    end.
    """
    words, places = rng.choices("qrstuvw", k=LENGTH), [at + rng.randrange(2) for at in (4, 12, 20, 28)]
    chosen = rng.sample(WORDS[:4], 2) + rng.sample(WORDS[4:], 2)
    for at, word in zip(places, rng.sample(chosen, 4), strict=True):
        words[at] = word
    return words, places


def spaced(rng, offset):
    """Return a sentence with two slot words, one of either label, and cues `offset` from them."""
    words, labels = rng.choices("qrstuvw", k=LENGTH), rng.sample("AB", 2)
    for at, label in zip((12, 20), labels, strict=True):
        words[at], words[at + offset] = rng.choice(WORDS), CUES["AB".index(label)]
    return words, dict(zip((12, 20), labels, strict=True))


def by_nothing(rng):
    words, places = spoken(rng)
    return words, {at: rng.choice("AB") for at in places}


def by_word(rng):
    words, places = spoken(rng)
    return words, {at: "AB"[words[at] in WORDS[:4]] for at in places}


def by_position(rng):
    words, places = spoken(rng)
    return words, {at: "AB"[at % 2] for at in places}


def by_place_from_the_end(rng):
    """The position from the start gives next to nothing away, since up to nine more words come first."""
    words, labels = by_position(rng)
    more = rng.randrange(10)
    return ["q"] * more + words, {at + more: label for at, label in labels.items()}


def by_bag(rng):
    """One word at either end, out of reach of windows, determines all labels of the sentence."""
    words, places = spoken(rng)
    label = rng.choice("AB")
    words[rng.choice((0, -1))] = CUES["AB".index(label)]
    return words, dict.fromkeys(places, label)


def by_word_and_bag(rng):
    """That word determines which half of the slot words is A, so neither it nor a slot word suffices alone."""
    words, places = spoken(rng)
    swapped = rng.randrange(2)
    words[rng.choice((0, -1))] = CUES[swapped]
    return words, {at: "AB"[(words[at] in WORDS[:4]) != swapped] for at in places}


def by_word_at(offset):
    return lambda rng: spaced(rng, offset)


PLANTED = {
    "nothing": (by_nothing, set()),
    "word": (by_word, {"probe_word", "probe_left_3", "probe_bag_word", *WINDOWS}),
    "position": (by_position, {"probe_position", "probe_position_both_ends"}),
    "place from the end": (by_place_from_the_end, {"probe_position_both_ends"}),
    "bag": (by_bag, {"probe_bag", "probe_bag_word"}),
    "word and bag": (by_word_and_bag, {"probe_bag_word"}),
    "left 1": (by_word_at(-1), {"probe_left_3", *WINDOWS}),
    "left 3": (by_word_at(-3), {"probe_left_3", "probe_window_3"}),
    "right 1": (by_word_at(1), WINDOWS),
    "right 2": (by_word_at(2), WINDOWS - {"probe_window_1"}),
    "right 4": (by_word_at(4), set()),
}


def planted(draw, *, n, seed):
    rng = random.Random(seed)
    sentences = []
    for _ in range(n):
        words, labels = draw(rng)
        sentences.append((words, [f"B-{labels[at]}" if at in labels else "O" for at in range(len(words))]))
    return split_of_words(sentences)


def corpus(name):
    return planted(PLANTED[name][0], n=600, seed=0), planted(PLANTED[name][0], n=200, seed=1)


def values(figures):
    return {(figure.measure, figure.part): figure.value for figure in figures}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_shortcut_shows_in_the_probes_that_see_it_and_in_no_other(name):
    """Of 400 slot words or more, a coin toss gets 0.625 right only at 5 standard deviations above the mean."""
    figures = values(audit(*corpus(name)))
    accuracies = {probe: figures[probe, ""] for probe in PROBES}
    assert {probe for probe, value in accuracies.items() if value > 0.95} == PLANTED[name][1]
    assert {probe for probe, value in accuracies.items() if value < 0.625} == PROBES.keys() - PLANTED[name][1]


def test_every_measure_is_there_once_and_fills_the_table():
    figures = audit(*corpus("nothing"))
    assert tuple(figure.measure for figure in figures) == MEASURES
    assert len(frame("audit", audit_rows(Travel(), figures))) == len(MEASURES)


def test_the_same_corpus_gives_the_same_figures():
    assert audit(*corpus("word and bag")) == audit(*corpus("word and bag"))


def split_of(*sentences):
    """Return a split of sentences written as "word/label word/label"."""
    pairs = [[token.split("/") for token in sentence.split()] for sentence in sentences]
    return split_of_words([tuple(zip(*tokens, strict=True)) for tokens in pairs])


TRAIN = split_of(
    "to/O new/B-city york/I-city", "from/O rome/B-city", "rome/B-city paris/B-city", "city/O", "to/O x/B-O"
)


@pytest.mark.parametrize(
    ("sentence", "text", "pattern"),
    [
        ("from/O rome/B-city", 1, 1),
        ("to/O rome/B-city", 0, 1),
        ("from/O new/I-city york/I-city", 0, 1),  # an I without a B begins a slot
        ("rome/B-city rome/B-city", 0, 1),
        ("rome/B-city rome/I-city", 0, 0),  # one slot of two words, where training has two
        ("to/O rome/B-time", 0, 0),
        ("city/O", 1, 1),
        ("to/O y/I-O", 0, 1),  # a slot may have any name
        ("rome/B-city", 0, 0),  # a slot is not the word that is its name
    ],
)
def test_shared_sentences(sentence, text, pattern):
    figures = values(audit(TRAIN, split_of(sentence, "a/O b/O c/O")))
    assert figures["shared_text", ""] == text / 2
    assert figures["shared_pattern", ""] == pattern / 2


def test_label_balance_by_hand():
    """Of five slot words three are B-city; of the two far ones both are I-city, and no slot word is in the third.

    The test split has them fifteen times: 30 far slot words are just enough for a figure, 15 rare ones are too few.
    """
    test = split_of(*["to/O rome/B-city oslo/B-city", "new/B-city york/I-city city/I-city"] * 15)
    phenomena = {
        "far": [0, 0, 0, 0, 1, 1],
        "near": [1, 1, 1, 0, 1, 0],
        "empty": [1, 0, 0, 0, 0, 0],
        "rare": [0, 1, 0, 0, 0, 0],
    }
    test = replace(test, phenomena={name: np.array(where * 15, dtype=bool) for name, where in phenomena.items()})
    figures = values(audit(TRAIN, test))
    balance = {part: value for (measure, part), value in figures.items() if measure == "label_balance"}
    assert balance == {"": 3 / 5, "far": 1, "near": 2 / 3}


def test_without_bio_all_scored_words_count():
    """Two of three scored words are N. If the labels were BIO, the O would not count."""
    train, test = split_of("a/O b/N", "b/N a/O"), split_of("a/O b/N b/N a/O")
    test = replace(test, score_mask=np.array([True, True, True, False]))
    figures = values(audit(train, test))
    assert figures["label_balance", ""] == 2 / 3
    assert figures["probe_word", ""] == 1


@pytest.mark.parametrize("sentence", ["a/O b/O", "a/B-x"])
def test_no_slot_or_one_label_is_no_obstacle(sentence):
    slots = "B-x" in sentence
    figures = values(audit(split_of(sentence), split_of(sentence), limits={"probe_bag": 0.5}))
    assert figures["probe_bag", ""] == 1 if slots else np.isnan(figures["probe_bag", ""])
    assert (("label_balance", "") in figures) == slots


def test_numbers_have_no_figures():
    numbers = split_of_numbers(np.zeros((2, 3, 4)), np.zeros((2, 3, 1)), np.ones((2, 3)))
    assert audit(numbers, numbers) == []


def test_a_probe_above_its_ceiling_is_a_breach_and_others_are_not():
    """The labels of 200 sentences are coin tosses: the ceiling is 0.5, and 0.5 + 3 sqrt(0.25 / 200) is allowed."""
    ceilings = {"word": 0.5, "prefix": 0.5, "sentence": 0.5}
    assert breaches(audit(*corpus("nothing"), ceilings=ceilings)) == []
    figures = audit(*corpus("position"), ceilings=ceilings)
    assert {figure.measure for figure in figures if figure.breaches} == PLANTED["position"][1]
    assert {figure.limit for figure in figures if figure.measure in PROBES} == {0.5 + 3 * (0.25 / 200) ** 0.5}
    assert breaches(figures)[0] == "probe_position: 1.00 is above its limit 0.61, its ceiling and 3 standard errors"
    assert breaches(audit(*corpus("position"), ceilings={"word": 0.5, "prefix": 1, "sentence": 1})) == []


def test_the_lower_limit_counts():
    ceilings = {"word": 0.5, "prefix": 0.5, "sentence": 0.5}
    figures = audit(*corpus("nothing"), ceilings=ceilings, limits={"probe_bag": 0.4, "probe_word": 0.9})
    limits = {figure.measure: (figure.limit, figure.limited_by) for figure in figures}
    assert limits["probe_bag"] == (0.4, "settings")
    assert limits["probe_word"] == (0.5 + 3 * (0.25 / 200) ** 0.5, "ceiling")
    assert limits["shared_text"] == (None, "")


def test_unknown_measures_are_mistakes_told_all_at_once():
    with pytest.raises(UserError) as caught:
        audit(TRAIN, TRAIN, limits={"probe_bags": 0.5, "shared_txt": 0, "probe_bag": 1})
    assert str(caught.value).splitlines() == [
        "unknown measure 'probe_bags'; did you mean 'probe_bag'?",
        "unknown measure 'shared_txt'; did you mean 'shared_text'?",
    ]


def ceiling(information, value, **changes):
    row = {"task": "travel", "split": "test", "information": information, "phenomenon": "all"}
    return row | {"metric": NAMING, "value": value} | changes


def test_a_corpus_is_held_against_the_ceilings_of_its_test_split():
    splits = Corpus(dict(zip(("train", "test"), corpus("word"), strict=True)))
    fine = [ceiling(information, 1) for information in ("word", "prefix", "sentence")]
    others = [{"split": "train"}, {"phenomenon": "far"}, {"metric": "token_accuracy"}, {"metric": "slot_accuracy"}]
    rows = fine + [ceiling("word", 0.1, **other) for other in others]
    free = dict.fromkeys(MEASURES, 1.0)
    expected = audit(*corpus("word"), ceilings={"word": 1, "prefix": 1, "sentence": 1}, limits=free)
    assert checked(Travel(limits=free), splits, rows) == expected
    with pytest.raises(UserError, match=r"(?s)the corpus of travel has shortcuts; .*:\nprobe_word: 1.00 .*too high"):
        checked(Travel(limits=free), splits, [ceiling("word", 0.5)])
    with pytest.raises(UserError, match=r"\nprobe_word: 1.00 is above its limit 0.90\n"):
        checked(Travel(limits=free | {"probe_word": 0.9}), splits, [])


FIGURES = [
    Figure("probe_bag", "", 0.71, 0.65, "settings"),
    Figure("probe_word", "", 0.4321, 0.4321, "settings"),
    Figure("label_balance", "far", 0.50004, 0.5, "settings"),
    Figure("shared_text", "", float("nan"), 0.5, "settings"),
    Figure("shared_pattern", "", 0.25),
]


def test_messages_name_what_is_above_with_as_many_decimals_as_show_it():
    assert breaches(FIGURES) == [
        "probe_bag: 0.71 is above its limit 0.65",
        "label_balance of far: 0.50004 is above its limit 0.50000",
    ]


def test_a_table_for_the_terminal():
    assert rendered(FIGURES).splitlines() == [
        "measure         part  value  limit",
        "probe_bag             0.710  0.650  too high",
        "probe_word            0.432  0.432",
        "label_balance   far   0.500  0.500  too high",
        "shared_text           nan    0.500",
        "shared_pattern        0.250",
    ]
