"""Functions that read and operate the grid in a browser."""

from typing import Any

from playwright.sync_api import Page

from helpers.browser import Visit, Visitor

TEXT = "cell => (cell.querySelector('bdi[title]')?.title ?? cell.innerText).trim()"
"""A function from a cell of the grid to its text, or to its identifier, which is the tooltip of its name."""


def open_grid(visit: Visitor, html: str, address: str = "#grid", **how: Any) -> Page:
    """Open the grid of a report, and return the page."""
    return grid_page(visit(html, address=address, **how))


def grid_page(visited: Visit) -> Page:
    """Return the page after its script has made the grid."""
    visited.page.wait_for_selector("#grid-table .sort", state="attached")
    assert visited.errors == []
    return visited.page


def rows(page: Page) -> list[list[str]]:
    """Return the texts of the cells of the grid, row by row; networks and encoders by their identifiers."""
    return page.eval_on_selector_all("#grid-table tr", f"rows => rows.map(row => [...row.cells].map({TEXT}))")


def names(page: Page) -> list[str]:
    """Return the identifiers of the visible networks, in order."""
    return page.eval_on_selector_all(
        "#grid-table tbody:not(.fixed) tr:has(td)", f"rows => rows.map(row => ({TEXT})(row.cells[0]))"
    )


def choose(page: Page, label: str, value: str) -> None:
    """Choose a value of a control of the grid, or the task of the whole page."""
    if label == "Task":
        page.locator("#task").select_option(value)
        return
    page.locator("#grid-controls label", has_text=label).locator("select").select_option(value)
