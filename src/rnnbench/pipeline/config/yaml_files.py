"""YAML files: read, merged, and asked on which line a setting stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.yaml_tree import read_tree

SettingPath = tuple[str | int, ...]
"""Where a setting is: keys and list positions from the top."""

Tree = yaml.Node | None
"""What a file holds; nothing, where it is empty."""


def read_yaml(path: Path) -> tuple[dict[str, Any], Tree]:
    """Return the mapping that a YAML file holds, and its tree; raises UserError with file and line."""
    tree, values = read_tree(path)
    if values is not None and not isinstance(values, dict):
        raise UserError(f"{path}: must be a mapping of settings, not {type(values).__name__}")
    return values or {}, tree


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


def locate(trees: Mapping[Path, Tree], place: SettingPath) -> str:
    """Return "file:line: key" of the last file that sets the place, or as much of it as is known."""
    key = ".".join(text if (text := str(part)[:60]).isprintable() else repr(text) for part in place)
    found = [(depth, path, line) for path, tree in trees.items() for depth, line in [_line(tree, place)] if depth]
    if not found:
        return ": ".join(filter(None, [str([*trees][-1]) if trees else "", key]))
    deepest = max(depth for depth, _, _ in found)
    _, path, line = [entry for entry in found if entry[0] == deepest][-1]
    return f"{path}:{line}: {key}"


def _line(node: Any, place: SettingPath) -> tuple[int, int]:
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
