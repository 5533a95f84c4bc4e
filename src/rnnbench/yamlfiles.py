"""YAML files: read, merged, and asked on which line a setting stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rnnbench.errors import UserError

Place = tuple[str | int, ...]
"""Where a setting is: keys and list positions from the top."""


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds; raises UserError with file and line."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise UserError(f"{path}{line}: not valid YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(values or {}, dict):
        raise UserError(f"{path}: must be a mapping of settings, not {type(values).__name__}")
    return values or {}


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration over another: mappings are merged key by key, everything else is replaced.

    >>> merged({"size": {"hidden": 32}, "tasks": ["a"]}, {"size": {"parameters": 9}, "tasks": ["b"]})
    {'size': {'hidden': 32, 'parameters': 9}, 'tasks': ['b']}
    """
    both = dict(old)
    for key, value in new.items():
        before = old.get(key)
        is_mapping = isinstance(value, Mapping) and isinstance(before, Mapping)
        both[key] = merged(before, value) if is_mapping else value  # type: ignore[arg-type]
    return both


def locate(paths: Sequence[Path], place: Place) -> str:
    """Return "file:line: key" of the last file that sets the place, or as much of it as is known."""
    trees = [(path, yaml.compose(path.read_text(encoding="utf-8"))) for path in paths]
    key = ".".join(str(part) for part in place)
    found = [(depth, path, line) for path, tree in trees for depth, line in [_line(tree, place)] if depth]
    if not found:
        return ": ".join(filter(None, [str(trees[-1][0]) if trees else "", key]))
    deepest = max(depth for depth, _, _ in found)
    _, path, line = [entry for entry in found if entry[0] == deepest][-1]
    return f"{path}:{line}: {key}"


def _line(node: Any, place: Place) -> tuple[int, int]:
    """Return how many parts of a place a YAML tree has, and the line of the last of them."""
    depth = line = 0
    for part in place:
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
