"""A digest of a module's code and of what it imports from its package; comments and docstrings do not count.

Results that are stored under such a digest are computed again when the code that made them changes, and only then.
"""

import ast
import functools
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

PAGE_FILES = (".html", ".css", ".js")
"""Suffixes of the templates, styles and scripts that count as code of every module in their folder."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def fingerprint(*modules: str) -> str:
    """Return a digest of the named modules (full names) and of every module of their package that they import.

    A text file of the same name beside a module counts as its code (travel.txt beside travel.py), and so do the
    templates, styles and scripts in its folder. Imports for types alone (`if TYPE_CHECKING`) do not count.
    Modules that are loaded by name at run time (a task, an encoder, a cell) are not seen: name them.
    """
    return digest(code_digests(*modules))


def code_digests(*modules: str) -> dict[str, str]:
    """Return module -> digest of its code, for the named modules and every module of their package that they import."""
    digests: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in digests:
            digests[module], imported = _read(module)
            waiting += imported
    return digests


@functools.cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """Return the digest of one module's own code, and the modules of its package that it imports."""
    path = _file(module)
    if path is None:
        raise ModuleNotFoundError(module)
    tree = _WithoutDocstrings().visit(ast.parse(path.read_text(encoding="utf-8")))
    data = [file.read_text(encoding="utf-8") for file in sorted(_data_files(path))]
    package = module.partition(".")[0]
    return digest([ast.dump(tree), *data]), tuple(sorted(set(_imports(tree, package)) - {package}))


def _data_files(path: Path) -> list[Path]:
    page = [file for suffix in PAGE_FILES for file in path.parent.glob(f"*{suffix}")]
    return [*page, *path.parent.glob(f"{path.stem}.txt")]


class _WithoutDocstrings(ast.NodeTransformer):
    """Removes docstrings and imports for types alone from a syntax tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node.orelse if for_types else node


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if _is_in(package, name.name))
        elif isinstance(node, ast.ImportFrom) and node.module and _is_in(package, node.module):
            yield node.module
            submodules = (f"{node.module}.{name.name}" for name in node.names)
            yield from (name for name in submodules if _file(name) is not None)


def _is_in(package: str, module: str) -> bool:
    return module.partition(".")[0] == package


def _file(module: str) -> Path | None:
    """Return the file of a module, None when there is none; nothing is imported (that would cost seconds)."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent.joinpath(*rest)
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


def digest(value: object) -> str:
    """Return 16 hexadecimal digits that stand for any JSON value; the order of keys does not matter.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(_encode(value).encode()).hexdigest()[:16]
