"""How every picture looks: ink, one colour per architecture, names made safe to draw."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex, to_rgb

INK = "#1b1c21"
"""Lines and letters. A picture inside the report takes the page's colour instead: see `report.pictures`."""
PAPER = "#ffffff"
HUES = ("#6e7781", "#0072b2", "#c0609a", "#d55e00", "#009e73", "#b07d00", "#3f9bd0", "#8a5a44")
"""One for each family: after Okabe & Ito, darkened so that a line is seen on white and on black."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
RULES: dict[Any, Any] = {
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


@contextmanager
def house_style() -> Iterator[None]:
    """Draw by the rules above, whatever the user's own matplotlib settings say; they are as before afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RULES)
        yield


@dataclass(frozen=True)
class Style:
    """How one architecture is drawn, in every picture."""

    colour: str
    line: str
    marker: str


def styles(architectures: list[str]) -> dict[str, Style]:
    """Return the look of every architecture.

    A family (such as lstm, lstm_peephole, bidirectional_lstm) shares a hue; families take hues in order.
    """
    families = list(dict.fromkeys(map(family, architectures)))
    members = {name: [other for other in architectures if family(other) == name] for name in families}
    return {
        name: Style(
            colour=_shade(HUES[families.index(family(name)) % len(HUES)], members[family(name)], name),
            line=_line(name),
            marker=MARKERS[members[family(name)].index(name) % len(MARKERS)],
        )
        for name in architectures
    }


def family(architecture: str) -> str:
    """Return the first word of a name that says neither depth nor direction.

    >>> [family(name) for name in ("bidirectional_gru", "lstm_5_layers", "deep_elman")]
    ['gru', 'lstm', 'elman']
    """
    words = [word for word in architecture.split("_") if word not in ("bidirectional", "deep")]
    return words[0] if words else architecture


def _line(name: str) -> str:
    words = name.split("_")
    deep, both_ways = "deep" in words or "layers" in words, "bidirectional" in words
    return {(False, False): "-", (False, True): "--", (True, False): "-.", (True, True): ":"}[deep, both_ways]


def _shade(hue: str, members: list[str], name: str) -> str:
    """Return the family's hue, a little darker for its first member and lighter towards its last."""
    share = 0.0 if len(members) == 1 else np.linspace(-0.2, 0.35, len(members))[members.index(name)]
    towards = np.array(to_rgb("white" if share > 0 else "black"))
    red, green, blue = np.array(to_rgb(hue)) * (1 - abs(share)) + towards * abs(share)
    return to_hex((red, green, blue))


def printable(text: str, limit: int = 32) -> str:
    """Return a name fit to be drawn: nothing that controls, nothing without end.

    >>> plain("a\\x00b"), plain("x" * 99, 5)
    ('a�b', 'xxxx…')
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join("\ufffd" if _controls(letter) else letter for letter in cut)


def _controls(letter: str) -> bool:
    noncharacter = ord(letter) & 0xFFFE == 0xFFFE
    return unicodedata.category(letter) in ("Cc", "Cs") or letter in BIDIRECTIONAL_CONTROLS or noncharacter
