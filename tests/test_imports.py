"""Imports run one way: the table in ARCHITECTURE.md is true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/rnnbench"
ROWS = re.findall(r"^\| `([\w/*]+)` \|.*\| (yes)? ?\|$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
ORDER = [name for name, _ in ROWS]
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def row(module: str) -> str:
    """Return the row of the table that a module (dotted, below the package) belongs to."""
    folder, _, name = module.partition(".")
    if folder in ("native", "kernels"):
        return f"{folder}/*"
    if folder in ("tasks", "encoders", "cells", "engines"):
        return f"{folder}/*" if name else f"{folder}/__init__"
    return folder


def module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def statements(tree: ast.AST, *, lazy: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield imports, not those for types alone; those inside functions only if `lazy`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        elif lazy or not isinstance(node, ast.FunctionDef):
            yield from statements(node, lazy=lazy)


def imported(path: Path, *, lazy: bool) -> set[str]:
    names = set()
    for node in statements(ast.parse(path.read_text()), lazy=lazy):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        else:
            names.add(node.module or "")
            names |= {f"{node.module}.{name.name}" for name in node.names}
    return names


def rows_imported(path: Path) -> set[str]:
    ours = {name.removeprefix("rnnbench.") for name in imported(path, lazy=True) if name.startswith("rnnbench.")}
    modules = {module(file) for file in FILES}
    return {row(name) for name in ours if name in modules}


def test_the_table_names_every_module():
    assert {row(module(path)) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_module_imports_only_from_rows_above(path):
    own = ORDER.index(row(module(path)))
    below = {name for name in rows_imported(path) if ORDER.index(name) > own}
    assert not below


def test_only_the_rows_that_say_so_import_torch():
    importing = {row(module(path)) for path in FILES if "torch" in imported(path, lazy=False)}
    assert importing == {name for name, torch in ROWS if torch}
