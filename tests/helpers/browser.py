"""Opens a report in a browser, and records its errors and requests."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

SECONDS = 15
"""Largest number of seconds that a test waits for an element."""


@dataclass
class Visit:
    """An open page, with its errors and requests."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


class Visitor:
    """Opens reports in the browser, each in a page of its own."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    def __call__(
        self,
        html: str,
        *,
        address: str = "",
        width: int = 1280,
        colours: Literal["light", "dark"] = "light",
        scripted: bool = True,
    ) -> Visit:
        """Open a page; `address` is the end of its address, such as #grid?task=travel."""
        path = self.folder / "report.html"
        path.write_text(html, encoding="utf-8")
        size = {"width": width, "height": 900}
        context = self.browser.new_context(viewport=size, color_scheme=colours, java_script_enabled=scripted)
        context.set_default_timeout(SECONDS * 1000)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.errors.append(message.text))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(f"file://{path}{address}")
        return visit
