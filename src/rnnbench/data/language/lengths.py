"""Splits an expression by the number of words that it writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rnnbench.data.language.expressions import Chain, Choice, Expression, Fill, Maybe, Slot, Tagged, Word

Lengths = Mapping[int, tuple[float, Expression]]
"""Number of words -> how likely it is, and the expression of what has so many."""


def by_length(node: Expression) -> Lengths:
    """Return, for each number of words that the expression may write, its probability and what is written then.

    Raises ValueError where the number of words is counted already, in a part of the expression.

    >>> tree = Maybe(0.25, Chain((Word("very"), Word("soon"))))
    >>> by_length(tree)[0]
    (0.75, Chain(parts=()))
    >>> by_length(tree)[2]
    (0.25, Chain(parts=(Word(text='very'), Word(text='soon'))))
    """
    match node:
        case Word():
            return {1: (1.0, node)}
        case Chain(parts):
            return _in_a_row(parts)
        case Choice(options):
            total = sum(weight for weight, _ in options)
            return _gathered(_shared(weight / total, option) for weight, option in options)
        case Maybe(probability, part):
            return _gathered([_shared(probability, part), _shared(1 - probability, Chain(()))])
        case Tagged(name, part):
            return {size: (share, Tagged(name, tree)) for size, (share, tree) in by_length(part).items()}
        case Slot(name, part):
            return {size: (share, Slot(name, tree)) for size, (share, tree) in by_length(part).items()}
        case Fill():
            raise ValueError("a rule that counts its words cannot stand in another")


def _in_a_row(parts: Iterable[Expression]) -> Lengths:
    whole: Lengths = {0: (1.0, Chain(()))}
    for part in parts:
        whole = _gathered(
            {size + more: (share * its, _joined(tree, added))}
            for size, (share, tree) in whole.items()
            for more, (its, added) in by_length(part).items()
        )
    return whole


def _joined(tree: Expression, added: Expression) -> Expression:
    """Return one expression after the other, chains as one chain."""
    first, second = (node.parts if isinstance(node, Chain) else (node,) for node in (tree, added))
    return Chain((*first, *second)) if len(first) + len(second) != 1 else (*first, *second)[0]


def _shared(share: float, node: Expression) -> Lengths:
    """Return the lengths of an expression that comes with this probability alone."""
    return {size: (share * its, tree) for size, (its, tree) in by_length(node).items()}


def _gathered(found: Iterable[Lengths]) -> Lengths:
    """Return one expression for each number of words: a choice among all that were found for it."""
    options: dict[int, list[tuple[float, Expression]]] = defaultdict(list)
    for lengths in found:
        for size, option in lengths.items():
            options[size].append(option)
    return {size: (sum(share for share, _ in some), _choice(some)) for size, some in options.items()}


def _choice(options: list[tuple[float, Expression]]) -> Expression:
    return options[0][1] if len(options) == 1 else Choice(tuple(options))
