"""Slot filling: in a sentence that books a journey, which words are the places and times of departure and arrival?"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rnnbench.common.errors import UserError
from rnnbench.common.garbage import uncollected
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import PAIRS, Corpus, Split, split_of_words
from rnnbench.data.language.automaton import Automaton, Sentence
from rnnbench.data.language.expressions import Choice, Expression, compile_automaton, draw
from rnnbench.data.language.grammar import read_grammar
from rnnbench.data.language.misspelling import misspelt
from rnnbench.tasks._base import MAX_REPEATS, MAX_SEQUENCES, Information, Posteriors, SyntheticTask

TEXT = Path(__file__).with_suffix(".txt")
"""The file that defines the language."""

_SLOTS = ("airline", "class", "destination", "passengers", "place_of_departure", "time_of_arrival", "time_of_departure")
LABELS = ("O", *(f"{part}-{slot}" for part in "BI" for slot in _SLOTS))
"""The K labels in order, "O" first."""

_TAGS = ((), ("cue_before",), (), ("cue_before",), ("cue_before",))
PAIR: tuple[Sentence, Sentence] = (
    Sentence(
        ("arrive", "taipei", "on", "november", "2nd"),
        ("O", "B-destination", "O", "B-time_of_arrival", "I-time_of_arrival"),
        _TAGS,
    ),
    Sentence(
        ("leave", "taipei", "on", "november", "2nd"),
        ("O", "B-place_of_departure", "O", "B-time_of_departure", "I-time_of_departure"),
        _TAGS,
    ),
)
"""The lecture's two sentences: all words but the first are the same, and none of the slots is."""

LIMITS = {
    "probe_word": 0.75,
    "probe_position": 0.4,
    "probe_position_both_ends": 0.4,
    "probe_bag": 0.5,
    "probe_bag_word": 0.75,
    "shared_text": 0.0,
    "shared_pattern": 0.5,
    "label_balance": 0.5,
}
"""Figure of the audit -> its largest acceptable value: a corpus above it has a shortcut, or repeats itself."""


