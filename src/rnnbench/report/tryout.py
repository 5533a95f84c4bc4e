"""What the reader's own sentences need: the parts of the demo, and the colours of the architectures."""

from typing import Any

from markupsafe import Markup

from rnnbench import summaries
from rnnbench.figures.style import looks
from rnnbench.packing import packed
from rnnbench.summaries import Tables

Demo = list[dict[str, Any]]
"""What `rnnbench.demo` made: a part for each task."""


def data(tables: Tables, demo: Demo) -> Markup:
    """Return what try.js reads, packed."""
    colours = {name: look.colour for name, look in looks(summaries.architectures(tables)).items()}
    parts = [{name: value for name, value in part.items() if name != "disagreements"} for part in demo]
    return Markup(packed({"parts": parts, "colours": colours}))
