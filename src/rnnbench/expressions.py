"""A language as a tree of expressions, and its translation into an automaton."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from rnnbench.automaton import OUTSIDE, STOP, Arc, Automaton, State


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
    """A part that is never empty: its first word is labelled B-name, the others I-name. Slots do not nest."""

    name: str
    part: "Expression"

    def __post_init__(self) -> None:
        if can_be_empty(self.part):
            raise ValueError(f"the slot {self.name!r} may be empty")
        if has_slot(self.part):
            raise ValueError(f"the slot {self.name!r} holds another slot")


Expression = Word | Chain | Choice | Maybe | Slot


def can_be_empty(node: Expression) -> bool:
    """Return whether the expression may write no word at all."""
    match node:
        case Chain(parts):
            return all(can_be_empty(part) for part in parts)
        case Choice(options):
            return any(can_be_empty(option) for _, option in options)
        case Maybe():
            return True
        case Slot(_, part):
            return can_be_empty(part)
        case Word():
            return False


def has_slot(node: Expression) -> bool:
    """Return whether the expression holds a slot anywhere."""
    match node:
        case Chain(parts):
            return any(has_slot(part) for part in parts)
        case Choice(options):
            return any(has_slot(option) for _, option in options)
        case Maybe(_, part):
            return has_slot(part)
        case Slot():
            return True
        case Word():
            return False


def compile_automaton(tree: Expression) -> Automaton:
    """Return the automaton that writes the tree's sentences with the tree's probabilities.

    It is built from right to left, as what a word leads to must exist before the word does. States that are alike
    are one: a date at the end of a hundred patterns is stored once.
    """
    states = _States()
    end = states.number({STOP: 1.0})
    start = states.number(_arcs(tree, end, OUTSIDE, states))
    return Automaton(tuple(State(arcs) for arcs in states.found), start)


@dataclass
class _States:
    """The states found so far, each once."""

    found: list[Mapping[Arc, float]] = field(default_factory=list)
    numbers: dict[frozenset[tuple[Arc, float]], int] = field(default_factory=dict)

    def number(self, arcs: Mapping[Arc, float]) -> int:
        """Return the number of the state with these arcs, a new one where there is none."""
        number = self.numbers.setdefault(frozenset(arcs.items()), len(self.found))
        if number == len(self.found):
            self.found.append(arcs)
        return number


def _arcs(node: Expression, after: int, label: str, states: _States) -> Mapping[Arc, float]:
    """Return the arcs that begin `node` when the state `after` follows it, its words having this label."""
    match node:
        case Word(text):
            return {Arc(text, label, after): 1.0}
        case Chain(parts):
            for part in reversed(parts[1:]):
                after = states.number(_arcs(part, after, label, states))
            return _arcs(parts[0], after, label, states) if parts else states.found[after]
        case Choice(options):
            total = sum(weight for weight, _ in options)
            return _mixed([(weight / total, _arcs(option, after, label, states)) for weight, option in options])
        case Maybe(probability, part):
            inside = _arcs(part, after, label, states)
            return _mixed([(probability, inside), (1 - probability, states.found[after])])
        case Slot(name, part):
            inside = _arcs(part, after, f"I-{name}", states)
            return {arc._replace(label=f"B-{name}"): probability for arc, probability in inside.items()}


def _mixed(weighted: list[tuple[float, Mapping[Arc, float]]]) -> Mapping[Arc, float]:
    """Return the mixture of several distributions, each with its share."""
    mixture: dict[Arc, float] = defaultdict(float)
    for share, arcs in weighted:
        for arc, probability in arcs.items():
            mixture[arc] += share * probability
    return dict(mixture)
