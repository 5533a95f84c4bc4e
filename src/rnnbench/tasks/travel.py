"""Slot filling: a sentence that books a journey; which words are the places and dates of leaving and arriving?"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import get_args

import numpy as np
from pydantic import Field

from rnnbench.automaton import Automaton
from rnnbench.corpus import Array, Corpus, Split, split_of_words
from rnnbench.errors import UserError
from rnnbench.expressions import compile_automaton
from rnnbench.grammar import read_grammar
from rnnbench.seeds import generator
from rnnbench.tasks import Information, Task

Sentence = tuple[tuple[str, ...], tuple[str, ...]]
"""Words and their labels, equally many."""

PAIR: tuple[Sentence, Sentence] = (
    (
        ("arrive", "taipei", "on", "november", "2nd"),
        ("O", "B-destination", "O", "B-time_of_arrival", "I-time_of_arrival"),
    ),
    (
        ("leave", "taipei", "on", "november", "2nd"),
        ("O", "B-place_of_departure", "O", "B-time_of_departure", "I-time_of_departure"),
    ),
)
"""The lecture's two sentences: every word but the first is the same, and no slot is."""

PATIENCE = 1000
"""After so many draws in a row without a new sentence the language counts as used up."""


@functools.cache
def language() -> Automaton:
    """Return the automaton of travel.txt; it is built once per process, in less than a second."""
    return compile_automaton(read_grammar(Path(__file__).with_suffix(".txt")))


def distinct_sentences(
    automaton: Automaton, rng: np.random.Generator, known: set[tuple[str, ...]]
) -> Iterator[Sentence]:
    """Draw sentences of which none has the words of another or of a `known` one.

    Raises UserError when the language has no more to give.
    """
    seen, repeats = set(known), 0
    while repeats < PATIENCE:
        words, labels = automaton.sample(rng)
        repeats = repeats + 1 if words in seen else 0
        if not repeats:
            seen.add(words)
            yield words, labels
    raise UserError(
        f"the language gave {len(seen)} different sentences and then none in {PATIENCE} draws; "
        "ask for fewer sentences (train, validation, test)"
    )


class Travel(Task):
    """Name the slot of every word, as BIO labels: a slot's first word is B-, its others I-, all else is O.

    >>> (arrive, arriving), (leave, leaving) = PAIR
    >>> for columns in zip(arrive, arriving, leave, leaving):
    ...     print("{:9} {:18}   {:9} {}".format(*columns))
    arrive    O                    leave     O
    taipei    B-destination        taipei    B-place_of_departure
    on        O                    on        O
    november  B-time_of_arrival    november  B-time_of_departure
    2nd       I-time_of_arrival    2nd       I-time_of_departure

    The language is written in travel.txt, and whatever is said there of arriving is said of leaving in the same
    words and places, so that only the cue tells the slot.
    Sentences are drawn for test first, then for validation, then for training: more training sentences leave the
    others as they are.
    """

    inputs = "words"
    outputs = "labels"
    chosen_by = "slot_f1"

    test: int = Field(
        default=1000, ge=2, description="sentences scored once, at the end; the first two are the lecture's pair"
    )

    def generate(self) -> Corpus:
        """Return the splits; no two of their sentences have the same words, and showcase is the lecture's pair."""
        rng = generator(purpose="travel", seed=self.seed)
        drawn = distinct_sentences(language(), rng, known={words for words, _ in PAIR})
        test = [*PAIR, *islice(drawn, self.test - len(PAIR))]
        validation = list(islice(drawn, self.validation))
        train = list(islice(drawn, self.train))
        splits = {"train": train, "validation": validation, "test": test, "showcase": PAIR}
        return Corpus({name: split_of_words(sentences) for name, sentences in splits.items()})

    def words(self, sentence: str) -> list[str]:
        """Return the words of a sentence in lower case, as the language spells them."""
        return sentence.lower().split()

    def oracle(self, split: Split) -> Mapping[Information, Array]:
        """Return, for each kind of information, the most likely label at each of the S positions."""
        labels, kinds = np.array(language().labels, dtype=object), get_args(Information)
        sentences = np.split(split.inputs, split.starts[1:])
        found = [language().posteriors(words.tolist()) for words in sentences]
        return {kind: np.concatenate([labels[rows[kind].argmax(axis=1)] for rows in found]) for kind in kinds}

    def explain(self, words: Sequence[str]) -> tuple[tuple[str, ...], Mapping[Information, Array]]:
        """Return the K labels and, for each kind of information, their probabilities for each of T words, (T, K).

        Capital letters do not matter. Raises UserError where the sentence is outside the language.
        """
        found = language().posteriors([word.lower() for word in words])
        return language().labels, {kind: found[kind] for kind in get_args(Information)}
