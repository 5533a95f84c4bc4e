"""A probabilistic automaton that generates labelled sentences and computes the posteriors of their labels.

A sentence is a walk: in each state one arc is drawn, which writes a word with its label and leads to the next state,
until STOP is drawn. So the probability of a label given a part of the sentence can be computed exactly. Several walks
may write the same words; the probability of a label is summed over all of them. K is the number of labels, T the number
of words of a sentence.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import NamedTuple, TypeVar

import numpy as np

from rnnbench.common.errors import UserError
from rnnbench.common.garbage import uncollected
from rnnbench.common.typing import Array

StateOrLabel = TypeVar("StateOrLabel", int, str)


class Sentence(NamedTuple):
    """T words, their labels, and for each word the sorted names of the phenomena that it shows."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]


class Arc(NamedTuple):
    """One step of a walk: it writes a word with its label and phenomena and leads to the state number `target`."""

    word: str
    label: str
    target: int
    tags: tuple[str, ...] = ()


STOP = Arc("", "", -1)
"""The arc that ends the sentence and writes nothing."""
BLOCK = 4096
"""The number of random numbers that are drawn at once."""


def sentence_of(walk: Sequence[Arc]) -> Sentence:
    """Return the sentence that a walk writes."""
    if not walk:
        return Sentence((), (), ())
    words, labels, _, tags = zip(*walk, strict=True)
    return Sentence(words, labels, tags)


@dataclass(frozen=True)
class State:
    """A place between two words: the distribution of the next arc."""

    arcs: Mapping[Arc, float]
    """Arc -> its probability; STOP is one of them if a sentence may end here. They sum to 1."""

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[tuple[Arc, float]]]:
        """Word -> the arcs that write it, with their probabilities."""
        arcs: dict[str, list[tuple[Arc, float]]] = defaultdict(list)
        for arc, probability in self.arcs.items():
            if arc != STOP:
                arcs[arc.word].append((arc, probability))
        return dict(arcs)

    @cached_property
    def _cumulative(self) -> tuple[Sequence[float], Sequence[Arc]]:
        """The running sums of the probabilities, and the arcs. The last sum is left out: it may be rounded below 1."""
        return [*accumulate(self.arcs.values())][:-1], list(self.arcs)

    def draw(self, uniform: float) -> Arc:
        """Return the arc for a random number from the uniform distribution on [0, 1)."""
        sums, arcs = self._cumulative
        return arcs[bisect(sums, uniform)]


class ArcStep(NamedTuple):
    """A step that may have written a word: out of `state`, by an arc of this probability, to `target`."""

    state: int
    target: int
    label: str
    probability: float
    weight: float
    """The probability of `state`, given the words before, times that of the arc."""


class Transition(NamedTuple):
    """The steps that may have written a word, its label probabilities (K,), and the belief after it."""

    steps: Sequence[ArcStep]
    label_probabilities: Array
    next_belief: "Belief"


@dataclass(frozen=True, eq=False)
class Belief:
    """The distribution of the state after some words, and a cache of the transitions from it."""

    probabilities: Mapping[int, float]
    """State -> its probability."""
    transitions: dict[str, Transition] = field(default_factory=dict)
    """Word -> transition."""


