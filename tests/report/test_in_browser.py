"""The pages as a whole in a browser: silent, without a request, without a barrier, at every width."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.browser import Visitor
from helpers.small_benchmark import make_tables
from rnnbench.report.build import build_details, build_report

FACTS = {"version": "0.1.0", "device": "cpu", "configuration": "tasks:\n  - travel\n"}


@pytest.fixture(scope="module", params=[build_report, build_details])
def html(request: pytest.FixtureRequest) -> str:
    return request.param(make_tables(), FACTS)


def test_says_nothing_and_asks_for_nothing(html: str, visit: Visitor) -> None:
    opened = visit(html)
    opened.page.wait_for_load_state("networkidle")
    assert opened.errors == []
    assert [address.partition("://")[0] for address in opened.requests] == ["file"]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier(html: str, visit: Visitor, colours: str) -> None:
    results = Axe().run(visit(html, colours=colours).page)
    assert not results.response["violations"], results.generate_report()


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_never_wider_than_the_window(html: str, visit: Visitor, width: int) -> None:
    page = visit(html, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
