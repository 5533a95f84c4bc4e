"""What the reader's own sentences need: the parts of the demo, and the colours of the architectures."""

from typing import Any

from markupsafe import Markup

from rnnbench.report.figures.style import styles
from rnnbench.report.page.packing import packed
from rnnbench.report.views.queries import Tables

Demo = list[dict[str, Any]]
"""What `rnnbench.report.demo.pack` made: a part for each task."""


def data(tables: Tables, demo: Demo) -> Markup:
    """Return what try.js reads, packed."""
    colours = {name: look.colour for name, look in styles(tables).items()}
    parts = [{name: value for name, value in part.items() if name != "disagreements"} for part in demo]
    return Markup(packed({"parts": parts, "colours": colours}))
