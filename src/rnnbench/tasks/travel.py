"""Slot filling: a sentence that books a journey; which words are the places and dates of leaving and arriving?"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from typing import get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rnnbench.common.errors import UserError
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.corpus import PAIRS, Corpus, Split, split_of_words
from rnnbench.data.language.automaton import Automaton, Sentence
from rnnbench.data.language.expressions import Choice, Expression, compile_automaton, draw
from rnnbench.data.language.grammar import read_grammar
from rnnbench.data.language.misspelling import misspelt
from rnnbench.tasks._base import MAX_SEQUENCES, Information, SyntheticTask

TEXT = Path(__file__).with_suffix(".txt")

_SLOTS = ("airline", "class", "destination", "passengers", "place_of_departure", "time_of_arrival", "time_of_departure")
LABELS = ("O", *(f"{part}-{slot}" for part in "BI" for slot in _SLOTS))
"""The K labels, in their order."""

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
"""The lecture's two sentences: every word but the first is the same, and no slot is."""

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
"""What the figures of the audit may be: a corpus above them has a shortcut, or repeats itself."""

MAX_DRAWS_IN_VAIN = 1000
"""After so many draws in a row without a new sentence the language counts as used up."""


class Shares(BaseModel):
    """How often each family of patterns comes, in proportion; travel.txt shows what they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    cue_before: float = Field(default=36.0, ge=0, le=1e6, description="the cue comes before its slot")
    cue_after: float = Field(default=18.0, ge=0, le=1e6, description="the cue comes after its slot")
    switch: float = Field(default=22.0, ge=0, le=1e6, description="two places, each with its cue")
    order: float = Field(default=8.0, ge=0, le=1e6, description="two places known by their order")
    correction: float = Field(default=10.0, ge=0, le=1e6, description="something is taken back")
    ambiguous: float = Field(default=2.0, ge=0, le=1e6, description="nobody can know")

    @model_validator(mode="after")
    def _some_family(self) -> "Shares":
        if not sum(self.model_dump().values()):
            raise ValueError("one of the shares must be above 0")
        return self


@dataclass(frozen=True)
class Wording:
    """What decides how the language of a corpus speaks."""

    distance: int
    homographs: float
    shares: Shares

    def values(self) -> dict[str, float]:
        """Return what the names in travel.txt stand for in the language that is trained on."""
        cities = {"usual": 1 - self.homographs, "homographs": self.homographs, "unseen": 0}
        patterns = {"seen": 1, "held_out": 0, "apart": 0.5}
        return self.shares.model_dump() | cities | patterns | _words(1, self.distance)

    def only(self, *families: str) -> dict[str, float]:
        """Return the shares of these families, even ones where they have none, and 0 for the others."""
        shares = self.shares.model_dump()
        asked = {family: shares[family] for family in families}
        return dict.fromkeys(shares, 0.0) | (asked if any(asked.values()) else dict.fromkeys(families, 1.0))


def _words(least: int, most: int) -> dict[str, float]:
    """Return the values that say how many words stand between cue and slot."""
    return {"least": least, "most": most, "least_less_one": least - 1, "most_less_one": most - 1}


_CUED = ("cue_before", "cue_after", "switch", "correction")

VARIANTS: Mapping[str, Callable[[Wording], dict[str, float]]] = {
    "test_unseen": lambda wording: {"usual": 0, "homographs": 0, "unseen": 1},
    "test_typos": lambda wording: {"usual": 1, "homographs": 0},
    "test_longer": lambda wording: (
        wording.only("cue_before") | {"apart": 1} | _words(wording.distance + 1, 2 * wording.distance)
    ),
    "test_patterns": lambda wording: wording.only(*_CUED) | {"seen": 0, "held_out": 1},
    PAIRS: lambda wording: wording.only(*_CUED),
}
"""The splits that have a language of their own, and the values that are other ones there."""


@dataclass(frozen=True)
class Language:
    """One language as two expressions of the same shape, arriving and leaving, each of them half of the sentences."""

    sides: tuple[Expression, Expression]

    @functools.cached_property
    def automaton(self) -> Automaton:
        """Return the automaton of both sides."""
        return compile_automaton(Choice(tuple((0.5, side) for side in self.sides)), LABELS)

    def draw(self, rng: np.random.Generator) -> tuple[Sentence]:
        """Return one sentence; for a few of them this is quicker than building the automaton."""
        return (draw(self.sides[int(rng.integers(2))], rng),)

    def sample(self, rng: np.random.Generator) -> tuple[Sentence]:
        """Return one sentence; for many of them this is quicker than drawing from the expressions."""
        return (self.automaton.sample(rng),)

    def pair(self, rng: np.random.Generator) -> tuple[Sentence, Sentence]:
        """Return two sentences that differ in the cue words alone."""
        seed = int(rng.integers(2**63))
        first, second = (draw(side, np.random.default_rng(seed)) for side in self.sides)
        return first, second


@functools.lru_cache(maxsize=12)
def language(split: str, wording: Wording) -> Language:
    """Return the language of a split; it is built once per process, in about a second."""
    values = wording.values() | (VARIANTS[split](wording) if split in VARIANTS else {})
    rewrite = {"city": functools.partial(misspelt, known=_words_of_text())} if split == "test_typos" else None
    first, second = (read_grammar(TEXT, side=side, values=values, rewrite=rewrite) for side in (0, 1))
    return Language((first, second))


@functools.cache
def _words_of_text() -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", TEXT.read_text(encoding="utf-8")))


def unique_draws(draws: Iterator[Sequence[Sentence]], seen: set[tuple[str, ...]]) -> Iterator[Sequence[Sentence]]:
    """Yield those draws of which no sentence has the words of another or of one in `seen`, where they are added.

    Raises UserError when the language has no more to give.
    """
    repeats = 0
    for sentences in draws:
        words = {sentence.words for sentence in sentences}
        repeats = repeats + 1 if len(words) < len(sentences) or words & seen else 0
        if not repeats:
            seen |= words
            yield sentences
        elif repeats == MAX_DRAWS_IN_VAIN:
            break
    raise UserError(
        f"the language gave no new sentence in {MAX_DRAWS_IN_VAIN} draws, after {len(seen)} different ones; "
        "ask for fewer sentences (train, validation, test, extra)"
    )


class Travel(SyntheticTask):
    """Name the slot of every word, as BIO labels: a slot's first word is B-, its others I-, all else is O.

    >>> arrive, leave = PAIR
    >>> for columns in zip(arrive.words, arrive.labels, leave.words, leave.labels):
    ...     print("{:9} {:18}   {:9} {}".format(*columns))
    arrive    O                    leave     O
    taipei    B-destination        taipei    B-place_of_departure
    on        O                    on        O
    november  B-time_of_arrival    november  B-time_of_departure
    2nd       I-time_of_arrival    2nd       I-time_of_departure

    The language is written in travel.txt, and whatever is said there of arriving is said of leaving in the same
    words and places, so that only the cue tells the slot.
    Splits that have a language of their own: test_unseen (cities that training never names), test_typos (every city
    has one letter wrong), test_longer (more words between cue and slot), test_patterns (other patterns), and pairs
    (sentences 2i and 2i + 1 differ in the cue words alone).
    Sentences are drawn for training last: more of them leave the others as they are.
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
    distance: int = Field(default=12, ge=1, le=40, description="the most words between a cue and its slot")
    homographs: float = Field(default=0.05, ge=0, le=1, description="share of cities that are plain words elsewhere")
    shares: Shares = Field(default=Shares(), description="how often each family of patterns comes, in proportion")
    limits: dict[str, float] = Field(default=LIMITS, description="the largest value of each figure of the audit")

    @field_validator("limits")
    @classmethod
    def _beside_the_others(cls, limits: dict[str, float]) -> dict[str, float]:
        """Return the limits given, and the default ones of the other figures."""
        return LIMITS | limits

    def generate(self) -> Corpus:
        """Return the splits; no two of their sentences have the same words, and showcase is the lecture's pair."""
        seen = {sentence.words for sentence in PAIR}
        found: dict[str, list[Sentence]] = {"test": [*PAIR, *self._drawn("test", self.test - len(PAIR), seen)]}
        for name in VARIANTS:
            found[name] = self._drawn(name, self.extra, seen)
        found["validation"] = self._drawn("validation", self.validation, seen)
        found["train"] = self._drawn("train", self.train, seen)
        order = ("train", "validation", "test", *VARIANTS)
        return Corpus({name: split_of_words(found[name]) for name in order} | {"showcase": split_of_words(PAIR)})

    @property
    def automaton(self) -> Automaton:
        """Return the automaton of the language of training."""
        return self._language("train").automaton

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence in lower case, as the language spells them."""
        return sentence.lower().split()

    def oracle(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the most likely label at each of the S positions."""
        labels = np.array(LABELS, dtype=object)
        return {kind: labels[numbers] for kind, numbers in self._best(name, split, range(len(LABELS))).items()}

    def oracle_in_slots(self, name: str, split: Split) -> Mapping[Information, Array]:
        """Return the most likely label but "O" at the positions that stand in slots, and "O" at the others."""
        labels, in_slot = np.array(LABELS, dtype=object), split.targets != LABELS[0]
        best = self._best(name, split, range(1, len(LABELS)))
        return {kind: labels[np.where(in_slot, numbers, 0)] for kind, numbers in best.items()}

    def explain(self, words: Sequence[str]) -> tuple[tuple[str, ...], Mapping[Information, Array]]:
        """Return the K labels and, for each kind of information, their probabilities for each of T words, (T, K).

        The language is the first that the sentence belongs to: that of training, then those of other splits. Capital
        letters do not matter. Raises UserError where the sentence is in none of them.
        """
        lower, mistakes = [word.lower() for word in words], []
        for name in ("train", *VARIANTS):
            try:
                found = self._language(name).automaton.posteriors(lower)
            except UserError as mistake:
                mistakes.append(mistake)
            else:
                return LABELS, {kind: found[kind] for kind in get_args(Information)}
        raise mistakes[0]

    def _best(self, name: str, split: Split, among: range) -> Mapping[Information, Array]:
        """Return, for each kind of information, the number of the most likely label among some, at each position."""
        automaton = self._language(name).automaton
        best: dict[Information, list[Array]] = {kind: [] for kind in get_args(Information)}
        for words in split.sequences:
            found = automaton.posteriors(words.tolist())
            for kind, numbers in best.items():
                # Labels that are mirror images are as likely as each other; rounding must not choose between them.
                numbers.append(found[kind][:, among].round(12).argmax(axis=1) + among.start)
        return {kind: np.concatenate(numbers) for kind, numbers in best.items()}

    def _language(self, split: str) -> Language:
        name = split if split in VARIANTS else "train"
        return language(name, Wording(self.distance, self.homographs, self.shares))

    def _drawn(self, name: str, n: int, seen: set[tuple[str, ...]]) -> list[Sentence]:
        """Return n new sentences of a split; pairs stand together, so that an odd number is one less."""
        rng, spoken = generator(purpose="travel", split=name, seed=self.seed), self._language(name)
        sample = {PAIRS: spoken.pair}.get(name, spoken.draw if name in VARIANTS else spoken.sample)
        draws = (sample(rng) for _ in repeat(None))
        return [*chain.from_iterable(islice(unique_draws(draws, seen), n // 2 if name == PAIRS else n))]
