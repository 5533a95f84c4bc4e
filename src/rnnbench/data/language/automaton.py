"""A probabilistic automaton that generates labelled sentences and is its own oracle.

A sentence is a walk: in a state one arc is drawn, its word and label are written down, and it leads to the next
state, until STOP is drawn. The walk is all there is, so the probability of a label given any part of the sentence
can be computed exactly. Several walks may write the same words; it is a label's probability that counts, summed
over all of them. K is the number of labels, T the number of words of a sentence.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeVar

import numpy as np

from rnnbench.common.errors import UserError
from rnnbench.common.typing import Array

Key = TypeVar("Key", int, str)

OUTSIDE = "O"
"""The label of a word that belongs to no slot."""


class Sentence(NamedTuple):
    """T words, their labels, and for each the sorted names of the phenomena that it shows."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]


class Arc(NamedTuple):
    """One step of a walk: it writes a word with its label and tags and leads to the state number `target`."""

    word: str
    label: str
    target: int
    tags: tuple[str, ...] = ()


STOP = Arc("", "", -1)
"""The arc that ends the sentence and writes nothing."""


def written(walk: Sequence[Arc]) -> Sentence:
    """Return what a walk writes."""
    return Sentence(tuple(arc.word for arc in walk), tuple(arc.label for arc in walk), tuple(arc.tags for arc in walk))


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


class ArcStep(NamedTuple):
    """A step that the last word may have been: out of `state`, by an arc of this probability, to `target`."""

    state: int
    target: int
    label: str
    probability: float
    weight: float
    """The probability of standing in `state`, given the words before, times that of the arc."""


class Move(NamedTuple):
    """All that the next word may have been: the steps, what they say of its label (K,), and where they lead."""

    steps: Sequence[ArcStep]
    row: Array
    after: "Belief"


@dataclass(frozen=True, eq=False)
class Belief:
    """Where a walk may stand after some words: the probability of each state. Moves once made are kept."""

    standing: Mapping[int, float]
    moves: dict[str, Move] = field(default_factory=dict)


@dataclass(frozen=True)
class Automaton:
    """States in such an order that every arc leads to a smaller number: no sentence is endless."""

    states: Sequence[State]
    start: int
    labels: tuple[str, ...]
    """The K labels that posteriors speak of, in their order."""

    def sample(self, rng: np.random.Generator) -> Sentence:
        """Return one sentence."""
        walk: list[Arc] = []
        arc = self.states[self.start].draw(rng.random())
        while arc != STOP:
            walk.append(arc)
            arc = self.states[arc.target].draw(rng.random())
        return written(walk)

    def posteriors(self, words: Sequence[str]) -> dict[str, Array]:
        """Return the probability of every label at every position, (T, K), for three kinds of information.

        "word": no more than that this word occurs, anywhere in a sentence; "prefix": the words up to and with this
        one; "sentence": all the words, and that the sentence ends there. The last two are the forward and the
        forward-backward recursion (Rabiner 1989, section III), scaled at every word.
        Raises UserError, with position and word, where the sentence is outside the language.
        """
        moves = self._forward(words)
        rows = {
            "word": [self.rows_of_words[word] for word in words],
            "prefix": [move.row for move in moves],
            "sentence": self._backward(moves),
        }
        return {kind: np.array(table).reshape(len(words), len(self.labels)) for kind, table in rows.items()}

    def _forward(self, words: Sequence[str]) -> list[Move]:
        """Return, for each of the T words, the steps that may have written it, given the words before."""
        belief, moves = self._first, []
        for position, word in enumerate(words):
            if word not in belief.moves:
                steps = self._steps(belief, word)
                if not steps:
                    raise UserError(self._outside(words, position))
                belief.moves[word] = self._move(steps)
            moves.append(belief.moves[word])
            belief = moves[-1].after
        return moves

    def _steps(self, belief: Belief, word: str) -> list[ArcStep]:
        return [
            ArcStep(state, arc.target, arc.label, probability, mass * probability)
            for state, mass in belief.standing.items()
            for arc, probability in self.states[state].by_word.get(word, ())
        ]

    def _move(self, steps: Sequence[ArcStep]) -> Move:
        row = self._row(_sums((step.label, step.weight) for step in steps))
        return Move(steps, row, self._belief(_scaled_sums((step.target, step.weight) for step in steps)))

    def _belief(self, standing: Mapping[int, float]) -> Belief:
        """Return the belief that stands so, the one already known where there is one: most sentences share them."""
        key = frozenset((state, round(mass, 14)) for state, mass in standing.items())
        return self._beliefs.setdefault(key, Belief(standing))

    @cached_property
    def _beliefs(self) -> dict[frozenset[tuple[int, float]], Belief]:
        return {}

    @cached_property
    def _first(self) -> Belief:
        return self._belief({self.start: 1.0})

    def _backward(self, moves: Sequence[Move]) -> list[Array]:
        """Return (K,) label probabilities for each of the T words, given all of them."""
        ends = moves[-1].after if moves else self._first
        ahead: Mapping[int, float] = {state: self.states[state].arcs.get(STOP, 0.0) for state in ends.standing}
        if not any(ahead.values()):
            raise UserError("the sentence stops too early: in the language it goes on after its last word")
        rows: list[Array] = []
        for steps, row, _ in reversed(moves):
            if len(steps) == 1:  # one way alone: what follows can tell nothing more
                rows.append(row)
                ahead = {steps[0].state: 1.0}
                continue
            rows.append(self._row(_sums((step.label, step.weight * ahead.get(step.target, 0.0)) for step in steps)))
            ahead = _scaled_sums((step.state, step.probability * ahead.get(step.target, 0.0)) for step in steps)
        return rows[::-1]

    def _row(self, weights: Mapping[str, float]) -> Array:
        """Return (K,) probabilities from the weight of each label."""
        total = sum(weights.values())
        return np.array([weights.get(label, 0.0) / total for label in self.labels])

    @cached_property
    def rows_of_words(self) -> Mapping[str, Array]:
        """Return, for every word, the share of each label (K,) among all its occurrences."""
        expected: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        visits = [0.0] * len(self.states)
        visits[self.start] = 1.0
        # All arcs lead downwards, so a state's visits are complete when its turn comes.
        for number in range(self.start, -1, -1):
            for arc, probability in self.states[number].arcs.items():
                if arc != STOP:
                    expected[arc.word][arc.label] += visits[number] * probability
                    visits[arc.target] += visits[number] * probability
        return {word: self._row(weights) for word, weights in expected.items()}

    def _outside(self, words: Sequence[str], position: int) -> str:
        """Say why the sentence leaves the language at this position."""
        why = "cannot stand here" if words[position] in self.rows_of_words else "is not a word"
        return f"word {position + 1}, {words[position]!r}, {why} in the language"


def _sums(pairs: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Return the sum of the values of each key."""
    sums: dict[Key, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    return sums


def _scaled_sums(pairs: Iterable[tuple[int, float]]) -> Mapping[int, float]:
    """Return the sum of the values of each key, divided by the sum of all, so that long sentences do not underflow."""
    sums = _sums(pairs)
    total = sum(sums.values())
    return {key: value / total for key, value in sums.items()}
