"""YAML configuration files: read, merged, and searched for the line of a setting.

A file that could fill the memory, run for ever or be misread is rejected, with the line that does it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rnnbench.common.errors import UserError
from rnnbench.common.text import LAYOUT, code_point, forbidden

SettingPath = tuple[str | int, ...]
"""Location of a setting in a configuration: keys and list positions, from the top level down."""

Tree = yaml.Node | None
"""Syntax tree of a YAML file; None for an empty file."""

MAX_BYTES = 1_000_000
"""Largest size of a file in bytes; the largest bundled configuration has 3,000."""
MAX_VALUES = 100_000
"""Largest number of values in a file with all aliases resolved: nine nested lists of ten aliases make a billion."""
MAX_DEPTH = 50
"""Deepest nesting of lists and mappings; a configuration needs five, and Python's recursion limit is some hundreds."""
MAX_KEY_LENGTH = 60
"""Largest number of characters in a key."""
MAX_NUMBER_LENGTH = 40
"""Largest number of characters in a number; Python refuses to convert a number of thousands of digits."""

_CORE = "tag:yaml.org,2002:"
_FORBIDDEN = forbidden(allowed=LAYOUT)
"""Control characters, which a terminal may execute, and code points that are not valid in a file."""
_NUMBERS = {f"{_CORE}int", f"{_CORE}float"}
_MISREAD = {f"{_CORE}timestamp": "a date", f"{_CORE}value": "a special value"}
"""Tags that YAML gives to scalars that a user means as text, and what to call them."""
_TOO_DEEP = f"lists and mappings are nested more than {MAX_DEPTH} deep"


def read_yaml(path: Path) -> tuple[dict[str, Any], Tree]:
    """Return the mapping that a YAML file holds, and its tree; raises UserError with file and line."""
    tree, values = read_tree(path)
    if values is not None and not isinstance(values, dict):
        raise UserError(f"{path}: must be a mapping of settings, not {type(values).__name__}")
    return values or {}, tree


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration `old` updated with `new`: mappings are merged recursively, other values are replaced.

    >>> merged({"size": {"hidden": 32}, "tasks": ["a"]}, {"size": {"parameters": 9}, "tasks": ["b"]})
    {'size': {'hidden': 32, 'parameters': 9}, 'tasks': ['b']}
    """
    result = dict(old)
    for key, value in new.items():
        before = old.get(key)
        is_mapping = isinstance(value, Mapping) and isinstance(before, Mapping)
        result[key] = merged(before, value) if is_mapping else value  # type: ignore[arg-type]
    return result


def locate(trees: Mapping[Path, Tree], location: SettingPath) -> str:
    """Return "file:line: key" for a setting, from the file that sets the longest part of its location.

    Of several such files it is the last one, which overrides the others. Where no file sets any part of the location
    there is no line.
    """
    key = ".".join(text if (text := str(part)[:60]).isprintable() else repr(text) for part in location)
    matches = [(depth, path, line) for path, tree in trees.items() for depth, line in [_line(tree, location)] if depth]
    if not matches:
        return ": ".join(filter(None, [str([*trees][-1]) if trees else "", key]))
    _, path, line = max(reversed(matches), key=lambda match: match[0])
    return f"{path}:{line}: {key}"


def _line(node: Any, location: SettingPath) -> tuple[int, int]:
    """Return how many parts of a location a YAML tree has, and the line of the last of them."""
    depth = line = 0
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == str(part)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            pairs = [(node.value[part], node.value[part])]
        else:
            pairs = []
        if not pairs:
            break
        key, node = pairs[-1]
        depth, line = depth + 1, key.start_mark.line + 1
    return depth, line


def read_tree(path: Path) -> tuple[Tree, Any]:
    """Return the tree of a YAML file and its contents as plain values, both None for an empty file.

    Raises UserError with file and line.
    """
    loader = _Loader(_text(path))
    try:
        tree = loader.get_single_node()
        return tree, None if tree is None else loader.construct_document(tree)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        kind = "" if isinstance(error, _UnsupportedYAML) else "not valid YAML: "
        raise UserError(f"{path}{line}: {kind}{error.problem}") from None
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    """Return the text of a file that is UTF-8, has at most MAX_BYTES bytes and no control characters."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise UserError(f"{path}: cannot be read: not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a ValueError: no path can have this name
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise UserError(f"{path}: has more than {MAX_BYTES:,} bytes, which is too large for a configuration")
    try:
        text = data.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: not UTF-8; save the file in that encoding") from None
    if match := _FORBIDDEN.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise UserError(f"{path}:{line}: {_forbidden_message(match[0])}")
    return text


