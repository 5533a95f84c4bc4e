"""A language as a tree of expressions; drawing from it, and its translation into an automaton."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnnbench.data.language.automaton import OUTSIDE, STOP, Arc, Automaton, Sentence, State, written


@dataclass(frozen=True)
class Word:
    """One word. Its label is "O", or what the slot around it says."""

    text: str


@dataclass(frozen=True)
class Chain:
    """The parts one after the other; without parts, nothing at all."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Choice:
    """One of the options, with a probability in proportion to its weight."""

    options: tuple[tuple[float, "Expression"], ...]

    def __post_init__(self) -> None:
        if any(weight <= 0 for weight, _ in self.options):
            raise ValueError("a weight must be above 0")


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
    """A part that is never empty: its first word is labelled B-name, the others I-name. Slots do not nest.

    The words of the slot "O" are labelled O; it is there for its tags.
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
    """The part, each word of it that stands in a slot being told to show the phenomenon `name`."""

    name: str
    part: "Expression"


@dataclass(frozen=True)
class Fill:
    """Phrases one after the other until `least` to `most` words are written, each number of words about as likely.

    `phrases`: by their number of words, how likely they are and an expression for them. A phrase is drawn among those
    that there is still room for. It is the number of words so far that decides whether to stop: whoever reads the
    words knows it too.
    """

    phrases: Mapping[int, tuple[float, "Expression"]]
    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError(f"from {self.least} to {self.most} words are not possible")
        if 0 in self.phrases or 1 not in self.phrases:
            raise ValueError("some phrases must have one word, and none may be empty")

    def fitting(self, so_far: int) -> Mapping[int, float]:
        """Return how likely a next phrase has each number of words, after so many words."""
        shares = {size: share for size, (share, _) in self.phrases.items() if so_far + size <= self.most}
        return {size: share / sum(shares.values()) for size, share in shares.items()}

    @cached_property
    def stops(self) -> tuple[float, ...]:
        """Return how likely it is to stop after 0, 1, ..., `most` words.

        Every number of words gets its even share, or all that reach it where those are fewer; the rest goes on.
        """
        even, reached, stops = 1 / (self.most - self.least + 1), [1.0] + [0.0] * self.most, []
        for so_far in range(self.most):
            stops.append(min(1.0, even / reached[so_far]) if so_far >= self.least and reached[so_far] else 0.0)
            for size, share in self.fitting(so_far).items():
                reached[so_far + size] += reached[so_far] * (1 - stops[-1]) * share
        return (*stops, 1.0)


Expression = Word | Chain | Choice | Maybe | Slot | Tagged | Fill


def parts_of(node: Expression) -> Iterator[Expression]:
    """Yield the expressions that stand directly below this one."""
    match node:
        case Chain(parts):
            yield from parts
        case Choice(options):
            yield from (option for _, option in options)
        case Fill(phrases):
            yield from (phrase for _, phrase in phrases.values())
        case Maybe(_, part) | Slot(_, part) | Tagged(_, part):
            yield part
        case Word():
            return


def can_be_empty(node: Expression) -> bool:
    """Return whether the expression may write no word at all."""
    match node:
        case Chain(parts):
            return all(can_be_empty(part) for part in parts)
        case Choice() | Slot() | Tagged():
            return any(can_be_empty(part) for part in parts_of(node))
        case Maybe():
            return True
        case Fill():
            return node.least == 0
        case Word():
            return False


def has_slot(node: Expression) -> bool:
    """Return whether the expression holds a slot anywhere."""
    return isinstance(node, Slot) or any(has_slot(part) for part in parts_of(node))


class _Place(NamedTuple):
    """What the expressions around a word say of it."""

    label: str = OUTSIDE
    tags: tuple[str, ...] = ()
    in_slot: bool = False
    shown: tuple[str, ...] = ()
    """The tags, if it is in a slot."""

    def tagged(self, name: str) -> "_Place":
        tags = tuple(sorted({*self.tags, name}))
        return self._replace(tags=tags, shown=tags if self.in_slot else ())

    def inside(self, slot: str) -> "_Place":
        return _Place(slot if slot == OUTSIDE else f"I-{slot}", self.tags, in_slot=True, shown=self.tags)


def _first(arc: Arc) -> Arc:
    """Return the arc as it is where it writes the first word of a slot."""
    return Arc(arc.word, arc.label.replace("I-", "B-", 1), arc.target, arc.tags)


def draw(tree: Expression, rng: np.random.Generator) -> Sentence:
    """Return one sentence of the tree.

    Every decision takes one random number. So two trees of the same shape, with generators in the same state, decide
    alike.
    """
    return written(list(_drawn(tree, _Place(), rng)))


def _drawn(node: Expression, place: _Place, rng: np.random.Generator) -> Iterator[Arc]:
    match node:
        case Word(text):
            yield Arc(text, place.label, 0, place.shown)
        case Chain(parts):
            for part in parts:
                yield from _drawn(part, place, rng)
        case Choice(options):
            yield from _drawn(options[_chosen([weight for weight, _ in options], rng)][1], place, rng)
        case Maybe(probability, part):
            if rng.random() < probability:
                yield from _drawn(part, place, rng)
        case Tagged(name, part):
            yield from _drawn(part, place.tagged(name), rng)
        case Slot(name, part):
            first, *others = _drawn(part, place.inside(name), rng)
            yield from (_first(first), *others)
        case Fill(phrases):
            so_far = 0
            while rng.random() >= node.stops[so_far]:
                shares = node.fitting(so_far)
                size = list(shares)[_chosen([*shares.values()], rng)]
                yield from _drawn(phrases[size][1], place, rng)
                so_far += size


def _chosen(weights: list[float], rng: np.random.Generator) -> int:
    """Return the number of one of the weights, drawn in proportion to them."""
    sums = [*accumulate(weights)]
    return bisect(sums[:-1], rng.random() * sums[-1])


def compile_automaton(tree: Expression, labels: tuple[str, ...] = ()) -> Automaton:
    """Return the automaton that writes the tree's sentences with the tree's probabilities.

    It is built from right to left, as what a word leads to must exist before the word does. States that are alike
    are one: a date at the end of a hundred patterns is stored once. `labels`: those that posteriors speak of; else
    the tree's own, "O" first, then in order of the alphabet.
    """
    builder = _Builder()
    end = builder.number({STOP: 1.0})
    start = builder.number(builder.arcs(tree, end, _Place()))
    found = {arc.label for arcs in builder.found for arc in arcs if arc != STOP}
    in_order = tuple(sorted(found, key=lambda label: (label != OUTSIDE, label)))
    return Automaton(tuple(State(arcs) for arcs in builder.found), start, labels or in_order)


@dataclass
class _Builder:
    """The states found so far, each once, and the expressions already translated."""

    found: list[Mapping[Arc, float]] = field(default_factory=list)
    numbers: dict[frozenset[tuple[Arc, float]], int] = field(default_factory=dict)
    translated: dict[tuple[int, int, _Place], Mapping[Arc, float]] = field(default_factory=dict)

    def number(self, arcs: Mapping[Arc, float]) -> int:
        """Return the number of the state with these arcs, a new one where there is none."""
        number = self.numbers.setdefault(frozenset(arcs.items()), len(self.found))
        if number == len(self.found):
            self.found.append(arcs)
        return number

    def arcs(self, node: Expression, after: int, place: _Place) -> Mapping[Arc, float]:
        """Return the arcs that begin `node` when the state `after` follows it."""
        match node:
            case Word():
                return {Arc(node.text, place.label, after, place.shown): 1.0}
            case Chain(parts):
                for part in reversed(parts[1:]):
                    after = self.number(self.arcs(part, after, place))
                return self.arcs(parts[0], after, place) if parts else self.found[after]
        key = (id(node), after, place)  # the tree outlives the builder, so no other node has this id
        if key not in self.translated:
            self.translated[key] = self._large(node, after, place)
        return self.translated[key]

    def _large(self, node: Choice | Maybe | Tagged | Slot | Fill, after: int, place: _Place) -> Mapping[Arc, float]:
        match node:
            case Choice(options):
                total = sum(weight for weight, _ in options)
                return _mixed([(weight / total, self.arcs(option, after, place)) for weight, option in options])
            case Maybe(probability, part):
                return _mixed([(probability, self.arcs(part, after, place)), (1 - probability, self.found[after])])
            case Tagged(name, part):
                return self.arcs(part, after, place.tagged(name))
            case Slot(name, part):
                inside = self.arcs(part, after, place.inside(name))
                return {_first(arc): probability for arc, probability in inside.items()}
            case Fill():
                return self._fill(node, after, place)

    def _fill(self, node: Fill, after: int, place: _Place) -> Mapping[Arc, float]:
        """Return the arcs of no words written yet; there is a state for every number of words."""
        counts: dict[int, int] = {}
        arcs = self.found[after]
        for so_far in reversed(range(node.most)):
            counts[so_far + 1] = self.number(arcs)
            on = 1 - node.stops[so_far]
            phrases = [
                (on * share, self.arcs(node.phrases[size][1], counts[so_far + size], place))
                for size, share in node.fitting(so_far).items()
            ]
            arcs = _mixed([(node.stops[so_far], self.found[after]), *phrases])
        return arcs


def _mixed(weighted: list[tuple[float, Mapping[Arc, float]]]) -> Mapping[Arc, float]:
    """Return the mixture of several distributions, each with its share."""
    mixture: dict[Arc, float] = defaultdict(float)
    for share, arcs in weighted:
        if share > 0:
            for arc, probability in arcs.items():
                mixture[arc] += share * probability
    return dict(mixture)
