"""The lines of the forest plot: a scale that all share, and for each contrast its margin, interval and estimate.

Places are percentages of the width, so that the lines fit every width of the window and letters keep their size.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rnnbench.report.figures.svg import element

EDGE = 3.0
"""Free space at either end of the scale, in percent."""
MAX_TICKS = 4
"""Largest number of marks on either side of 0."""
HEIGHTS = {True: 16, False: 13}
"""Whether a contrast decides on its claim -> the height of its line, in pixels."""
AXIS_HEIGHT = 17
NEAR = 16.0
"""What is closer to 0 than this, in percent, has a number only where the drawing is wide."""


@dataclass(frozen=True)
class Scale:
    """A scale of differences that is linear near 0 and logarithmic further out, on both sides of it."""

    unit: float
    """About up to here it is linear."""
    low: float
    high: float

    def place(self, value: float) -> float:
        """Return where a value stands, in percent of the width.

        >>> [round(Scale(unit=0.1, low=-1, high=1).place(value)) for value in (-1, 0, 0.1, 1)]
        [3, 50, 64, 97]
        """
        low, here, high = (math.asinh(end / self.unit) for end in (self.low, value, self.high))
        return EDGE + (100 - 2 * EDGE) * (here - low) / (high - low)

    @property
    def ticks(self) -> list[float]:
        """Return the values that are marked: 0 and powers of ten.

        >>> Scale(unit=0.005, low=-0.3, high=1.0).ticks
        [-0.1, -0.01, 0.0, 0.01, 0.1, 1.0]
        """
        positive = _powers(self.unit, max(-self.low, self.high))
        both = [-value for value in reversed(positive)] + [0.0, *positive]
        return [value for value in both if self.low <= value <= self.high]


def scale_of(values: Iterable[float], margins: Iterable[float]) -> Scale:
    """Return the scale on which all values and margins have a place; values may be NaN."""
    known_margins = [margin for margin in margins if margin > 0]
    known = [value for value in values if math.isfinite(value)]
    ends = [*known, *known_margins, *(-margin for margin in known_margins), 0.0]
    low, high = min(ends), max(ends)
    largest = max(high, -low) or 1.0
    unit = float(np.median(known_margins)) if known_margins else largest / 100
    return Scale(unit, low if low < high else -largest, high if low < high else largest)


def axis(scale: Scale) -> Markup:
    """Return the numbers of the scale, which stand above the lines."""
    zero = scale.place(0)
    near = {value for value in scale.ticks if 0 < abs(scale.place(value) - zero) < NEAR}
    marks = (
        element("text", _number(value), x=_percent(place), y=12, text_anchor="middle", **_classes(value in near))
        for value in scale.ticks
        for place in (scale.place(value),)
    )
    return _drawing("".join(marks), AXIS_HEIGHT, "axis")


def line(scale: Scale, estimate: float, low: float, high: float, margin: float, *, decides: bool) -> Markup:
    """Return the line of a contrast; one whose interval is unknown has a point alone."""
    height = HEIGHTS[decides]
    middle, ends = height / 2, {"y1": 0.0, "y2": float(height)}
    parts = [_rule(scale.place(value), "zero" if value == 0 else "rule", ends) for value in scale.ticks]
    if margin:
        start, stop = scale.place(max(-margin, scale.low)), scale.place(min(margin, scale.high))
        band = {"class": "margin", "x": _percent(start), "y": 0, "width": _percent(stop - start), "height": height}
        parts.insert(0, element("rect", **band))
    if math.isfinite(low):
        across = {"x1": _percent(scale.place(low)), "x2": _percent(scale.place(high)), "y1": middle, "y2": middle}
        parts.append(element("line", **{"class": "range"}, **across))
    if math.isfinite(estimate):
        parts.append(element("circle", cx=_percent(scale.place(estimate)), cy=middle, r=4.5 if decides else 2.8))
    return _drawing("".join(parts), height, "decides" if decides else "further")


def _powers(unit: float, largest: float) -> list[float]:
    """Return powers of ten above a unit, at most `MAX_TICKS`, evenly apart."""
    exponents = range(math.ceil(math.log10(unit)), math.floor(math.log10(largest) + 1e-9) + 1)
    return [10.0**exponent for exponent in exponents[:: -(-len(exponents) // MAX_TICKS) or 1]]


def _classes(near: bool) -> dict[str, str]:
    return {"class": "near"} if near else {}


def _rule(place: float, kind: str, ends: dict[str, float]) -> str:
    return element("line", **{"class": kind}, x1=_percent(place), x2=_percent(place), **ends)


def _drawing(parts: str, height: float, kind: str) -> Markup:
    """Return a drawing of all the width. Its numbers stand beside it, so a screen reader leaves it out."""
    return Markup(element("svg", parts, **{"class": kind, "aria-hidden": "true"}, width="100%", height=height))


def _percent(place: float) -> str:
    return f"{place:.2f}%"


def _number(value: float) -> str:
    """Return a mark's number.

    >>> _number(0.01), _number(0.0), _number(10.0)
    ('+0.01', '0', '+10')
    """
    return f"{value:+g}".replace("-", "\N{MINUS SIGN}") if value else "0"
