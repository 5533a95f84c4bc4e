"""The first screen in a browser: all of it is seen without scrolling, in both languages; one bar drives it."""

import re
from urllib.parse import quote_plus

import pytest

from helpers.browser import Visitor
from helpers.grid_tables import make_grid
from helpers.project_copy import ROOT
from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.report.build import build_report
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

REFERENCE = ROOT / "reports/reference"
BOXES = "[...document.querySelectorAll('#answer, .maps figure')].map((box) => box.getBoundingClientRect().toJSON())"
SENTENCE = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3,}[a-z]{2,}")
"""Four English words in a row."""
TEXTS = """(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest('script, style, code, pre, option, title, bdi, .example')) continue;
    if (parent.checkVisibility()) texts.push(walker.currentNode.textContent);
  }
  return texts;
})()"""


@pytest.fixture(scope="module")
def reference() -> str:
    there = {path.stem for path in (REFERENCE / "tables").glob("*.parquet")}
    tables = {name: read_kept(REFERENCE, name) if name in there else frame(name, []) for name in SCHEMAS}
    return build_report(tables, {})


@pytest.mark.parametrize("address", ["", "?lang=zh"])
def test_all_is_seen_without_scrolling(reference: str, visit: Visitor, address: str) -> None:
    page = visit(reference, address=address).page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#maps-scatter circle").first.wait_for()
    boxes = page.evaluate(BOXES)
    assert len(boxes) == 5
    assert all(box["top"] >= 0 and box["bottom"] <= 800 for box in boxes), boxes
    assert all(box["left"] >= 0 and box["right"] <= 1280 for box in boxes), boxes
    tops = page.evaluate(
        "[...document.querySelectorAll('.maps figure[data-what]:not([data-what=scatter])')].map("
        "(map) => [...map.querySelectorAll('tr[data-row]')].map((row) => Math.round(row.getBoundingClientRect().top)))"
    )
    assert tops[0] == tops[1] == tops[2], "a row has the same height in all maps"


def test_no_english_sentence_is_left_in_chinese(reference: str, visit: Visitor) -> None:
    page = visit(reference, address="?lang=zh").page
    page.locator("#maps-scatter circle").first.wait_for()
    left = [text for text in page.evaluate(TEXTS) if SENTENCE.search(text)]
    assert left == []
    page.get_by_role("button", name="English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert any(SENTENCE.search(text) for text in page.evaluate(TEXTS))


@pytest.fixture(scope="module")
def small() -> str:
    return build_report(make_grid(), {}, drawn=[])


def test_the_script_draws_the_maps_as_the_server_did(small: str, visit: Visitor) -> None:
    def contents(scripted: bool) -> list[str]:
        page = visit(small, scripted=scripted).page
        if scripted:
            page.locator("#maps-controls select").first.wait_for()
            page.wait_for_timeout(300)
        return page.locator(".maps td").all_text_contents()

    assert contents(True) == contents(False)


def test_a_choice_is_in_the_address_and_comes_back(small: str, visit: Visitor) -> None:
    page = visit(small).page
    task = page.locator("#maps-task")
    task.wait_for()
    other = task.locator("option").nth(1).get_attribute("value")
    before = page.locator('.maps [data-what="score"] td').all_text_contents()
    task.select_option(other)
    assert f"task={quote_plus(other)}" in page.evaluate("location.hash")
    after = page.locator('.maps [data-what="score"] td').all_text_contents()
    assert after != before
    again = visit(small, address=page.evaluate("location.hash")).page
    again.locator("#maps-task").wait_for()
    again.wait_for_timeout(300)
    assert again.locator('.maps [data-what="score"] td').all_text_contents() == after


def test_a_cell_opens_the_panel_of_its_combination(small: str, visit: Visitor) -> None:
    visited = visit(small)
    page = visited.page
    cell = page.locator('.maps [data-what="gap"] button[data-cell]').first
    page.locator("#maps-split").wait_for()
    cell.click()
    page.locator("#maps-cell .sheet").wait_for()
    text = page.locator("#maps-cell").inner_text()
    assert "rnnbench train" in text
    assert "all tables" in text
    assert page.locator('[aria-expanded="true"]').count() == 3, "the combination is marked in every map"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').dataset.row") == "1"
    assert visited.errors == []


@pytest.fixture(scope="module")
def whole() -> str:
    """Return the page of the reference, with its playground."""
    return (REFERENCE / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("late", [0, 1500])
def test_jumps_from_the_contents_land(whole: str, visit: Visitor, width: int, late: int) -> None:
    """Six chapters, at once and after all has been drawn: each is where it should be, and stays there."""
    page = visit(whole, width=width).page
    page.wait_for_timeout(late)
    for link in page.locator(".contents li a").all():
        name = str(link.get_attribute("href"))[1:]
        page.evaluate("scrollTo(0, 0)")
        link.evaluate("(link) => link.click()")
        page.wait_for_timeout(700)
        top = page.evaluate(f"document.getElementById('{name}').getBoundingClientRect().top")
        at_end = page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
        assert abs(top - 16) <= 8 or at_end, (name, top)
    page.go_back()
    page.wait_for_timeout(300)
    assert page.evaluate("location.hash") == str(page.locator(".contents li a").nth(-2).get_attribute("href"))


def test_a_term_says_what_it_means_where_it_is_first_used(reference: str, visit: Visitor) -> None:
    visited = visit(reference)
    page = visited.page
    term = page.locator("#words abbr", has_text="1-of-N").first
    term.wait_for()
    assert "single 1" in str(term.get_attribute("title"))
    of_section = page.evaluate(
        "[...document.querySelectorAll('main section:not(section section)')].map((section) => "
        "[...section.querySelectorAll('abbr')].filter((term) => term.closest('.en, .zh').matches('.en'))"
        ".map((term) => term.textContent))"
    )
    assert all(len(terms) == len(set(terms)) for terms in of_section), "once in each section"
    assert sum(map(len, of_section)) > 5
    assert visited.errors == []
