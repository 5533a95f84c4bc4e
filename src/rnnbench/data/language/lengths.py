"""Decompose an expression by the number of words that it writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rnnbench.data.language.expressions import Chain, Choice, Expression, Maybe, PhraseSequence, Slot, Tagged, Word

Lengths = Mapping[int, tuple[float, Expression]]
"""Number of words -> its probability, and an expression for the sentences with that number."""


def by_length(node: Expression) -> Lengths:
    """Return the distribution of the number of words of an expression, with an expression for each number.

    Raises ValueError if the expression contains a `PhraseSequence`, whose words are counted already.

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
            return _of_chain(parts)
        case Choice(options):
            total = sum(weight for weight, _ in options)
            return _merged(_scaled(weight / total, option) for weight, option in options)
        case Maybe(probability, part):
            return _merged([_scaled(probability, part), _scaled(1 - probability, Chain(()))])
        case Tagged(name, part):
            return {size: (share, Tagged(name, tree)) for size, (share, tree) in by_length(part).items()}
        case Slot(name, part):
            return {size: (share, Slot(name, tree)) for size, (share, tree) in by_length(part).items()}
        case PhraseSequence():
            raise ValueError("a rule that counts its words cannot stand in another")


def _of_chain(parts: Iterable[Expression]) -> Lengths:
    lengths: Lengths = {0: (1.0, Chain(()))}
    for part in parts:
        lengths = _merged(
            {size + size_of_part: (share * share_of_part, _concatenated(tree, tree_of_part))}
            for size, (share, tree) in lengths.items()
            for size_of_part, (share_of_part, tree_of_part) in by_length(part).items()
        )
    return lengths


def _concatenated(first: Expression, second: Expression) -> Expression:
    """Return one expression after the other; chains are joined into one chain."""
    parts = [part for node in (first, second) for part in (node.parts if isinstance(node, Chain) else (node,))]
    return parts[0] if len(parts) == 1 else Chain(tuple(parts))


def _scaled(share: float, node: Expression) -> Lengths:
    """Return the decomposition of an expression, its probabilities multiplied by `share`."""
    return {size: (share * probability, tree) for size, (probability, tree) in by_length(node).items()}


def _merged(decompositions: Iterable[Lengths]) -> Lengths:
    """Return one decomposition for several: for each number of words a choice among their expressions."""
    options_by_size: dict[int, list[tuple[float, Expression]]] = defaultdict(list)
    for lengths in decompositions:
        for size, option in lengths.items():
            options_by_size[size].append(option)
    return {
        size: (sum(share for share, _ in options), options[0][1] if len(options) == 1 else Choice(tuple(options)))
        for size, options in options_by_size.items()
    }
