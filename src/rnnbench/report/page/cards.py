"""Cards: the docstrings of tasks, encoders and cells, as blocks of text for the page."""

import inspect
from dataclasses import dataclass
from doctest import DocTestParser, Example
from types import ModuleType

from rnnbench.common.registry import Registered, load, names


@dataclass(frozen=True)
class Block:
    """A block of a docstring: a paragraph, or preformatted lines."""

    text: str
    preformatted: bool


@dataclass(frozen=True)
class Card:
    """The description of a task, an encoder or a cell."""

    name: str
    blocks: list[Block]


def cards_of(package: ModuleType, base: type[Registered], kinds: list[str]) -> list[Card]:
    """Return the card of each kind that the package has."""
    registered = set(names(package))
    return [Card(kind, blocks(load(package, kind, base).__doc__ or "")) for kind in kinds if kind in registered]


def blocks(docstring: str) -> list[Block]:
    """Return the blocks of a docstring. Indented lines are preformatted, and so is what an example prints.

    The code of examples is left out, and so is an example that prints nothing for readers.

    >>> [block.text for block in blocks("One `word`.\\n\\n    a = b\\n\\nTwo\\nlines.")]
    ['One word.', 'a = b', 'Two lines.']
    >>> [block.text for block in blocks(">>> print('x y')\\nx y\\n\\n>>> 1 + 1\\n2\\n\\nWords.")]
    ['x y', 'Words.']
    """
    return [block for part in DocTestParser().parse(inspect.cleandoc(docstring)) for block in _blocks(part)]


def _blocks(part: str | Example) -> list[Block]:
    if isinstance(part, Example):
        return [Block(part.want.rstrip(), preformatted=True)] if part.source.startswith("print(") else []
    return [_block(text) for text in part.strip("\n").split("\n\n") if text.strip()]


def _block(part: str) -> Block:
    if part.startswith(" "):
        return Block(inspect.cleandoc("\n" + part), preformatted=True)
    return Block(" ".join(part.replace("`", "").split()), preformatted=False)
