"""The style of every figure: ink, one colour for each architecture, and names that are safe to draw."""

import itertools
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex, to_rgb

from rnnbench import cells
from rnnbench.cells import Cell
from rnnbench.common import registry
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables

INK = "#1b1c21"
"""Colour of lines and letters. Inside the report it is replaced by the page's colour: see `report.page.inline_svg`."""
PAPER = "#ffffff"
"""Colour of the background."""
HUES = ("#6e7781", "#0072b2", "#c0609a", "#d55e00", "#009e73", "#b07d00", "#3f9bd0", "#8a5a44")
"""Colours of the families of cells, after Okabe & Ito, darkened so that a line is visible on white and on black."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""Matplotlib's names of the markers of a family's members."""
LINES = {(False, False): "-", (False, True): "--", (True, False): "-.", (True, True): ":"}
"""Matplotlib's line styles by whether a network is deep and whether it is bidirectional."""
MATPLOTLIB_SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 8.5,
    "figure.facecolor": PAPER,
    "grid.alpha": 0.15,
    "grid.color": INK,
    "hatch.color": INK,
    "hatch.linewidth": 0.4,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "rnnbench",
}
BIDIRECTIONAL_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of the text around them."""


@contextmanager
def house_style() -> Iterator[None]:
    """Use the settings above in place of the user's own, which are restored afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(MATPLOTLIB_SETTINGS)
        yield


@dataclass(frozen=True)
class Style:
    """How one architecture is drawn in every figure: colour, matplotlib line style, matplotlib marker."""

    colour: str
    line: str
    marker: str


def styles(tables: Tables) -> dict[str, Style]:
    """Return the style of every architecture, from its row in the table `architectures`.

    Cells of one family, such as all LSTMs, share a hue; families take hues in order of first appearance, and the
    members of a family differ in shade and marker. The line style shows depth and direction. An architecture without a
    row is drawn as a family of its own, of one layer, reading forward.
    """
    rows = tables["architectures"].drop_duplicates("architecture").set_index("architecture").to_dict("index")
    names = queries.architectures(tables)
    families = {name: _family(rows[name]["cell"]) if name in rows else name for name in names}
    hues = dict(zip(dict.fromkeys(families.values()), itertools.cycle(HUES), strict=False))
    result = {}
    for name in names:
        members = [member for member in names if families[member] == families[name]]
        place = members.index(name)
        result[name] = Style(
            colour=_shade(hues[families[name]], place, len(members)),
            line=_line(rows[name]["layers"], rows[name]["bidirectional"]) if name in rows else "-",
            marker=MARKERS[place % len(MARKERS)],
        )
    return result


@cache
def _family(cell: str) -> type[Cell] | str:
    """Return the class right below `Cell` from which a cell derives; the name of a cell that is not in `cells/`.

    >>> _family("lstm").__name__, _family("lstm_peephole").__name__, _family("gru").__name__
    ('MemoryCell', 'MemoryCell', 'Gru')
    """
    if cell not in registry.names(cells):
        return cell
    return [base for base in registry.load(cells, cell, Cell).__mro__ if issubclass(base, Cell)][-2]


def _line(layers: int, bidirectional: bool) -> str:
    return LINES[bool(layers > 1), bool(bidirectional)]


def _shade(hue: str, place: int, count: int) -> str:
    """Return a family's hue, a little darker for the first of its members and lighter towards the last."""
    share = 0.0 if count == 1 else np.linspace(-0.2, 0.35, count)[place]
    target = np.array(to_rgb("white" if share > 0 else "black"))
    red, green, blue = np.array(to_rgb(hue)) * (1 - abs(share)) + target * abs(share)
    return to_hex((red, green, blue))


def printable(text: str, limit: int = 32) -> str:
    """Return a text that is safe to draw: at most `limit` characters, none of them a control character.

    >>> printable("a\\x00b"), printable("x" * 99, 5)
    ('a�b', 'xxxx…')
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join("\ufffd" if _is_control(character) else character for character in cut)


def _is_control(character: str) -> bool:
    """Return whether a character is a control character, half of a surrogate pair, or no character of Unicode."""
    noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return unicodedata.category(character) in ("Cc", "Cs") or character in BIDIRECTIONAL_CONTROLS or noncharacter
