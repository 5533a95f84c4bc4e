"""Cards: what an encoder, a task or a cell says of itself, and the networks that are made of each cell."""

import inspect
from dataclasses import dataclass
from types import ModuleType

from rnnbench.common.registry import Registered, load, names
from rnnbench.report.views.queries import Frame


@dataclass(frozen=True)
class Block:
    """A part of a description: a paragraph, or lines that keep their shape."""

    text: str
    shaped: bool


@dataclass(frozen=True)
class Card:
    """What a member of a family says of itself."""

    name: str
    blocks: list[Block]


def kinds_of(labels: Frame) -> list[str]:
    return list(dict.fromkeys(label.partition(" ")[0] for label in labels))


def cards_of(package: ModuleType, base: type[Registered], kinds: list[str]) -> list[Card]:
    known = set(names(package))
    return [Card(kind, blocks(load(package, kind, base).__doc__ or "")) for kind in kinds if kind in known]


def blocks(docstring: str) -> list[Block]:
    """Return the paragraphs of a docstring; indented and example lines keep their shape.

    >>> [block.text for block in blocks("One `word`.\\n\\n    a = b\\n\\nTwo\\nlines.")]
    ['One word.', 'a = b', 'Two lines.']
    """
    parts = [part for part in inspect.cleandoc(docstring).split("\n\n") if part.strip()]
    return [_block(part) for part in parts]


def _block(part: str) -> Block:
    if part.startswith((" ", ">>>")):
        return Block(inspect.cleandoc("\n" + part), shaped=True)
    return Block(" ".join(part.replace("`", "").split()), shaped=False)
