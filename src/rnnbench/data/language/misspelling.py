"""Misspellings: words with exactly one letter wrong."""

from collections.abc import Iterator, Set
from string import ascii_lowercase

from rnnbench.common.randomness import generator
from rnnbench.data.language.expressions import Chain, Choice, Expression, Tagged, Word

N_MISSPELLINGS = 2
"""The number of misspellings of each name."""


def misspelt(names: Expression, vocabulary: Set[str]) -> Expression:
    """Return the choice of names with one letter of each name wrong, in the same shares.

    One word of a name is misspelt, in a way that is not a word of the vocabulary. The misspellings of a name are the
    same in every call.
    """
    match names:
        case Choice(options):
            return Choice(tuple((weight, misspelt(option, vocabulary)) for weight, option in options))
        case Tagged(name, part):
            return Tagged(name, misspelt(part, vocabulary))
        case Word() | Chain():
            spellings = misspellings(_words(names), vocabulary)
            return Choice(tuple((1.0, Chain(tuple(map(Word, words)))) for words in spellings))
        case _:
            raise ValueError("a name may contain words only")


def misspellings(name: tuple[str, ...], vocabulary: Set[str]) -> list[tuple[str, ...]]:
    """Return N_MISSPELLINGS different misspellings of a name; in each one of its longer words has one letter wrong."""
    rng = generator(purpose="misspelling", name=" ".join(name))
    longest = max(map(len, name))
    indices = [i for i, word in enumerate(name) if len(word) >= min(4, longest)]
    names: dict[tuple[str, ...], None] = {}  # a set in order of insertion
    while len(names) < N_MISSPELLINGS:
        i = int(rng.choice(indices))
        spellings = sorted(set(one_letter_wrong(name[i])) - vocabulary)
        names[*name[:i], str(rng.choice(spellings)), *name[i + 1 :]] = None
    return list(names)


def one_letter_wrong(word: str) -> Iterator[str]:
    """Yield the spellings with one letter replaced, left out, doubled or swapped with the next.

    >>> sorted(wrong for wrong in one_letter_wrong("ab") if set(wrong) <= {"a", "b"})
    ['a', 'aa', 'aab', 'abb', 'b', 'ba', 'bb']
    """
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        yield before + after
        yield before + 2 * letter + after
        yield from (before + other + after for other in ascii_lowercase if other != letter)
        if after and after[0] != letter:
            yield before + after[0] + letter + after[1:]


def _words(name: Word | Chain) -> tuple[str, ...]:
    parts = name.parts if isinstance(name, Chain) else (name,)
    return tuple(part.text for part in parts if isinstance(part, Word))
