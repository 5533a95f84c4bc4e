"""The script of the page: it stands inside the page, under a strict content security policy."""

import hashlib
from base64 import b64encode
from importlib.resources import files

from markupsafe import Markup

from rnnbench.report.page.packing import packed

__all__ = ["SCRIPTS", "digest", "packed", "script", "text_of"]

SCRIPTS = (
    "page/page.js",
    "page/tables.js",
    "page/copying.js",
    "sections/grid/grid_view.js",
    "sections/grid/grid_cell.js",
    "sections/grid/grid.js",
    "demo/network.js",
    "demo/oracle.js",
    "sections/sentences/playground.js",
    "sections/sentences/disagreements.js",
    "sections/memory/register_memory.js",
)
"""The files of the script, below `report/`, in order. They share one scope, so a file may use names of the others."""


def text_of(name: str) -> Markup:
    """Return the text of a file below `report/`, such as page/style.css."""
    return Markup(files("rnnbench.report").joinpath(name).read_text(encoding="utf-8"))


def script() -> Markup:
    """Return the whole script."""
    return Markup("\n").join(text_of(name) for name in SCRIPTS)


def digest(text: str) -> Markup:
    """Return the source expression by which a content security policy allows a script or style with this text.

    >>> digest("")
    Markup("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
    """
    return Markup(f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'")
