"""Functions that read and operate the grid in a browser."""

from typing import Any

from playwright.sync_api import Page

from helpers.browser import Visit, Visitor


def open_grid(visit: Visitor, html: str, address: str = "#grid", **how: Any) -> Page:
    """Open the grid of a report, and return the page."""
    return grid_page(visit(html, address=address, **how))


def grid_page(visited: Visit) -> Page:
    """Return the page after its script has made the grid."""
    visited.page.wait_for_selector("#grid-table .sort", state="attached")
    assert visited.errors == []
    return visited.page


def rows(page: Page) -> list[list[str]]:
    """Return the texts of the cells of the grid, row by row."""
    return page.eval_on_selector_all(
        "#grid-table tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def names(page: Page) -> list[str]:
    """Return the names of the visible networks, in order."""
    texts = page.eval_on_selector_all(
        "#grid-table tbody:not(.fixed) tr:has(td)", "rows => rows.map(row => row.cells[0].innerText)"
    )
    return [name.strip() for name in texts]


def choose(page: Page, label: str, value: str) -> None:
    """Choose a value of a control of the grid, or the task of the whole page."""
    if label == "Task":
        page.locator("#task").select_option(value)
        return
    page.locator("#grid-controls label", has_text=label).locator("select").select_option(value)
