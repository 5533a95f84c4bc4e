"""The page's script, and the data that it reads: inside the page, behind a strict content security policy."""

import hashlib
from base64 import b64encode
from importlib.resources import files

from markupsafe import Markup

from rnnbench.packing import packed

__all__ = ["SCRIPTS", "digest", "packed", "script", "text_of"]

SCRIPTS = (
    "page",
    "tables",
    "copying",
    "grid_view",
    "grid_cell",
    "grid",
    "network",
    "oracle",
    "try",
    "errors",
    "inside",
)
"""The files that make up the script, in order; names of one are known in those after it."""


def text_of(name: str) -> Markup:
    """Return the text of a file of the page, such as style.css."""
    return Markup(files("rnnbench.report").joinpath(name).read_text(encoding="utf-8"))


def script() -> Markup:
    """Return the whole script."""
    return Markup("\n").join(text_of(f"{name}.js") for name in SCRIPTS)


def digest(text: str) -> Markup:
    """Return how a content security policy names a text that it lets run.

    >>> digest("")
    Markup("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
    """
    return Markup(f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'")
