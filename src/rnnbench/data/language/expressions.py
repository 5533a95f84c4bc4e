"""A language as a tree of expressions: how to draw sentences from it, and how to compile it to an automaton."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnnbench.common.garbage import uncollected
from rnnbench.data.bio import OUTSIDE
from rnnbench.data.language.automaton import STOP, Arc, Automaton, Sentence, State, sentence_of


@dataclass(frozen=True)
class Word:
    """One word. Its label is "O", or that of the slot around it."""

    text: str


@dataclass(frozen=True)
class Chain:
    """The parts one after the other; without parts it writes nothing."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Choice:
    """One of the options, with a probability in proportion to its weight."""

    options: tuple[tuple[float, "Expression"], ...]

    def __post_init__(self) -> None:
        if any(weight <= 0 for weight, _ in self.options):
            raise ValueError("a weight must be above 0")

    @cached_property
    def cumulative(self) -> list[float]:
        """The running sums of the weights."""
        return [*accumulate(weight for weight, _ in self.options)]


@dataclass(frozen=True)
class Maybe:
    """The part with this probability, otherwise nothing."""

    probability: float
    part: "Expression"

    def __post_init__(self) -> None:
        if not 0 < self.probability < 1:
            raise ValueError(f"a probability must lie between 0 and 1, not be {self.probability:g}")


@dataclass(frozen=True)
class Slot:
    """A part that is never empty: its first word has the label B-name, the others I-name. Slots do not nest.

    The words of the slot named "O" have the label O; its purpose is to show phenomena.
    """

    name: str
    part: "Expression"

    def __post_init__(self) -> None:
        if can_be_empty(self.part):
            raise ValueError(f"the slot {self.name!r} may be empty")
        if has_slot(self.part):
            raise ValueError(f"the slot {self.name!r} holds another slot")


@dataclass(frozen=True)
class Tagged:
    """The part; each word of it that stands in a slot shows the phenomenon `name`."""

    name: str
    part: "Expression"


@dataclass(frozen=True)
class PhraseSequence:
    """Phrases one after the other, in all `min_words` to `max_words` words, each number of words about as likely.

    `phrases`: number of words -> the probability of such a phrase, and an expression for it. A phrase is drawn from
    those that still fit. Whether to stop depends on the number of words so far alone, which a tagger can see.
    """

    phrases: Mapping[int, tuple[float, "Expression"]]
    min_words: int
    max_words: int

    def __post_init__(self) -> None:
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError(f"from {self.min_words} to {self.max_words} words are not possible")
        if 0 in self.phrases or 1 not in self.phrases:
            raise ValueError("some phrases must have one word, and none may be empty")

    def next_lengths(self, so_far: int) -> Mapping[int, float]:
        """Return the distribution of the number of words of the next phrase, after `so_far` words."""
        shares = {size: share for size, (share, _) in self.phrases.items() if so_far + size <= self.max_words}
        return {size: share / sum(shares.values()) for size, share in shares.items()}

    @cached_property
    def stop_probabilities(self) -> tuple[float, ...]:
        """The probability of stopping after 0, 1, ..., `max_words` words.

        Each number of words from `min_words` on gets an even share, or all that reach it if that is less.
        """
        even, reached, stops = 1 / (self.max_words - self.min_words + 1), [1.0] + [0.0] * self.max_words, []
        for so_far in range(self.max_words):
            stops.append(min(1.0, even / reached[so_far]) if so_far >= self.min_words and reached[so_far] else 0.0)
            for size, share in self.next_lengths(so_far).items():
                reached[so_far + size] += reached[so_far] * (1 - stops[-1]) * share
        return (*stops, 1.0)


Expression = Word | Chain | Choice | Maybe | Slot | Tagged | PhraseSequence


def parts_of(node: Expression) -> Iterator[Expression]:
    """Yield the direct parts of an expression."""
    match node:
        case Chain(parts):
            yield from parts
        case Choice(options):
            yield from (option for _, option in options)
        case PhraseSequence(phrases):
            yield from (phrase for _, phrase in phrases.values())
        case Maybe(_, part) | Slot(_, part) | Tagged(_, part):
            yield part
        case Word():
            return


def can_be_empty(node: Expression) -> bool:
    """Return whether the expression may write no word."""
    match node:
        case Chain(parts):
            return all(can_be_empty(part) for part in parts)
        case Choice() | Slot() | Tagged():
            return any(can_be_empty(part) for part in parts_of(node))
        case Maybe():
            return True
        case PhraseSequence():
            return node.min_words == 0
        case Word():
            return False


def has_slot(node: Expression) -> bool:
    """Return whether the expression contains a slot."""
    return isinstance(node, Slot) or any(has_slot(part) for part in parts_of(node))


class _Context(NamedTuple):
    """What the expressions around a word determine of its arc."""

    label: str = OUTSIDE
    tags: tuple[str, ...] = ()
    """The phenomena that words in slots show."""
    in_slot: bool = False
    word_tags: tuple[str, ...] = ()
    """The phenomena that the word shows: the tags if it is in a slot."""

    def tagged(self, name: str) -> "_Context":
        tags = tuple(sorted({*self.tags, name}))
        return self._replace(tags=tags, word_tags=tags if self.in_slot else ())

    def inside(self, slot: str) -> "_Context":
        return _Context(slot if slot == OUTSIDE else f"I-{slot}", self.tags, in_slot=True, word_tags=self.tags)


def _as_first_of_slot(arc: Arc) -> Arc:
    """Return the arc with the label of the first word of a slot."""
    return Arc(arc.word, arc.label.replace("I-", "B-", 1), arc.target, arc.tags)


