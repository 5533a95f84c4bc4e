"""Small languages, and all their sentences by enumeration."""

from collections.abc import Iterable, Iterator
from itertools import chain, product
from math import prod

from hypothesis import strategies as st

from rnnbench.data.language.automaton import Sentence
from rnnbench.data.language.expressions import (
    Chain,
    Choice,
    Expression,
    Maybe,
    PhraseSequence,
    Slot,
    Tagged,
    Word,
    can_be_empty,
)
from rnnbench.data.language.lengths import by_length

Written = tuple[float, Sentence]
"""A way through an expression: its probability, and the sentence that it generates."""

EXACT = 1e-12
"""Tolerance of probabilities that are sums of few terms in double precision."""


def walks(tree: Expression, slot: str = "", tags: frozenset[str] = frozenset()) -> Iterator[Written]:
    """Yield all walks through an expression; several may generate the same sentence."""
    match tree:
        case Word(text):
            label = f"I-{slot}" if slot not in ("", "O") else "O"
            yield 1.0, Sentence((text,), (label,), (tuple(sorted(tags)) if slot else (),))
        case Chain(parts):
            for ways in product(*(list(walks(part, slot, tags)) for part in parts)):
                yield prod(p for p, _ in ways), joined(sentence for _, sentence in ways)
        case Choice(options):
            total = sum(weight for weight, _ in options)
            for weight, option in options:
                yield from ((weight / total * p, sentence) for p, sentence in walks(option, slot, tags))
        case Maybe(probability, part):
            yield 1 - probability, Sentence((), (), ())
            yield from ((probability * p, sentence) for p, sentence in walks(part, slot, tags))
        case Slot(name, part):
            for p, sentence in walks(part, name, tags):
                first = "O" if name == "O" else f"B-{name}"
                yield p, sentence._replace(labels=(first, *sentence.labels[1:]))
        case Tagged(name, part):
            yield from walks(part, slot, tags | {name})
        case PhraseSequence():
            yield from filled(tree, 0, slot, tags)


def filled(tree: PhraseSequence, n_words: int, slot: str, tags: frozenset[str]) -> Iterator[Written]:
    """Yield all continuations of a `PhraseSequence` that has generated `n_words` words so far."""
    stop = tree.stop_probabilities[n_words]
    if stop:
        yield stop, Sentence((), (), ())
    fitting = {size: phrases for size, phrases in tree.phrases.items() if n_words + size <= tree.max_words and stop < 1}
    total = sum(share for share, _ in fitting.values())
    for size, (share, phrase) in fitting.items():
        for (p, first), (q, rest) in product(walks(phrase, slot, tags), list(filled(tree, n_words + size, slot, tags))):
            yield (1 - stop) * share / total * p * q, joined((first, rest))


def joined(sentences: Iterable[Sentence]) -> Sentence:
    parts = list(sentences)
    return Sentence(*(tuple(chain.from_iterable(part[i] for part in parts)) for i in range(3)))


def small_trees() -> st.SearchStrategy[Expression]:
    """Return a strategy of trees over three words, three slots and two phenomena: many walks share a sentence."""
    words = st.builds(Word, st.sampled_from("abc"))
    contents = st.recursive(words, _nodes, max_leaves=4).filter(lambda tree: not can_be_empty(tree))
    slots = st.builds(Slot, st.sampled_from(["x", "y", "O"]), contents)
    return st.recursive(words | slots | st.builds(_fill, words | slots, words | slots), _nodes, max_leaves=6)


def _fill(first: Expression, second: Expression) -> PhraseSequence:
    """Return one to three words in phrases of one word or two."""
    return PhraseSequence(
        by_length(Choice(((2.0, first), (1.0, Chain((second, Word("b"))))))) | by_length(Word("a")), 1, 3
    )


def _nodes(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    options = st.tuples(st.sampled_from([1.0, 2.0, 0.3]), parts)
    return (
        st.builds(lambda row: Chain(tuple(row)), st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda row: Choice(tuple(row)), st.lists(options, min_size=1, max_size=3))
        | st.builds(Maybe, st.sampled_from([0.5, 0.2]), parts)
        | st.builds(Tagged, st.sampled_from(["hard", "rare"]), parts)
    )


TWO_TAIPEIS = Chain(
    (
        Choice(((3.0, Word("arrive")), (1.0, Word("please")))),
        Choice(((1.0, Slot("to", Word("taipei"))), (2.0, Slot("from", Chain((Word("taipei"), Word("city"))))))),
        Maybe(0.25, Word("please")),
    )
)
