"""The forest plot in a browser: two screens, no barrier, every width, and a link to a claim shows it."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.browser import Visitor
from helpers.claim_tables import claim_rows_with_data, tables_with
from rnnbench.report.build import build_report

SCREEN = 800
CHAPTER = "document.querySelector('#claims').getBoundingClientRect().height"


@pytest.fixture(scope="module")
def html() -> str:
    rows = [row | {"converged": row["claim"] != "B1"} for row in claim_rows_with_data()]
    return build_report(tables_with(rows), {}, drawn=[])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_at_most_two_screens(html: str, visit: Visitor, language: str) -> None:
    assert visit(html, address=f"?lang={language}").page.evaluate(CHAPTER) <= 2 * SCREEN


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_has_no_barrier(html: str, visit: Visitor, colours: Literal["light", "dark"], language: str) -> None:
    results = Axe().run(visit(html, address=f"?lang={language}", colours=colours).page)
    assert not results.response["violations"], results.generate_report()


@pytest.mark.parametrize("width", [360, 768, 1280, 2560])
def test_never_wider_than_the_window_and_no_number_is_cut(html: str, visit: Visitor, width: int) -> None:
    page = visit(html, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    edge = page.evaluate("document.querySelector('.forest').getBoundingClientRect().right")
    ends = page.evaluate(
        "[...document.querySelectorAll('.forest .numbers')]"
        ".map((e) => e.getBoundingClientRect().left + Math.max(e.scrollWidth, e.clientWidth))"
    )
    assert max(ends) <= edge + 1


def test_the_scale_stands_above_its_lines(html: str, visit: Visitor) -> None:
    for width in (360, 1280):
        page = visit(html, width=width).page
        boxes = page.evaluate(
            "['.forest-head > svg', '.forest .lines svg'].map((s) => document.querySelector(s).getBoundingClientRect())"
            ".map((box) => [box.left, box.right])"
        )
        assert boxes[0] == pytest.approx(boxes[1], abs=1)


def test_a_link_to_a_claim_shows_it(html: str, visit: Visitor) -> None:
    page = visit(html, address="#claim-E7").page
    box = page.locator("#claim-E7").bounding_box()
    assert box
    assert 0 <= box["y"] < 900
