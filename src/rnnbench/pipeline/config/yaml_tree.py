"""A YAML file as a tree of nodes. What could fill the memory, run for ever or be misread is refused on its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rnnbench.common.errors import UserError

MAX_BYTES = 1_000_000
"""Bytes in a file; the largest bundled configuration has 3,000."""
MAX_VALUES = 100_000
"""Values in a file, an alias counted as all that it stands for: nine lists of ten aliases each are a billion."""
MAX_DEPTH = 50
"""Lists and mappings inside each other; Python's own limit is some hundreds. A configuration needs five."""
MAX_KEY_LENGTH, MAX_NUMBER_LENGTH = 60, 40
"""Characters; a number of thousands of digits is one that Python refuses to read."""

_CORE = "tag:yaml.org,2002:"
_FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that terminals obey, and those that no file can hold."""
_NUMBERS = {f"{_CORE}int", f"{_CORE}float"}
_MISREAD = {f"{_CORE}timestamp": "YAML takes this for a date", f"{_CORE}value": "YAML takes this for a sign of its own"}


class _Refusal(yaml.MarkedYAMLError):
    """Valid YAML that no configuration has."""

    def __init__(self, text: str, mark: Any) -> None:
        super().__init__(problem=text, problem_mark=mark)


def read_tree(path: Path) -> tuple[yaml.Node | None, Any]:
    """Return the tree of a YAML file, None for an empty one, and the plain values that it stands for.

    Raises UserError with file and line.
    """
    loader = _Loader(_text(path))
    try:
        tree = loader.get_single_node()
        return tree, None if tree is None else loader.construct_document(tree)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        kind = "" if isinstance(error, _Refusal) else "not valid YAML: "
        raise UserError(f"{path}{line}: {kind}{error.problem}") from None
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    """Return what a file holds; it is a text, of no more than LARGEST bytes, without control characters."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise UserError(f"{path}: cannot be read: not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a ValueError is a path that cannot be one
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise UserError(f"{path}: has more than {MAX_BYTES:,} bytes; a configuration has fewer")
    try:
        text = data.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: not UTF-8; save the file in that encoding") from None
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UserError(f"{path}:{line}: {_told(found[0])}")
    return text


def _told(character: str) -> str:
    return f"the control character U+{ord(character):04X}; take it out"


@dataclass(frozen=True)
class _Extent:
    """What a node is with every alias in it replaced by what it stands for."""

    values: int
    depth: int


class _Loader(yaml.SafeLoader):
    """Composes a tree and refuses, while it does, what it would not be good to hold or to walk."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.extents: dict[int, _Extent] = {}
        """Of finished nodes, by id."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node, or the one that an alias stands for."""
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            node = super().compose_node(parent, index)
            if id(node) not in self.extents:
                raise _Refusal(f"*{event.anchor} stands inside of what it names", event.start_mark)
            return node
        if event.tag is not None:
            raise _Refusal(f"the tag {event.tag!r} has no meaning here; leave it out", event.start_mark)
        if self.depth >= MAX_DEPTH:
            raise _Refusal(_TOO_DEEP, event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None:
            self.extents[id(node)] = self._extent(node)
        return node

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Return the next scalar: text without control characters, a number, true, false or nothing."""
        node = super().compose_scalar_node(anchor)
        if found := _FORBIDDEN.search(node.value):
            raise _Refusal(_told(found[0]), node.start_mark)
        if node.tag in _MISREAD:
            raise _Refusal(f"{_MISREAD[node.tag]}: {_shown(node.value)}; put quotes around it", node.start_mark)
        if node.tag in _NUMBERS and ":" in node.value:
            why = f"YAML takes this for a number to the base of 60: {_shown(node.value)}; put quotes around it"
            raise _Refusal(why, node.start_mark)
        if node.tag in _NUMBERS and len(node.value) > MAX_NUMBER_LENGTH:
            raise _Refusal(
                f"a number of {len(node.value)} digits; the longest has {MAX_NUMBER_LENGTH}", node.start_mark
            )
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Return the next mapping: its keys are texts, each there once."""
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            _check_key(key)
            if key.value in lines:
                text = f"{key.value!r} is there twice, on line {lines[key.value]} too; leave one of them out"
                raise _Refusal(text, key.start_mark)
            lines[key.value] = key.start_mark.line + 1
        return node

    def _extent(self, node: yaml.Node) -> _Extent:
        inside = [self.extents[id(child)] for child in _children(node)]
        found = _Extent(1 + sum(one.values for one in inside), 1 + max((one.depth for one in inside), default=0))
        if found.values > MAX_VALUES:
            text = (
                f"stands for {found.values:,} values, aliases counted as what they name; at most {MAX_VALUES:,} will do"
            )
            raise _Refusal(text, node.start_mark)
        if found.depth > MAX_DEPTH:
            raise _Refusal(_TOO_DEEP, node.start_mark)
        return found


_TOO_DEEP = f"lists and mappings stand inside each other more than {MAX_DEPTH} deep"


def _check_key(key: yaml.Node) -> None:
    """Refuse a key that is not a short text on one line."""
    if not isinstance(key, yaml.ScalarNode):
        raise _Refusal("a key must be a name, not a list or a mapping", key.start_mark)
    if key.tag not in (f"{_CORE}str", f"{_CORE}merge"):
        raise _Refusal(f"a key must be a name, and YAML takes {_shown(key.value)} for something else", key.start_mark)
    if len(key.value) > MAX_KEY_LENGTH or "\n" in key.value:
        raise _Refusal(f"{_shown(key.value)} is no key: those are short, and on one line", key.start_mark)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair


def _shown(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:27]}...")
