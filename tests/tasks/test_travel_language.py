"""The travel task's language: its phenomena, what single words reveal, and its oracle."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import get_args

import numpy as np
import pytest

from helpers.travel_corpora import FAMILIES, PLACES, automaton_of, expected_counts, oracle_accuracy
from rnnbench.common.randomness import generator
from rnnbench.data.corpus import Corpus
from rnnbench.data.language.automaton import STOP, Arc, Automaton
from rnnbench.tasks import Information
from rnnbench.tasks.travel import LABELS, VARIANTS, Shares, Travel, Wording

KINDS = get_args(Information)


MIRRORED = [(f"{bio}-{a}", f"{bio}-{b}") for bio in "BI" for a, b in
            [("destination", "place_of_departure"), ("time_of_arrival", "time_of_departure")]]  # fmt: skip


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


def test_families_of_patterns_have_their_shares(corpus: Corpus) -> None:
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
        # Four standard errors, and a margin for duplicates, which are left out.
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
    for arc in (arc for state in automaton_of().states for arc in state.arcs if arc != STOP):
        homographs |= {arc.word} if "homograph" in arc.tags else set()
        plain |= {arc.word} if arc.label == "O" and not arc.tags else set()
        places |= {arc.word} if arc.label == "B-destination" and "several_words" not in arc.tags else set()
    assert {"nice", "reading", "mobile", "split", "march", "may", "august", "sofia"} <= homographs
    assert homographs <= places | months
    assert not plain & (places | months)


@pytest.mark.parametrize("homographs", [0, 0.3, 1])
def test_the_share_of_homographs_is_a_setting(homographs: float) -> None:
    shares, sums = dict.fromkeys(FAMILIES, 0) | {"order": 1}, Counter()
    for arc, mass in visits(automaton_of(wording=Wording(1, homographs, Shares.model_validate(shares)))):
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
    """Yield every arc with the expected number of its visits in a sentence."""
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
    automaton = automaton_of(name)
    assert automaton.labels == LABELS
    assert {arc.label for state in automaton.states for arc in state.arcs if arc != STOP} == set(LABELS)
    assert all(abs(sum(state.arcs.values()) - 1) < 1e-12 for state in automaton.states)


def expected_by(part: int) -> Mapping[int | str, Mapping[str, float]]:
    """Return the expected number of each label in a sentence, by position (part 0) or by word (part 1)."""
    sums: dict[int | str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, mass in expected_counts().items():
        sums[key[part]][key[2]] += mass
    return sums


def test_no_word_reveals_its_slot() -> None:
    """Every city is as likely a destination as a place of departure, and every date word as likely in either time."""
    for word, row in expected_by(1).items():
        for arriving, leaving in MIRRORED:
            assert row[arriving] == pytest.approx(row[leaving], abs=1e-12), word


def test_no_position_reveals_its_slot() -> None:
    for position, row in expected_by(0).items():
        for arriving, leaving in MIRRORED:
            # Mirrored patterns have the same words at the same positions. Only two cities known by their order do not:
            # the first is always the place of departure.
            assert abs(row[arriving] - row[leaving]) <= 0.12 * (row[arriving] + row[leaving]), position


def test_the_language_is_large() -> None:
    rows = expected_by(1).values()
    assert sum("B-destination" in row for row in rows) >= 120
    assert sum(row["I-destination"] for row in rows) > 0.2 * sum(row["B-destination"] for row in rows)


# --- The oracle
@pytest.mark.parametrize("seed", range(5))
def test_ceilings_lie_where_memory_and_foresight_matter(seed: int) -> None:
    ceilings = oracle_accuracy("test", Travel(train=1, seed=seed).generate().splits["test"])
    assert 0.4 <= ceilings["word"] <= 0.75
    assert 0.85 <= ceilings["prefix"] <= 0.97
    assert ceilings["sentence"] >= 0.98


def test_ceilings_of_the_further_splits_are_as_high(corpus: Corpus) -> None:
    for name in VARIANTS:
        ceilings = oracle_accuracy(name, corpus.splits[name])
        assert ceilings["sentence"] >= 0.98, name
        assert ceilings["prefix"] >= 0.85, name


def test_the_oracle_answers_for_every_position(corpus: Corpus) -> None:
    for name, split in corpus.splits.items():
        oracle = Travel().oracle(name, split)
        assert tuple(oracle) == KINDS
        assert all(answers.shape == split.targets.shape for answers in oracle.values())
        assert set(oracle["sentence"]) <= set(corpus.labels)


def test_the_oracle_in_slots_answers_o_exactly_outside_slots(corpus: Corpus) -> None:
    split = corpus.splits["test"]
    posteriors = Travel().posteriors("test", split)
    for kind in KINDS:
        in_slots = posteriors.answers_in_slots(kind, split.targets != "O")
        assert np.array_equal(in_slots == "O", split.targets == "O")
        assert np.sum(in_slots == split.targets) >= np.sum(posteriors.answers(kind) == split.targets)


def test_sentences_of_other_splits_are_explained_too(corpus: Corpus) -> None:
    for name in VARIANTS:
        split = corpus.splits[name]
        names, posteriors = Travel().explain(split.sequences[0].tolist())
        assert names == LABELS
        assert posteriors["sentence"].shape == (split.lengths[0], len(LABELS))


def test_a_million_sentences_agree_with_the_posteriors() -> None:
    """Count each label of a word anywhere, and of the last word of the first one, two and three words."""
    automaton, n = automaton_of(), 1_000_000
    anywhere: Counter[tuple[str, str]] = Counter()
    prefixes: Counter[tuple[tuple[str, ...], str]] = Counter()
    examples: dict[tuple[str, ...], tuple[str, ...]] = {}
    for words, labels, _ in islice(automaton.samples(generator(test="million")), n):
        anywhere.update(zip(words, labels, strict=True))
        for k in range(1, min(3, len(words)) + 1):
            prefixes[words[:k], labels[k - 1]] += 1
            examples.setdefault(words[:k], words)
    # The words of a sentence are not independent, so that the variance of counts is larger than that of the binomial.
    check(automaton.label_distributions, anywhere, spread=2.0)
    starts = frequent(prefixes)
    check({words: automaton.posteriors(examples[words])["prefix"][len(words) - 1] for words in starts}, prefixes)


def frequent(counts: Counter) -> set:
    totals: Counter = Counter()
    for (key, _), count in counts.items():
        totals[key] += count
    return {key for key, count in totals.items() if count >= 300}


def check(probabilities: Mapping, counts: Counter, spread: float = 1.0) -> None:
    """Compare counts of (key, label) with probabilities: six standard errors, because there are about ten thousand."""
    keys = frequent(counts) & probabilities.keys()
    assert len(keys) > 300
    for key in keys:
        p, n_labels = probabilities[key], np.array([counts[key, label] for label in LABELS])
        error = np.sqrt(n_labels.sum() * p * (1 - p) * spread)
        assert np.all(np.abs(n_labels - n_labels.sum() * p) <= 6 * error + 3), key
        assert not np.any(n_labels[p == 0])
