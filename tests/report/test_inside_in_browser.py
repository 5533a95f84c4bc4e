"""Step by step through a memory, in a browser."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from test_inside import make_tables
from visiting import Visitor

from rnnbench.report import build_report


@pytest.fixture(scope="module")
def html() -> str:
    return build_report(make_tables(), {}, drawn=[])


def drawn(page: Page) -> list[str]:
    """Return the numbers and names of the drawing."""
    return page.locator("#inside .machine text").all_text_contents()


def test_stepping_changes_words_drawing_picture_and_address(html: str, visit: Visitor) -> None:
    opened = visit(html, address="#inside?step=1")
    page = opened.page
    said = page.locator("#inside .said")
    expect(said).to_contain_text("Step 1: x = (1, 0, 0)")
    before = drawn(page)
    page.get_by_role("button", name="Next").click()
    expect(said).to_contain_text("Step 2: x = (3, 1, 0); it should do: store 3. Write gate open (1.00)")
    assert drawn(page) != before
    assert "3.00" in drawn(page)
    assert page.url.endswith("#inside?network=lstm_by_hand&step=2")
    cursor = page.locator('figure[data-network="lstm_by_hand"] .cursor')
    assert (cursor.get_attribute("visibility"), cursor.get_attribute("x")) == ("visible", "214")
    page.get_by_role("button", name="Back").click()
    expect(said).to_contain_text("Step 1")
    assert page.get_by_role("button", name="Back").is_disabled()
    assert opened.errors == []


def test_doors_open_as_far_as_their_gate(html: str, visit: Visitor) -> None:
    page = visit(html, address="#inside?step=2").page
    heights = page.locator(".machine .leaf").evaluate_all("leaves => leaves.map(leaf => leaf.getAttribute('height'))")
    widths = page.locator(".machine .leaf").evaluate_all("leaves => leaves.map(leaf => leaf.getAttribute('width'))")
    assert heights == ["0", "0", "10", "10", "30", "30"]  # write open, keep lies, read shut
    assert widths == ["10", "10", "0", "0", "10", "10"]


def test_the_address_brings_it_back(html: str, visit: Visitor) -> None:
    page = visit(html, address="#inside?network=elman&step=6").page
    expect(page.locator("#inside .said")).to_contain_text("Step 6: x = (1, 0, 1); it should do: answer. No gate")
    expect(page.locator("#inside-network")).to_have_value("elman")
    assert page.locator("#inside .machine .leaf").count() == 0
    assert page.locator("#inside").is_visible()
    assert page.evaluate("scrollY") > 0


def test_the_keyboard_is_enough(html: str, visit: Visitor) -> None:
    page = visit(html, address="#inside?step=1").page
    page.locator("#inside-step").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#inside .said")).to_contain_text("Step 3")
    page.keyboard.press("End")
    expect(page.locator("#inside .said")).to_contain_text("Step 9")


def test_it_plays_to_the_end_and_stops(html: str, visit: Visitor) -> None:
    page = visit(html, address="#inside?step=8").page
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("#inside .said")).to_contain_text("Step 9")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier(html: str, visit: Visitor, colours: Literal["light", "dark"]) -> None:
    page = visit(html, address="#inside?step=4", colours=colours).page
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_without_a_script_the_pictures_are_there(html: str, visit: Visitor) -> None:
    page = visit(html, scripted=False).page
    assert page.locator("#inside figure svg").count() == 2
    assert page.locator("#inside button").count() == 0
