"""The chapters on words and on the choice in a browser: at most two screens, no barrier, legible at every width."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.browser import Visitor
from helpers.word_tables import word_tables
from rnnbench.report.build import build_report

CHAPTERS = ("words", "choice")


@pytest.fixture(scope="module")
def html() -> str:
    return build_report(word_tables(), {}, drawn=[])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_at_most_two_screens_each(html: str, visit: Visitor, language: str) -> None:
    page = visit(html, address=f"?lang={language}").page
    for name in CHAPTERS:
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None
        assert box["height"] <= 2 * 800


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_never_wider_than_the_window_and_never_small(html: str, visit: Visitor, width: int) -> None:
    page = visit(html, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    parts = page.locator("#words *, #choice *")
    sizes = parts.evaluate_all("parts => parts.map((part) => parseFloat(getComputedStyle(part).fontSize))")
    assert min(sizes) >= 11


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_has_no_barrier(html: str, visit: Visitor, colours: Literal["light", "dark"], width: int) -> None:
    results = Axe().run(visit(html, colours=colours, width=width).page)
    assert not results.response["violations"], results.generate_report()


def test_the_best_of_a_column_has_its_dot_on_the_mark(html: str, visit: Visitor) -> None:
    page = visit(html).page
    for cell in page.locator("#words td:has(strong)").all():
        mark, dot = (cell.locator(part).bounding_box() for part in ("path >> nth=0", "circle"))
        assert mark is not None
        assert dot is not None
        assert mark["x"] + mark["width"] / 2 == pytest.approx(dot["x"] + dot["width"] / 2, abs=0.7)
