"""The script of a page: it stands inside the page, under a strict content security policy."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from rnnbench.report.page.packing import packed

__all__ = ["DETAILS_SCRIPTS", "REPORT_SCRIPTS", "digest", "packed", "script", "text_of"]

SHARED = ("page/page.js", "page/tables.js", "page/copying.js")
REPORT_SCRIPTS = (
    *SHARED,
    "page/language.js",
    "page/terms.js",
    "sections/grid/grid_view.js",
    "sections/grid/grid_cell.js",
    "chapters/first_screen/maps.js",
    "demo/reading.js",
    "demo/network.js",
    "demo/oracle.js",
    "demo/reading_text.js",
    "demo/answer_tables.js",
    "chapters/taipeis/playground.js",
    "chapters/memory/register_memory.js",
)
"""The files of the report's script, below `report/`, in order. They share one scope: a file may use names of others."""
DETAILS_SCRIPTS = (
    *SHARED,
    "sections/tasks.js",
    "sections/grid/grid_view.js",
    "sections/grid/grid_cell.js",
    "sections/grid/grid.js",
    "sections/sentences/disagreements.js",
    "sections/landing.js",
)
"""The same of the details."""


def text_of(name: str) -> Markup:
    """Return the text of a file below `report/`, such as page/style.css."""
    return Markup(files("rnnbench.report").joinpath(name).read_text(encoding="utf-8"))


def script(files: Sequence[str]) -> Markup:
    """Return the script of a page, of these files below `report/`."""
    return Markup("\n").join(text_of(name) for name in files)


def digest(text: str) -> Markup:
    """Return the source expression by which a content security policy allows a script or style with this text.

    >>> digest("")
    Markup("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
    """
    return Markup(f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'")
