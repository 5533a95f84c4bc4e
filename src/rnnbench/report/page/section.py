"""A part of a page: its template, its anchor, its title."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Section:
    """A section of a page."""

    folder: str
    """The folder of its files, below `report/`."""
    name: str
    """The name of its template, and its anchor."""
    title: str | Markup
    """Its title in the navigation."""

    @property
    def template(self) -> str:
        """Return the template's path below `report/`."""
        return f"{self.folder}/{self.name}.html"