def _forbidden_message(character: str) -> str:
    return f"control character {code_point(character)} is not allowed; remove it"


class _UnsupportedYAML(yaml.MarkedYAMLError):
    """Valid YAML that a configuration must not contain."""

    def __init__(self, text: str, mark: Any) -> None:
        super().__init__(problem=text, problem_mark=mark)


@dataclass(frozen=True)
class _ResolvedSize:
    """Size of a node with every alias in it resolved."""

    values: int
    depth: int


class _Loader(yaml.SafeLoader):
    """Composes a tree, and rejects a node as soon as it is too large, too deep or ambiguous."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.sizes: dict[int, _ResolvedSize] = {}
        """Size of each finished node, by its id."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node; for an alias, the node that it refers to."""
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            node = super().compose_node(parent, index)
            if id(node) not in self.sizes:
                raise _UnsupportedYAML(f"the alias *{event.anchor} is inside the value it refers to", event.start_mark)
            return node
        if event.tag is not None:
            raise _UnsupportedYAML(f"the tag {event.tag!r} is not supported; remove it", event.start_mark)
        if self.depth >= MAX_DEPTH:
            raise _UnsupportedYAML(_TOO_DEEP, event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None:
            self.sizes[id(node)] = self._resolved_size(node)
        return node

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Return the next scalar: text without control characters, a number, true, false or null."""
        node = super().compose_scalar_node(anchor)
        if match := _FORBIDDEN.search(node.value):
            raise _UnsupportedYAML(_forbidden_message(match[0]), node.start_mark)
        is_number = node.tag in _NUMBERS
        misread = "a number in base 60" if is_number and ":" in node.value else _MISREAD.get(node.tag)
        if misread:
            text = f"YAML reads this as {misread}: {_quoted(node.value)}; put quotes around it"
            raise _UnsupportedYAML(text, node.start_mark)
        if is_number and len(node.value) > MAX_NUMBER_LENGTH:
            text = f"a number of {len(node.value)} digits is too long; at most {MAX_NUMBER_LENGTH} are allowed"
            raise _UnsupportedYAML(text, node.start_mark)
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Return the next mapping; its keys are texts, each of them once."""
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            _check_key(key)
            if key.value in lines:
                text = f"duplicate key {key.value!r}, already on line {lines[key.value]}; remove one of them"
                raise _UnsupportedYAML(text, key.start_mark)
            lines[key.value] = key.start_mark.line + 1
        return node

    def _resolved_size(self, node: yaml.Node) -> _ResolvedSize:
        children = [self.sizes[id(child)] for child in _children(node)]
        values = 1 + sum(child.values for child in children)
        depth = 1 + max((child.depth for child in children), default=0)
        if values > MAX_VALUES:
            text = f"has {values:,} values once aliases are resolved; at most {MAX_VALUES:,} are allowed"
            raise _UnsupportedYAML(text, node.start_mark)
        if depth > MAX_DEPTH:
            raise _UnsupportedYAML(_TOO_DEEP, node.start_mark)
        return _ResolvedSize(values, depth)


def _check_key(key: yaml.Node) -> None:
    """Reject a key that is not a short text on one line."""
    if not isinstance(key, yaml.ScalarNode):
        raise _UnsupportedYAML("a key must be a text, not a list or a mapping", key.start_mark)
    if key.tag not in (f"{_CORE}str", f"{_CORE}merge"):
        text = f"a key must be a text, and YAML reads {_quoted(key.value)} as something else; put quotes around it"
        raise _UnsupportedYAML(text, key.start_mark)
    if len(key.value) > MAX_KEY_LENGTH or "\n" in key.value:
        text = f"{_quoted(key.value)} is not a valid key: a key has one line and at most {MAX_KEY_LENGTH} characters"
        raise _UnsupportedYAML(text, key.start_mark)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:27]}...")
