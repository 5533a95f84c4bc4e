"""SVG without matplotlib, which takes a second and 300 kB for each figure with that many small parts.

Lengths are in points, as in matplotlib's files; y grows downwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rnnbench.report.figures.style import INK, PAPER, printable

INCH = 72.0
"""Points in an inch."""
BACKGROUND = "paper"
"""The id of the rectangle behind everything, which the report leaves out."""
HATCHED = "url(#hatch)"
"""The fill of cells without a value."""
_HATCH = (
    '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0 0V4" stroke="{INK}" stroke-opacity="0.5" stroke-width="0.8"/></pattern></defs>'
)
DPI = 144
"""Resolution of a PNG, pixels per inch. More would take longer than drawing all figures."""


def png(svg: str) -> bytes:
    """Return a figure as PNG, with matplotlib's own fonts, so that its bytes are the same on every machine."""
    import matplotlib
    import resvg_py

    fonts = [str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=DPI, skip_system_fonts=True, font_dirs=fonts))


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG text."""

    svg: str


def drawing(width: float, height: float, parts: Iterable[str]) -> Drawing:
    """Return a figure of these parts on white paper; text is 8 points high and has the colour INK."""
    paper = element("rect", id=BACKGROUND, width=width, height=height, fill=PAPER)
    body = group([paper, *parts], font_family="DejaVu Sans, sans-serif", font_size=8, fill=INK)
    size = f'width="{number(width)}pt" height="{number(height)}pt" viewBox="0 0 {number(width)} {number(height)}"'
    return Drawing(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_HATCH}{body}</svg>\n')


def element(tag: str, content: str = "", /, **attributes: float | str | None) -> str:
    """Return an element. Underscores in names of attributes become hyphens; an attribute of None is left out.

    >>> element("rect", x=0.123, fill="a<b", stroke_width=None)
    '<rect x="0.1" fill="a&lt;b"/>'
    """
    text = "".join(
        f" {name.replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{text}>{content}</{tag}>" if content else f"<{tag}{text}/>"


def group(parts: Iterable[str], **attributes: float | str | None) -> str:
    """Return a group of parts with common attributes; the empty string without parts."""
    content = "".join(parts)
    return element("g", content, **attributes) if content else ""


def label(text: str, x: float, y: float, *, limit: int = 32, **attributes: Any) -> str:
    """Return a text element whose base line is at y; the text is made printable and at most `limit` long."""
    return element("text", escape(printable(text, limit)), x=x, y=y, **attributes)


def path(points: Iterable[tuple[float, float]], *, closed: bool = False, **attributes: float | str | None) -> str:
    """Return a line through points; the empty string without points.

    >>> path([(0, 0), (10, 2.55)], stroke="red")
    '<path d="M0 0L10 2.5" stroke="red"/>'
    """
    corners = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return element("path", d=f"M{corners}{'Z' if closed else ''}", **attributes) if corners else ""


def number(value: float) -> str:
    """Return a number with at most one decimal.

    >>> number(3.0), number(-0.04), number(2.25)
    ('3', '0', '2.2')
    """
    return f"{round(value, 1) + 0:g}"
