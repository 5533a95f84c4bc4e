"""SVG text -> SVG inside a page: takes the page's colour, brings no style of its own, clashes with no neighbour."""

import re
from xml.etree import ElementTree

from markupsafe import Markup

from rnnbench.report.figures.style import INK
from rnnbench.report.figures.svg import BACKGROUND

REFERENCE = re.compile(r"#([\w.-]+)")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
POINTS_TO_PIXELS = 96 / 72


def inline(svg: str, *, prefix: str, label: str) -> Markup:
    """Return a picture of `figures` as an element of a page.

    Style becomes attributes, which a strict content security policy lets pass; names get the prefix; ink becomes
    the colour of the text around it. `label` is what a screen reader says.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child) in ("metadata", "style") or child.get("id") in ("patch_1", BACKGROUND):
                parent.remove(child)
    used = set(REFERENCE.findall(svg)) & {element.get("id") for element in root.iter()}
    for element in root.iter():
        _make_plain(element, used, prefix)
    width, height = (float(size) * POINTS_TO_PIXELS for size in root.attrib["viewBox"].split()[2:])
    root.attrib.update({"width": f"{width:.0f}", "height": f"{height:.0f}", "role": "img", "aria-label": label})
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})  # what the removed style element said
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _make_plain(element: ElementTree.Element, used: set[str], prefix: str) -> None:
    """Rewrite an element's tag and attributes in place."""
    styles = [rule.partition(":") for rule in element.get("style", "").split(";") if rule]
    pairs = [(key.rpartition("}")[2], value) for key, value in element.attrib.items() if key != "style"]
    pairs += [(key.strip(), value.strip()) for key, _, value in styles if key.strip() != "font-family"]
    element.tag = _name(element)
    element.attrib.clear()
    for key, value in pairs:
        if key == "id":
            value = f"{prefix}{value}" if value in used else ""
        elif key == "href" or value.startswith("url(#"):
            value = value.replace("#", f"#{prefix}")
        if value:
            element.set(key, _shorter(value.replace(INK, "currentColor")))
    element.tail = None if _name(element) != "tspan" else element.tail
    if _name(element) not in ("text", "tspan"):
        element.text = None


def _shorter(value: str) -> str:
    """Return an attribute with hundredths at most, on one line.

    >>> _shorter("M 0.12345 1\\nL 2 -0.001")
    'M 0.12 1 L 2 0'
    """
    return " ".join(LONG_NUMBER.sub(lambda found: f"{round(float(found[0]), 2) + 0:g}", value).split())
