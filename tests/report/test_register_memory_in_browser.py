"""The player of the register in a browser: buttons, slider, keys, pictures, address; and the page without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpers.browser import Visit, Visitor
from helpers.register_tables import register_tables
from rnnbench.report.build import build_details, build_report
from rnnbench.report.sections.memory.step_text import TIMES

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


def test_a_step_changes_drawing_words_equations_and_address(page: Page) -> None:
    assert _words(page).startswith("Step 1:")
    assert _leaf(page, "input") == "translateX(0px)"
    page.get_by_role("button", name="Next").click()
    assert "The input gate is open (1.00): 3 comes in." in _words(page)
    assert _leaf(page, "input") == "translateX(-36px)"
    assert _leaf(page, "output") == "translateX(0px)"
    assert page.locator("#register_memory-player [data-label=held]").text_content() == "3"
    assert page.evaluate("location.hash") == "#register_memory?step=2&network=lstm_by_hand"
    sums = page.locator("#register_memory .equations dd:visible").all_inner_texts()
    assert [text.replace(TIMES, "x") for text in sums] == ["= 3 x 1.00 + 0 x 1.00 = 3", "= 3 x 0.00 = 0"]


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
    assert page.locator("#register_memory-step").get_attribute("aria-valuetext") == "9 / 9"
    page.locator("#register_memory-network").focus()
    page.keyboard.press("ArrowDown")
    assert "Unit 2 now holds" in _words(page)


def test_shows_what_the_address_says(html: str, visit: Visitor) -> None:
    page = _ready(visit(html, address="#register_memory?step=4&network=lstm"))
    expect(page.locator("#register_memory-words")).to_contain_text("Step 4:")
    assert "Unit 2 now holds" in _words(page)
    top = page.locator("#register_memory").evaluate("section => section.getBoundingClientRect().top")
    assert 0 <= top < 900, "the page is too short for its top to reach that of the window"
    page.evaluate("location.hash = '#register_memory?step=6&network=lstm_by_hand&ablated=forget'")
    expect(page.locator("#register_memory-words")).to_contain_text("Step 6:")
    assert "The forget gate is stuck shut (0.00)" in _words(page)


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
    page.get_by_label("forget gate stuck at 0").check()
    page.locator("#register_memory-step").fill("3")
    assert "The forget gate is stuck shut (0.00): nothing of the old 3 stays." in _words(page)
    assert page.evaluate("location.hash").endswith("ablated=forget")
    page.locator("#register_memory-network").select_option(label="GRU")
    assert not page.locator("#register_memory-ablations").is_visible()
    assert "ablated=&" not in page.evaluate("location.hash")
    assert "stuck" not in _words(page)


def test_the_drawing_has_the_doors_of_the_network(page: Page) -> None:
    doors = {"LSTM": ["input", "forget", "output"], "GRU": ["input", "forget", "reset"], "Elman": []}
    for name, expected in doors.items():
        page.locator("#register_memory-network").select_option(label=name)
        gates = [
            gate for gate in ("input", "forget", "output", "reset") if page.locator(f"[data-gate={gate}]").is_visible()
        ]
        assert gates == expected


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


def test_without_a_script_the_details_have_all_steps(html: str, visit: Visitor) -> None:
    page = visit(html, scripted=False).page
    assert not page.locator("#register_memory-player").is_visible()
    assert page.locator("#register_memory .unscripted a").get_attribute("href") == "details.html#register_steps"
    details = visit(build_details(register_tables(), {}, drawn=[]), scripted=False).page
    assert details.locator(".memories svg").count() == 5
    assert details.locator("#register_steps table").first.is_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["#register_memory?step=4&network=lstm", "#register_memory?step=3&ablated=input.forget"]
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


def test_speaks_chinese_and_stays_at_its_step(page: Page) -> None:
    page.get_by_role("button", name="Next").click()
    page.locator("#language").click()
    assert "输入门打开（1.00）：放进3。" in _words(page)
    player = page.locator("#register_memory").inner_text()
    assert "input gate" not in player
    assert "第2步" in player
    page.locator("#register_memory-network").select_option(label="Elman")
    assert page.locator("#register_memory svg text", has_text="反馈").is_visible()


def test_the_way_back_is_drawn_where_the_network_has_it(page: Page) -> None:
    for name, has_it in {"LSTM": False, "GRU": True, "Elman": True}.items():
        page.locator("#register_memory-network").select_option(label=name)
        assert page.locator("[data-wall=feedback]").is_visible() == has_it
