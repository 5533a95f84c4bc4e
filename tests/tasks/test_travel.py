"""The travel task: the lecture's sentences, and the splits that are drawn for training."""

from itertools import islice

import numpy as np
import pytest
from pydantic import ValidationError

from helpers.travel_corpora import FAMILIES, most_likely_labels
from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.data.corpus import Corpus, Split
from rnnbench.data.language.automaton import Sentence
from rnnbench.data.language.expressions import Choice, Word, compile_automaton
from rnnbench.tasks.travel import PAIR, VARIANTS, Travel, unique_draws


def texts(split: Split) -> list[str]:
    return [" ".join(words) for words in split.sequences]


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
    assert most_likely_labels(sentence) == most_likely_labels(sentence, "prefix") == list(expected)
    assert most_likely_labels(f"i would like to {sentence}") == ["O"] * 4 + list(expected)


def test_the_word_alone_does_not_distinguish_the_two_taipeis() -> None:
    assert (
        most_likely_labels("arrive taipei on november 2nd", "word")[1:]
        == most_likely_labels("leave taipei on november 2nd", "word")[1:]
    )


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
def test_labels_follow_the_cues(sentence: str, expected: str) -> None:
    assert most_likely_labels(sentence) == expected.split()


def test_a_cue_after_the_slot_does_not_help_at_the_slot() -> None:
    names, posteriors = Travel().explain(["taipei", "is", "where", "i", "want", "to", "arrive"])
    arriving, leaving = names.index("B-destination"), names.index("B-place_of_departure")
    assert posteriors["prefix"][0, [arriving, leaving]].min() > 0.4
    assert posteriors["sentence"][0, arriving] == pytest.approx(1)


def test_the_slot_of_a_bare_city_is_unknowable() -> None:
    names, posteriors = Travel().explain(["Taipei"])
    row = posteriors["sentence"][0, [names.index("B-destination"), names.index("B-place_of_departure")]]
    np.testing.assert_allclose(row, 0.5, atol=1e-12)


def test_a_word_outside_the_language_is_reported() -> None:
    with pytest.raises(UserError, match="word 2, 'gandalf', is not a word"):
        Travel().explain(["arrive", "Gandalf"])


# --- The splits
def test_splits_have_their_sizes_and_no_common_sentence() -> None:
    corpus = Travel(train=300, validation=50, test=70, extra=31).generate()
    sentences = {name: texts(split) for name, split in corpus.splits.items() if name != "showcase"}
    sizes = {"train": 300, "validation": 50, "test": 70, **dict.fromkeys(VARIANTS, 31), "pairs": 30}
    assert {name: len(split) for name, split in sentences.items()} == sizes
    assert len(set().union(*sentences.values())) == sum(sizes.values())


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
    test = Travel(train=1, validation=1, test=2, extra=2).generate().splits["test"]
    assert texts(test) == [" ".join(sentence.words) for sentence in PAIR]


def test_a_language_with_too_few_sentences_is_reported() -> None:
    tiny, rng = compile_automaton(Choice(((1.0, Word("a")), (1.0, Word("b"))))), generator(seed=0)
    draws = unique_draws(((sentence,) for sentence in tiny.samples(rng)), {("a",)})
    assert list(islice(draws, 1)) == [(Sentence(("b",), ("O",), ((),)),)]
    with pytest.raises(UserError, match="choose fewer sentences"):
        next(draws)


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
