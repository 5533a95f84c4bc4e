"""How tests look at the grid in a browser."""

from typing import Any

from playwright.sync_api import Page

from helpers.browser import Visit, Visitor


def opened(visit: Visitor, html: str, address: str = "#grid", **how: Any) -> Page:
    """Return the page once the grid is made."""
    return made(visit(html, address=address, **how))


def made(visited: Visit) -> Page:
    visited.page.wait_for_selector("#grid-table .sort", state="attached")
    assert visited.errors == []
    return visited.page


def rows(page: Page) -> list[list[str]]:
    """Return the texts of the grid's cells, row by row."""
    return page.eval_on_selector_all(
        "#grid-table tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def names(page: Page) -> list[str]:
    """Return the names of the networks shown, in order."""
    found = page.eval_on_selector_all(
        "#grid-table tbody:not(.fixed) tr:has(td)", "rows => rows.map(row => row.cells[0].innerText)"
    )
    return [name.strip() for name in found]


def choose(page: Page, label: str, value: str) -> None:
    page.locator("#grid-controls label", has_text=label).locator("select").select_option(value)
