"""Wrong spellings: words with exactly one letter wrong."""

from collections.abc import Iterator, Set
from string import ascii_lowercase

from rnnbench.common.randomness import generator
from rnnbench.data.language.expressions import Chain, Choice, Expression, Tagged, Word

WAYS = 2
"""So many wrong spellings does a name have."""


def misspelt(names: Expression, known: Set[str]) -> Expression:
    """Return the choice of names with one letter of each wrong, in the same shares.

    One word of a name is spelt wrongly, in a way that is not among the `known` words. Each name has the same few
    wrong spellings whenever it is asked for.
    """
    match names:
        case Choice(options):
            return Choice(tuple((weight, misspelt(option, known)) for weight, option in options))
        case Tagged(name, part):
            return Tagged(name, misspelt(part, known))
        case Word() | Chain():
            return Choice(tuple((1.0, _spelt(words)) for words in wrong_spellings(_words(names), known)))
        case _:
            raise ValueError("a name is made of words alone")


def wrong_spellings(name: tuple[str, ...], known: Set[str]) -> list[tuple[str, ...]]:
    """Return different wrong spellings of a name: in each of them one of its longer words has one letter wrong."""
    rng = generator(purpose="misspelling", name=" ".join(name))
    longest = max(map(len, name))
    places = [place for place, word in enumerate(name) if len(word) >= min(4, longest)]
    found: dict[tuple[str, ...], None] = {}
    while len(found) < WAYS:
        place = int(rng.choice(places))
        others = sorted(set(one_letter_wrong(name[place])) - known)
        found[*name[:place], str(rng.choice(others)), *name[place + 1 :]] = None
    return list(found)


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


def _spelt(words: tuple[str, ...]) -> Expression:
    return Chain(tuple(map(Word, words)))