def draw(tree: Expression, rng: np.random.Generator) -> Sentence:
    """Return a random sentence of the tree.

    Every decision takes one random number. So trees of the same shape decide alike when their generators are in the
    same state.
    """
    return sentence_of(list(_draw_arcs(tree, _Context(), rng)))


def _draw_arcs(node: Expression, context: _Context, rng: np.random.Generator) -> Iterator[Arc]:
    match node:
        case Word(text):
            yield Arc(text, context.label, 0, context.word_tags)
        case Chain(parts):
            for part in parts:
                yield from _draw_arcs(part, context, rng)
        case Choice(options):
            yield from _draw_arcs(options[_draw_index(node.cumulative, rng)][1], context, rng)
        case Maybe(probability, part):
            if rng.random() < probability:
                yield from _draw_arcs(part, context, rng)
        case Tagged(name, part):
            yield from _draw_arcs(part, context.tagged(name), rng)
        case Slot(name, part):
            first, *others = _draw_arcs(part, context.inside(name), rng)
            yield from (_as_first_of_slot(first), *others)
        case PhraseSequence(phrases):
            so_far = 0
            while rng.random() >= node.stop_probabilities[so_far]:
                shares = node.next_lengths(so_far)
                size = list(shares)[_draw_index([*accumulate(shares.values())], rng)]
                yield from _draw_arcs(phrases[size][1], context, rng)
                so_far += size


def _draw_index(cumulative: list[float], rng: np.random.Generator) -> int:
    """Return a random index, with probabilities in proportion to weights, which are given as their running sums."""
    return bisect(cumulative, rng.random() * cumulative[-1], 0, len(cumulative) - 1)


@uncollected()
def compile_automaton(tree: Expression, labels: tuple[str, ...] = ()) -> Automaton:
    """Return the automaton that writes the tree's sentences with the tree's probabilities.

    It is built from right to left, since the state after a word must exist before the word's arc. Equal states are
    merged: a date at the end of a hundred patterns is stored once. `labels`: the labels of the posteriors; by default
    those of the tree, "O" first, then in alphabetical order.
    """
    builder = _Builder()
    end = builder.number({STOP: 1.0})
    start = builder.number(builder.arcs(tree, end, _Context()))
    labels_of_tree = {arc.label for arcs in builder.states for arc in arcs if arc != STOP}
    labels = labels or tuple(sorted(labels_of_tree, key=lambda label: (label != OUTSIDE, label)))
    return Automaton(tuple(State(arcs) for arcs in builder.states), start, labels)


@dataclass
class _Builder:
    """The distinct states so far, and a cache of the expressions that are already translated."""

    states: list[Mapping[Arc, float]] = field(default_factory=list)
    numbers: dict[frozenset[tuple[Arc, float]], int] = field(default_factory=dict)
    translated: dict[tuple[int, int, _Context], Mapping[Arc, float]] = field(default_factory=dict)

    def number(self, arcs: Mapping[Arc, float]) -> int:
        """Return the number of the state with these arcs, which is added if it is new."""
        number = self.numbers.setdefault(frozenset(arcs.items()), len(self.states))
        if number == len(self.states):
            self.states.append(arcs)
        return number

    def arcs(self, node: Expression, after: int, context: _Context) -> Mapping[Arc, float]:
        """Return the distribution of the first arc of `node`, if the state `after` follows it."""
        match node:
            case Word():
                return {Arc(node.text, context.label, after, context.word_tags): 1.0}
            case Chain(parts):
                for part in reversed(parts[1:]):
                    after = self.number(self.arcs(part, after, context))
                return self.arcs(parts[0], after, context) if parts else self.states[after]
        key = (id(node), after, context)  # the tree outlives the builder, so no other node has this id
        if key not in self.translated:
            self.translated[key] = self._compound(node, after, context)
        return self.translated[key]

    def _compound(
        self, node: Choice | Maybe | Tagged | Slot | PhraseSequence, after: int, context: _Context
    ) -> Mapping[Arc, float]:
        match node:
            case Choice(options):
                total = sum(weight for weight, _ in options)
                return _mixture([(weight / total, self.arcs(option, after, context)) for weight, option in options])
            case Maybe(probability, part):
                return _mixture([(probability, self.arcs(part, after, context)), (1 - probability, self.states[after])])
            case Tagged(name, part):
                return self.arcs(part, after, context.tagged(name))
            case Slot(name, part):
                inside = self.arcs(part, after, context.inside(name))
                return {_as_first_of_slot(arc): probability for arc, probability in inside.items()}
            case PhraseSequence():
                return self._fill(node, after, context)

    def _fill(self, node: PhraseSequence, after: int, context: _Context) -> Mapping[Arc, float]:
        """Return the distribution of the first arc; there is a state for every number of words so far."""
        counts: dict[int, int] = {}
        arcs = self.states[after]
        for so_far in reversed(range(node.max_words)):
            counts[so_far + 1] = self.number(arcs)
            go_on = 1 - node.stop_probabilities[so_far]
            phrases = [
                (go_on * share, self.arcs(node.phrases[size][1], counts[so_far + size], context))
                for size, share in node.next_lengths(so_far).items()
            ]
            arcs = _mixture([(node.stop_probabilities[so_far], self.states[after]), *phrases])
        return arcs


def _mixture(weighted: list[tuple[float, Mapping[Arc, float]]]) -> Mapping[Arc, float]:
    """Return the mixture of several distributions, given with their shares."""
    mixture: dict[Arc, float] = defaultdict(float)
    for share, arcs in weighted:
        if share > 0:
            for arc, probability in arcs.items():
                mixture[arc] += share * probability
    return dict(mixture)
