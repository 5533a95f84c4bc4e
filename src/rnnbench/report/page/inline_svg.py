"""SVG files -> SVG elements of the page: in the page's colour, without a style sheet, with ids of their own."""

import copy
import re
from xml.etree import ElementTree

from markupsafe import Markup

from rnnbench.report.figures.style import INK
from rnnbench.report.figures.svg import BACKGROUND
from rnnbench.report.views.convergence import SIGN
from rnnbench.report.wording.languages import PHRASES
from rnnbench.report.wording.names import name_of

REFERENCE = re.compile(r"#([\w.-]+)")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
POINTS_TO_PIXELS = 96 / 72


def inline(svg: str, *, prefix: str, label: str) -> Markup:
    """Return a picture of `rnnbench.report.figures` as an element of the page.

    Styles become attributes, which a strict content security policy allows. Ids get the prefix, so that no two
    pictures share one. Ink becomes the colour of the surrounding text. Screen readers read `label`.
    Identifiers become names for readers, and the phrases of `PHRASES` stand in both languages.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child) in ("metadata", "style") or child.get("id") in ("patch_1", BACKGROUND):
                parent.remove(child)
    ids = set(REFERENCE.findall(svg)) & {element.get("id") for element in root.iter()}
    for element in root.iter():
        _move_style_to_attributes(element, ids, prefix)
    for parent in list(root.iter()):
        _translate_texts(parent)
    width, height = (float(size) * POINTS_TO_PIXELS for size in root.attrib["viewBox"].split()[2:])
    root.attrib.update({"width": f"{width:.0f}", "height": f"{height:.0f}", "role": "img", "aria-label": label})
    root.attrib.update(
        {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    )  # as in the style element that is removed
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _translate_texts(parent: ElementTree.Element) -> None:
    """Replace identifiers in the texts right below an element by names, and put a Chinese copy behind each phrase."""
    for text in [child for child in parent if child.tag == "text" and child.text]:
        identifier, space, sign = (text.text or "").strip().partition(f" {SIGN}")
        if name_of(identifier) != identifier:
            text.text = f"{name_of(identifier)}{space}{sign}"
            ElementTree.SubElement(text, "title").text = identifier
        chinese = PHRASES.get(identifier)
        if chinese:
            translated = copy.deepcopy(text)
            translated.text = chinese
            translated.attrib.update({"class": "zh", "lang": "zh-Hans"})
            text.set("class", "en")
            parent.insert(list(parent).index(text) + 1, translated)


def _name(element: ElementTree.Element) -> str:
    """Return an element's tag without its namespace."""
    return element.tag.rpartition("}")[2]


def _move_style_to_attributes(element: ElementTree.Element, ids: set[str], prefix: str) -> None:
    """Rewrite an element in place: no namespaces, styles as attributes, ids with the prefix."""
    styles = [rule.partition(":") for rule in element.get("style", "").split(";") if rule]
    pairs = [(key.rpartition("}")[2], value) for key, value in element.attrib.items() if key != "style"]
    pairs += [(key.strip(), value.strip()) for key, _, value in styles if key.strip() != "font-family"]
    element.tag = _name(element)
    element.attrib.clear()
    for key, value in pairs:
        if key == "id":
            value = f"{prefix}{value}" if value in ids else ""
        elif key == "href" or value.startswith("url(#"):
            value = value.replace("#", f"#{prefix}")
        if value:
            element.set(key, _rounded(value.replace(INK, "currentColor")))
    element.tail = None if _name(element) != "tspan" else element.tail
    if _name(element) not in ("text", "tspan"):
        element.text = None


def _rounded(value: str) -> str:
    """Return an attribute's value on one line, its numbers rounded to hundredths.

    >>> _rounded("M 0.12345 1\\nL 2 -0.001")
    'M 0.12 1 L 2 0'
    """
    return " ".join(LONG_NUMBER.sub(lambda match: f"{round(float(match[0]), 2) + 0:g}", value).split())