@dataclass(frozen=True)
class Automaton:
    """States in such an order that every arc leads to a lower number, so that every sentence ends."""

    states: Sequence[State]
    start: int
    labels: tuple[str, ...]
    """The K labels in the order of the columns of posteriors."""

    def samples(self, rng: np.random.Generator) -> Iterator[Sentence]:
        """Yield random sentences without end; each decision of a walk takes a random number.

        The generator draws them in blocks, which is faster, and so more of them than the sentences need.
        """
        uniforms = chain.from_iterable(rng.random(BLOCK).tolist() for _ in repeat(None))
        while True:
            walk: list[Arc] = []
            arc = self.states[self.start].draw(next(uniforms))
            while arc != STOP:
                walk.append(arc)
                arc = self.states[arc.target].draw(next(uniforms))
            yield sentence_of(walk)

    def posteriors(self, words: Sequence[str]) -> dict[str, Array]:
        """Return the probability of every label at every position, (T, K), for three kinds of information.

        "word": only that this word occurs, anywhere in a sentence; "prefix": the words up to and including this one;
        "sentence": all words, and that the sentence ends there. The last two are the forward and the forward-backward
        recursion (Rabiner 1989, section III), scaled at every word.
        Raises UserError, with position and word, where the sentence is outside the language.
        """
        transitions = self._forward(words)
        rows = {
            "word": [self.label_distributions[word] for word in words],
            "prefix": [transition.label_probabilities for transition in transitions],
            "sentence": self._backward(transitions),
        }
        return {kind: np.array(table).reshape(len(words), len(self.labels)) for kind, table in rows.items()}

    @uncollected()
    def posteriors_of(self, sentences: Iterable[Sequence[str]]) -> dict[str, Array]:
        """Return the posteriors of several sentences, laid end to end, (S, K) for each kind of information."""
        tables = [self.posteriors(words) for words in sentences]
        return {kind: np.concatenate([table[kind] for table in tables]) for kind in tables[0]}

    def _forward(self, words: Sequence[str]) -> list[Transition]:
        """Return the transition of each of the T words, given the words before it."""
        belief, transitions = self._first, []
        for position, word in enumerate(words):
            if word not in belief.transitions:
                steps = self._steps(belief, word)
                if not steps:
                    raise UserError(self._outside_message(words, position))
                belief.transitions[word] = self._transition(steps)
            transitions.append(belief.transitions[word])
            belief = transitions[-1].next_belief
        return transitions

    def _steps(self, belief: Belief, word: str) -> list[ArcStep]:
        return [
            ArcStep(state, arc.target, arc.label, probability, mass * probability)
            for state, mass in belief.probabilities.items()
            for arc, probability in self.states[state].by_word.get(word, ())
        ]

    def _transition(self, steps: Sequence[ArcStep]) -> Transition:
        probabilities = self._normalized(_sums((step.label, step.weight) for step in steps))
        belief = self._belief(_scaled(_sums((step.target, step.weight) for step in steps)))
        return Transition(steps, probabilities, belief)

    def _belief(self, probabilities: Mapping[int, float]) -> Belief:
        """Return the belief with these probabilities; equal beliefs are one object, so that their cache is shared."""
        key = frozenset((state, round(probability, 14)) for state, probability in probabilities.items())
        return self._beliefs.setdefault(key, Belief(probabilities))

    @cached_property
    def _beliefs(self) -> dict[frozenset[tuple[int, float]], Belief]:
        return {}

    @cached_property
    def _first(self) -> Belief:
        return self._belief({self.start: 1.0})

    def _backward(self, transitions: Sequence[Transition]) -> list[Array]:
        """Return the label probabilities (K,) of each of the T words, given all of them."""
        last = transitions[-1].next_belief if transitions else self._first
        ahead: Mapping[int, float] = {state: self.states[state].arcs.get(STOP, 0.0) for state in last.probabilities}
        if not any(ahead.values()):
            raise UserError("the sentence stops too early: in the language it goes on after its last word")
        rows: list[Array] = []
        for steps, label_probabilities, _ in reversed(transitions):
            if len(steps) == 1:  # with a single step the words after it add no information
                rows.append(label_probabilities)
                ahead = {steps[0].state: 1.0}
                continue
            weights: dict[str, float] = defaultdict(float)
            before: dict[int, float] = defaultdict(float)
            for state, target, label, probability, weight in steps:
                if share := ahead.get(target):
                    weights[label] += weight * share
                    before[state] += probability * share
            rows.append(self._normalized(weights))
            ahead = _scaled(before)
        return rows[::-1]

    def _normalized(self, weights: Mapping[str, float]) -> Array:
        """Return the probabilities of the labels (K,) from the weight of each label."""
        probabilities, total = np.zeros(len(self.labels)), sum(weights.values())
        for label, weight in weights.items():
            probabilities[self._columns[label]] = weight / total
        return probabilities

    @cached_property
    def _columns(self) -> Mapping[str, int]:
        return {label: column for column, label in enumerate(self.labels)}

    @cached_property
    def label_distributions(self) -> Mapping[str, Array]:
        """Word -> the share of each label among all its occurrences, (K,)."""
        expected: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        visits = [0.0] * len(self.states)
        visits[self.start] = 1.0
        # All arcs lead downwards, so a state's visits are complete when its turn comes.
        for number in range(self.start, -1, -1):
            for arc, probability in self.states[number].arcs.items():
                if arc != STOP:
                    expected[arc.word][arc.label] += visits[number] * probability
                    visits[arc.target] += visits[number] * probability
        return {word: self._normalized(weights) for word, weights in expected.items()}

    def _outside_message(self, words: Sequence[str], position: int) -> str:
        """Return the message that the sentence leaves the language at this position."""
        reason = "cannot stand here" if words[position] in self.label_distributions else "is not a word"
        return f"word {position + 1}, {words[position]!r}, {reason} in the language"


def _sums(pairs: Iterable[tuple[StateOrLabel, float]]) -> dict[StateOrLabel, float]:
    """Return the sum of the values of each key."""
    sums: dict[StateOrLabel, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    return sums


def _scaled(sums: Mapping[int, float]) -> Mapping[int, float]:
    """Return values divided by their sum: in long sentences they would become too small for a number otherwise."""
    total = sum(sums.values())
    return {key: value / total for key, value in sums.items()}
