"""The data of the playground: copies of networks, exact oracles, and the colours of the architectures."""

from typing import Any

from markupsafe import Markup

from rnnbench.report.figures.style import styles
from rnnbench.report.page.packing import packed
from rnnbench.report.views.queries import Tables

Demo = list[dict[str, Any]]
"""The demo from `rnnbench.report.demo.pack`: a part for each task."""


def data(tables: Tables, demo: Demo) -> Markup:
    """Return the data of playground.js, packed."""
    colours = {name: style.colour for name, style in styles(tables).items()}
    parts = [{name: value for name, value in part.items() if name != "disagreements"} for part in demo]
    return Markup(packed({"parts": parts, "colours": colours}))
