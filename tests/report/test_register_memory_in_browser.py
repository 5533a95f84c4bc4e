"""The player of the register in a browser: buttons, slider, keys, pictures, address; and the page without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpers.browser import Visit, Visitor
from helpers.register_tables import register_tables
from rnnbench.report.build import build_report

HOSTILE = '</option><script>alert("x")</script>'


@pytest.fixture(scope="module")
def html() -> str:
    return build_report(register_tables(), {}, drawn=[])


@pytest.fixture
def page(html: str, visit: Visitor) -> Page:
    return _ready(visit(html))


def _ready(visited: Visit) -> Page:
    visited.page.locator("#register_memory-words p").first.wait_for()
    return visited.page


def _words(page: Page) -> str:
    return page.locator("#register_memory-words").inner_text()


def _leaf(page: Page, gate: str) -> str:
    return page.locator(f"#register_memory-player [data-gate={gate}] [data-leaf]").evaluate(
        "leaf => leaf.style.transform"
    )


def test_a_step_changes_drawing_words_pictures_and_address(page: Page) -> None:
    assert _words(page).startswith("Step 1:")
    assert _leaf(page, "write") == "translateX(0px)"
    page.get_by_role("button", name="Next").click()
    assert "The write gate is open (1.00): 3 comes in." in _words(page)
    assert _leaf(page, "write") == "translateX(-36px)"
    assert _leaf(page, "read") == "translateX(0px)"
    assert page.locator("#register_memory-player [data-label=held]").text_content() == "3"
    assert page.evaluate("location.hash") == "#register_memory?step=2&network=lstm_by_hand"
    shades = page.locator(".memories .now").evaluate_all("all => all.map((one) => one.getAttribute('x'))")
    assert shades == ["142"] * 5, "92 for the names, 50 a step"


def test_nothing_lies_before_the_first_step_or_behind_the_last(page: Page) -> None:
    back, on = (page.get_by_role("button", name=name) for name in ("Back", "Next"))
    back.press("Enter")
    assert _words(page).startswith("Step 1:")
    assert (back.get_attribute("aria-disabled"), on.get_attribute("aria-disabled")) == ("true", "false")
    for _ in range(12):
        on.press("Enter")
    assert _words(page).startswith("Step 9:")
    assert on.get_attribute("aria-disabled") == "true"
    assert on.evaluate("button => button === document.activeElement"), "a button that is done must not drop the focus"


def test_works_by_keyboard(page: Page) -> None:
    page.locator("#register_memory-step").focus()
    page.keyboard.press("ArrowRight")
    assert _words(page).startswith("Step 2:")
    page.keyboard.press("End")
    assert _words(page).startswith("Step 9:")
    assert page.locator("#register_memory-step").get_attribute("aria-valuetext") == "step 9 of 9"
    page.locator("#register_memory-network").focus()
    page.keyboard.press("ArrowDown")
    assert "Unit 2 now holds" in _words(page)


def test_shows_what_the_address_says(html: str, visit: Visitor) -> None:
    page = _ready(visit(html, address="#register_memory?step=4&network=lstm"))
    expect(page.locator("#register_memory-words")).to_contain_text("Step 4:")
    assert "Unit 2 now holds" in _words(page)
    assert page.locator("#register_memory").evaluate("section => Math.abs(section.getBoundingClientRect().top) < 5")
    page.evaluate("location.hash = '#register_memory?step=6&network=lstm_by_hand&ablated=keep'")
    expect(page.locator("#register_memory-words")).to_contain_text("Step 6:")
    assert "The keep gate is stuck shut (0.00)" in _words(page)


@pytest.mark.parametrize(
    "address",
    [
        "#register_memory?step=99&network=none&ablated=no",
        "#register_memory?step=x",
        "#register_memory?ablated=toString",
    ],
)
def test_an_address_that_cannot_be_is_no_mistake(html: str, visit: Visitor, address: str) -> None:
    visited = visit(html, address=address)
    assert _words(_ready(visited)).startswith("Step ")
    assert visited.errors == []


def test_a_broken_gate_is_seen_and_heard(page: Page) -> None:
    page.get_by_label("keep stuck shut").check()
    page.locator("#register_memory-step").fill("3")
    assert "The keep gate is stuck shut (0.00): nothing of the old 3 stays." in _words(page)
    assert page.evaluate("location.hash").endswith("ablated=keep")
    page.locator("#register_memory-network").select_option(label="gru")
    assert not page.locator("#register_memory-ablations").is_visible()
    assert "ablated=&" not in page.evaluate("location.hash")
    assert "stuck" not in _words(page)


def test_the_drawing_has_the_doors_of_the_network(page: Page) -> None:
    doors = {"lstm": ["write", "keep", "read"], "gru": ["write", "keep", "look"], "elman": []}
    for name, expected in doors.items():
        page.locator("#register_memory-network").select_option(label=name)
        gates = [gate for gate in ("write", "keep", "read", "look") if page.locator(f"[data-gate={gate}]").is_visible()]
        assert gates == expected


def test_a_click_on_a_picture_goes_to_its_step(page: Page) -> None:
    picture = page.locator(".memories figure").nth(2).locator("svg")
    picture.click(position={"x": 92 + 50 * 6 + 10, "y": 100})
    assert _words(page).startswith("Step 7:")
    assert page.locator("#register_memory-network option:checked").inner_text() == "lstm"


def test_plays_until_it_is_told_to_pause(html: str, visit: Visitor) -> None:
    page = _ready(visit(html))
    page.get_by_role("button", name="Play").click()
    assert page.locator("#register_memory-words").get_attribute("aria-live") == "off"
    expect(page.locator("#register_memory-words")).to_contain_text("Step 2:")
    page.get_by_role("button", name="Pause").click()
    assert page.locator("#register_memory-words").get_attribute("aria-live") == "polite"
    assert page.evaluate("location.hash").startswith("#register_memory?step=2")


def test_does_not_play_for_who_wants_no_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.locator("#register_memory-words p").first.wait_for()
    assert not page.get_by_role("button", name="Play").is_visible()
    assert page.locator("[data-leaf]").first.evaluate("leaf => getComputedStyle(leaf).transitionProperty") == "none"


def test_without_a_script_pictures_and_table_are_there(html: str, visit: Visitor) -> None:
    page = visit(html, scripted=False).page
    assert not page.locator("#register_memory-player").is_visible()
    assert page.locator(".memories svg").count() == 5
    assert page.locator("#register_memory table").first.is_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["#register_memory?step=4&network=lstm", "#register_memory?step=3&ablated=write.keep"]
)
def test_has_no_barrier(html: str, visit: Visitor, colours: str, address: str) -> None:
    page = _ready(visit(html, colours=colours, address=address))
    page.locator("#register_memory details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_never_wider_than_the_window(html: str, visit: Visitor, width: int) -> None:
    page = _ready(visit(html, width=width))
    page.locator("#register_memory details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_name_is_text(visit: Visitor) -> None:
    visited = visit(build_report(register_tables({"lstm": HOSTILE}), {}, drawn=[]))
    page = _ready(visited)
    page.locator("#register_memory-network").select_option(index=1)
    assert page.locator("#register_memory-network option:checked").inner_text() == HOSTILE
    assert page.locator("#register_memory-network script").count() == 0
    assert visited.errors == []
