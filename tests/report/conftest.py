"""A real browser for the report: Debian's Chromium, driven by playwright. Without it these tests are skipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from helpers.browser import Visitor
from helpers.grid_tables import make_grid
from rnnbench.report.build import build_details
from rnnbench.report.views.queries import Tables

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (apt-get install chromium), so the report is not tried in a browser")
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    yield Visitor(browser, tmp_path)
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_grid()


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return build_details(tables, {}, drawn=[])
