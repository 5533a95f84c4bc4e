"""Rows of tables for reports, and a parser of pages."""

from html.parser import HTMLParser
from typing import Any

from rnnbench.results.schemas import SCHEMAS

VOID = {"meta", "br", "img", "link", "input", "hr"}
ZEROS: dict[str, Any] = {"str": "", "int64": 0, "Int64": None, "float64": 0.0, "bool": False}


def row(name: str, key: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return a row of a table; other columns are zero, empty or missing."""
    return {column: ZEROS[kind] for column, kind in SCHEMAS[name].items()} | key | values


class Page(HTMLParser):
    """The contents of a page; parsing fails if an element is not closed in order.

    What has a name for readers is in `rows` by its identifier, which is the tooltip of the name.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.rows: list[list[str]] = []
        self.tooltip = ""
        self.scripts: list[str] = []
        """The texts of all scripts, without the data in text/plain."""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "data", "action")]
        if tag == "script" and ("type", "text/plain") not in attrs:
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        if tag == "bdi":
            self.tooltip = dict(attrs).get("title") or ""
            self._add(self.tooltip)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "bdi":
            self.tooltip = ""

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"] and self.scripts:
            self.scripts[-1] += data
        if not self.tooltip:
            self._add(data)

    def _add(self, text: str) -> None:
        """Add a text to the last cell, if it is open."""
        if self.rows and self.rows[-1] and {"td", "th"} & set(self.open):
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {text}".split())