class Shares(BaseModel):
    """The relative frequency of each family of patterns; travel.txt defines the families."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    cue_before: float = Field(default=36.0, ge=0, le=1e6, description="the cue comes before its slot")
    cue_after: float = Field(default=18.0, ge=0, le=1e6, description="the cue comes after its slot")
    switch: float = Field(default=22.0, ge=0, le=1e6, description="two places, each with its cue")
    order: float = Field(default=8.0, ge=0, le=1e6, description="two places without cues, known by their order")
    correction: float = Field(default=10.0, ge=0, le=1e6, description="a slot is corrected")
    ambiguous: float = Field(default=2.0, ge=0, le=1e6, description="a place without a cue: its slot is unknowable")

    @model_validator(mode="after")
    def _check_sum(self) -> "Shares":
        if not sum(self.model_dump().values()):
            raise ValueError("one of the shares must be above 0")
        return self


@dataclass(frozen=True)
class Wording:
    """The settings that determine the language of a corpus."""

    distance: int
    homographs: float
    shares: Shares

    def values(self) -> dict[str, float]:
        """Return name -> value for the names among the weights in travel.txt, in the language of training."""
        cities = {"usual": 1 - self.homographs, "homographs": self.homographs, "unseen": 0}
        patterns = {"seen": 1, "held_out": 0, "apart": 0.5}
        return self.shares.model_dump() | cities | patterns | _distance_values(1, self.distance)

    def only(self, *families: str) -> dict[str, float]:
        """Return the shares with 0 for all but these families; where these have none either, they get equal shares."""
        shares = self.shares.model_dump()
        selected = {family: shares[family] for family in families}
        return dict.fromkeys(shares, 0.0) | (selected if any(selected.values()) else dict.fromkeys(families, 1.0))


def _distance_values(least: int, most: int) -> dict[str, float]:
    """Return the values in travel.txt that set how many words stand between cue and slot."""
    return {"least": least, "most": most, "least_less_one": least - 1, "most_less_one": most - 1}


_CUED = ("cue_before", "cue_after", "switch", "correction")
"""The families in which cue words determine the slot."""

VARIANTS: Mapping[str, Callable[[Wording], dict[str, float]]] = {
    "test_unseen": lambda wording: {"usual": 0, "homographs": 0, "unseen": 1},
    "test_typos": lambda wording: {"usual": 1, "homographs": 0},
    "test_longer": lambda wording: (
        wording.only("cue_before") | {"apart": 1} | _distance_values(wording.distance + 1, 2 * wording.distance)
    ),
    "test_patterns": lambda wording: wording.only(*_CUED) | {"seen": 0, "held_out": 1},
    PAIRS: lambda wording: wording.only(*_CUED),
}
"""Split with a language of its own -> the values in which this language differs from that of training."""


@dataclass(frozen=True)
class Language:
    """A language as two expressions of the same shape, arriving and leaving, each with half of the sentences."""

    sides: tuple[Expression, Expression]

    @functools.cached_property
    def automaton(self) -> Automaton:
        """Return the automaton of both sides together."""
        return compile_automaton(Choice(tuple((0.5, side) for side in self.sides)), LABELS)

    def draws(self, rng: np.random.Generator) -> Iterator[tuple[Sentence]]:
        """Yield sentences, drawn from the expressions: faster than `samples` for few sentences."""
        while True:
            yield (draw(self.sides[int(rng.integers(2))], rng),)

    def samples(self, rng: np.random.Generator) -> Iterator[tuple[Sentence]]:
        """Yield sentences, drawn from the automaton: faster than `draws` for many sentences."""
        return ((sentence,) for sentence in self.automaton.samples(rng))

    def pairs(self, rng: np.random.Generator) -> Iterator[tuple[Sentence, Sentence]]:
        """Yield two sentences at a time that differ in the cue words alone, the first of them from side 0."""
        while True:
            seed = int(rng.integers(2**63))
            first, second = (draw(side, np.random.default_rng(seed)) for side in self.sides)
            yield first, second


@functools.lru_cache(maxsize=12)
def language(split: str, wording: Wording) -> Language:
    """Return the language of a split; it is built once per process, in about a second."""
    values = wording.values() | (VARIANTS[split](wording) if split in VARIANTS else {})
    rewrite = {"city": functools.partial(misspelt, vocabulary=_words_of_text())} if split == "test_typos" else None
    arriving, leaving = (read_grammar(TEXT, side=side, values=values, rewrite=rewrite) for side in (0, 1))
    return Language((arriving, leaving))


@functools.cache
def _words_of_text() -> frozenset[str]:
    """Return all words in travel.txt, which a misspelt city must not be."""
    return frozenset(re.findall(r"[a-z0-9]+", TEXT.read_text(encoding="utf-8")))


def unique_draws(draws: Iterator[Sequence[Sentence]], seen: set[tuple[str, ...]]) -> Iterator[Sequence[Sentence]]:
    """Yield the draws whose sentences are distinct and not in `seen`, and add their words to `seen`.

    Raises UserError when the language has no more sentences.
    """
    repeats = 0
    for sentences in draws:
        words = {sentence.words for sentence in sentences}
        repeats = repeats + 1 if len(words) < len(sentences) or words & seen else 0
        if not repeats:
            seen |= words
            yield sentences
        elif repeats == MAX_REPEATS:
            break
    raise UserError(
        f"the language gave no new sentence in {MAX_REPEATS} draws, after {len(seen)} distinct ones; "
        "choose fewer sentences (train, validation, test, extra)"
    )


class Travel(SyntheticTask):
    """Label every word with its slot in BIO: the first word of a slot is B-, its others are I-, all other words are O.

    >>> arrive, leave = PAIR
    >>> for columns in zip(arrive.words, arrive.labels, leave.words, leave.labels):
    ...     print("{:9} {:18}   {:9} {}".format(*columns))
    arrive    O                    leave     O
    taipei    B-destination        taipei    B-place_of_departure
    on        O                    on        O
    november  B-time_of_arrival    november  B-time_of_departure
    2nd       I-time_of_arrival    2nd       I-time_of_departure

    The language is defined in travel.txt. Arriving and leaving have the same words in the same places there, so that
    only the cue determines the slot.
    Splits with a language of their own: test_unseen (cities that training never names), test_typos (every city has one
    wrong letter), test_longer (more words between cue and slot), test_patterns (other patterns), and pairs (sentences
    2i and 2i + 1 differ in the cue words alone).
    Training sentences are drawn last, so that a larger training split leaves the other splits as they are.
    """

    inputs = "words"
    outputs = "labels"
    selection_metric = "slot_f1"

    train: int = Field(default=12000, ge=1, le=MAX_SEQUENCES, description="sentences to train on")
    test: int = Field(
        default=1000,
        ge=2,
        le=MAX_SEQUENCES,
        description="sentences scored once, at the end; the first two are the lecture's pair",
    )
    extra: int = Field(default=500, ge=2, le=MAX_SEQUENCES, description="sentences in each further test split")
    distance: int = Field(default=12, ge=1, le=40, description="largest number of words between a cue and its slot")
    homographs: float = Field(
        default=0.05, ge=0, le=1, description="share of cities whose names are also other words of the language"
    )
    shares: Shares = Field(default=Shares(), description="relative frequency of each family of patterns")
    limits: dict[str, float] = Field(
        default=LIMITS, description="largest value that each figure of the audit may have; defaults hold for the others"
    )

    @field_validator("limits")
    @classmethod
    def _add_default_limits(cls, limits: dict[str, float]) -> dict[str, float]:
        return LIMITS | limits

    @uncollected()
    def generate(self) -> Corpus:
        """Return the splits; their sentences are distinct, except that showcase is the lecture's pair, as in test."""
        seen = {sentence.words for sentence in PAIR}
        sentences: dict[str, list[Sentence]] = {"test": [*PAIR, *self._draw("test", self.test - len(PAIR), seen)]}
        for name in VARIANTS:
            sentences[name] = self._draw(name, self.extra, seen)
        sentences["validation"] = self._draw("validation", self.validation, seen)
        sentences["train"] = self._draw("train", self.train, seen)
        order = ("train", "validation", "test", *VARIANTS)
        return Corpus({name: split_of_words(sentences[name]) for name in order} | {"showcase": split_of_words(PAIR)})

    @property
    def automaton(self) -> Automaton:
        """Return the automaton of the training language."""
        return self._language("train").automaton

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence in lower case, as the language spells them."""
        return sentence.lower().split()

    def posteriors(self, name: str, split: Split) -> Posteriors:
        """Return the exact probability of each of `LABELS` at each of the S positions."""
        probabilities = self._language(name).automaton.posteriors_of(words.tolist() for words in split.sequences)
        return Posteriors(LABELS, {kind: probabilities[kind] for kind in get_args(Information)})

    def explain(self, words: Sequence[str]) -> tuple[tuple[str, ...], Mapping[Information, Array]]:
        """Return the K labels and, for each kind of information, the distribution over them at each of T words, (T, K).

        The language is the first that contains the sentence: that of training, then those of other splits. Case does
        not matter. Raises UserError where no language contains it.
        """
        lower, errors = [word.lower() for word in words], []
        for name in ("train", *VARIANTS):
            try:
                posteriors = self._language(name).automaton.posteriors(lower)
            except UserError as error:
                errors.append(error)
            else:
                return LABELS, {kind: posteriors[kind] for kind in get_args(Information)}
        raise errors[0]

    def _language(self, split: str) -> Language:
        name = split if split in VARIANTS else "train"
        return language(name, Wording(self.distance, self.homographs, self.shares))

    def _draw(self, name: str, n: int, seen: set[tuple[str, ...]]) -> list[Sentence]:
        """Return n new sentences of a split, n - 1 where n is odd and the split is `pairs`."""
        rng, source = generator(purpose="travel", split=name, seed=self.seed), self._language(name)
        draws = {PAIRS: source.pairs}.get(name, source.draws if name in VARIANTS else source.samples)
        return [*chain.from_iterable(islice(unique_draws(draws(rng), seen), n // 2 if name == PAIRS else n))]
