"""A probabilistic automaton that generates labelled sentences and is its own oracle.

A sentence is a walk: in a state one arc is drawn, its word and label are written down, and it leads to the next
state, until STOP is drawn. The walk is all there is, so the probability of a label given any part of the sentence
can be computed exactly. Several walks may write the same words; it is a label's probability that counts, summed
over all of them. K is the number of labels, T the number of words of a sentence.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnnbench.corpus import Array
from rnnbench.errors import UserError

OUTSIDE = "O"
"""The label of a word that belongs to no slot."""


class Arc(NamedTuple):
    """One step of a walk: it writes a word with its label and leads to the state number `target`."""

    word: str
    label: str
    target: int


STOP = Arc("", "", -1)
"""The arc that ends the sentence and writes nothing."""


@dataclass(frozen=True)
class State:
    """A place between two words: what may come next, and how likely."""

    arcs: Mapping[Arc, float]
    """The probability of each arc, STOP among them where a sentence may end; they sum to 1."""

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[tuple[Arc, float]]]:
        """Return, for each word that may come next, its arcs with their probabilities."""
        found: dict[str, list[tuple[Arc, float]]] = defaultdict(list)
        for arc, probability in self.arcs.items():
            if arc != STOP:
                found[arc.word].append((arc, probability))
        return dict(found)

    @cached_property
    def _cumulative(self) -> tuple[Sequence[float], Sequence[Arc]]:
        """Return the running sum of the probabilities beside the arcs; the last sum is open against rounding."""
        return [*accumulate(self.arcs.values())][:-1], list(self.arcs)

    def draw(self, uniform: float) -> Arc:
        """Return the arc that a number drawn evenly from [0, 1) falls on."""
        sums, arcs = self._cumulative
        return arcs[bisect(sums, uniform)]


class Step(NamedTuple):
    """A step that a given sentence may have taken: with `mass` one stands in `state`, and then takes `arc`."""

    state: int
    mass: float
    arc: Arc
    probability: float


@dataclass(frozen=True)
class Automaton:
    """States in such an order that every arc leads to a smaller number: no sentence is endless."""

    states: Sequence[State]
    start: int

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the K labels of the language: "O" first, then in order of the alphabet."""
        found = {arc.label for state in self.states for arc in state.arcs if arc != STOP}
        return tuple(sorted(found, key=lambda label: (label != OUTSIDE, label)))

    def sample(self, rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the T words and the T labels of one sentence."""
        words: list[str] = []
        labels: list[str] = []
        arc = self.states[self.start].draw(rng.random())
        while arc != STOP:
            words.append(arc.word)
            labels.append(arc.label)
            arc = self.states[arc.target].draw(rng.random())
        return tuple(words), tuple(labels)

    def posteriors(self, words: Sequence[str]) -> dict[str, Array]:
        """Return the probability of every label at every position, (T, K), for three kinds of information.

        "word": no more than that this word occurs, anywhere in a sentence; "prefix": the words up to and with this
        one; "sentence": all the words, and that the sentence ends there. The last two are the forward and the
        forward-backward recursion (Rabiner 1989, section III), scaled at every word.
        Raises UserError, with position and word, where the sentence is outside the language.
        """
        trellis = self._forward(words)
        ahead = self._backward(trellis)
        return {
            "word": self._rows(self._expected[word] for word in words),
            "prefix": self._rows(_label_weights(steps) for steps in trellis),
            "sentence": self._rows(_label_weights(*pair) for pair in zip(trellis, ahead, strict=True)),
        }

    def _forward(self, words: Sequence[str]) -> list[list[Step]]:
        """Return, for each of the T words, the steps that may have written it; masses are given the words before."""
        trellis: list[list[Step]] = []
        standing: Mapping[int, float] = {self.start: 1.0}
        for position, word in enumerate(words):
            steps = [
                Step(state, mass, arc, probability)
                for state, mass in standing.items()
                for arc, probability in self.states[state].by_word.get(word, ())
            ]
            if not steps:
                raise UserError(self._outside(words, position))
            trellis.append(steps)
            standing = _scaled_sums((step.arc.target, step.mass * step.probability) for step in steps)
        return trellis

    def _backward(self, trellis: Sequence[Sequence[Step]]) -> list[Mapping[int, float]]:
        """Return, for each of the T words, how likely the rest is from each state after it, up to a common factor."""
        ends = {step.arc.target for step in trellis[-1]} if trellis else {self.start}
        ahead = {state: self.states[state].arcs.get(STOP, 0.0) for state in ends}
        if not any(ahead.values()):
            raise UserError("the sentence stops too early: in the language it goes on after its last word")
        tables: list[Mapping[int, float]] = []
        for steps in reversed(trellis):
            tables.append(ahead)
            ahead = _scaled_sums((step.state, step.probability * ahead.get(step.arc.target, 0.0)) for step in steps)
        return tables[::-1]

    def _rows(self, weights: Iterable[Mapping[str, float]]) -> Array:
        """Return (T, K) probabilities from one mapping of label to weight per position."""
        rows = [[row.get(label, 0.0) for label in self.labels] for row in weights]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(self.labels))
        return table / table.sum(axis=1, keepdims=True)

    @cached_property
    def _expected(self) -> Mapping[str, Mapping[str, float]]:
        """For every word, how often it is expected with each label in one sentence."""
        expected: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        visits = [0.0] * len(self.states)
        visits[self.start] = 1.0
        # All arcs lead downwards, so a state's visits are complete when its turn comes.
        for number in range(self.start, -1, -1):
            for arc, probability in self.states[number].arcs.items():
                if arc != STOP:
                    expected[arc.word][arc.label] += visits[number] * probability
                    visits[arc.target] += visits[number] * probability
        return expected

    def _outside(self, words: Sequence[str], position: int) -> str:
        """Say why the sentence leaves the language at this position."""
        known = words[position] in self._expected
        why = "cannot stand here" if known else "is not a word"
        return f"word {position + 1}, {words[position]!r}, {why} in the language"


def _scaled_sums(pairs: Iterable[tuple[int, float]]) -> Mapping[int, float]:
    """Return the sum of the values of each key, divided by the sum of all, so that long sentences do not underflow."""
    sums: dict[int, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    total = sum(sums.values())
    return {key: value / total for key, value in sums.items()}


def _label_weights(steps: Sequence[Step], ahead: Mapping[int, float] | None = None) -> Mapping[str, float]:
    """Return the weight of each label over all steps, times how likely the rest is, where that is known."""
    weights: dict[str, float] = defaultdict(float)
    for step in steps:
        rest = 1.0 if ahead is None else ahead.get(step.arc.target, 0.0)
        weights[step.arc.label] += step.mass * step.probability * rest
    return weights
