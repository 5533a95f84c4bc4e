"""The details in a browser: one choice of a task for the page, jumps that land, a way back, sentences in dispute."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpers.browser import Visitor
from helpers.demo_sentences import demo_sentences
from helpers.memory_tables import memory_tables
from helpers.report_rows import row
from helpers.small_benchmark import make_tables
from rnnbench.report.build import build_details
from rnnbench.results.tables import frame

TASKS = ("travel", "register length=9")
N_JUMPS = 12
TOP = "selector => document.querySelector(selector).getBoundingClientRect().top"
LANDED = "([selector, top]) => Math.abs(document.querySelector(selector).getBoundingClientRect().top - top) <= 8"


@pytest.fixture(scope="module")
def html() -> str:
    return build_details(make_tables(), {}, demo=demo_sentences(*TASKS))


def ready(page: Page) -> Page:
    """Return the page after everything that is drawn late."""
    page.wait_for_selector("#grid-table .sort", state="attached")
    return page


def shown_tasks(page: Page) -> set[str]:
    """Return the tasks whose blocks are shown."""
    blocks = page.eval_on_selector_all(
        "[data-task]", "blocks => blocks.filter((one) => one.offsetParent).map((one) => one.dataset.task)"
    )
    return {name for block in blocks for name in block.split("\n")}


def place_of_targets(page: Page) -> float:
    """Return where the top of a target should be: just below the choice of the task."""
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)")


def test_one_choice_shows_one_task_everywhere_and_the_address_keeps_it(html: str, visit: Visitor) -> None:
    opened = visit(html)
    page = ready(opened.page)
    assert shown_tasks(page) == {TASKS[0]}
    page.get_by_label("Task", exact=True).select_option(TASKS[1])
    assert shown_tasks(page) == {TASKS[1]}
    assert page.locator("#grid-table caption").inner_text().endswith(f"of {TASKS[1]}: mean over 2 seeds.")
    assert page.url.endswith("?task=register+length%3D9")
    page.reload()
    assert shown_tasks(ready(page)) == {TASKS[1]}
    page.get_by_label("Task", exact=True).select_option(TASKS[0])
    assert page.url.endswith("details.html") or page.url.endswith("report.html")
    assert opened.errors == []


def test_without_a_script_and_on_paper_all_tasks_are_shown(html: str, visit: Visitor) -> None:
    page = visit(html, scripted=False).page
    assert shown_tasks(page) == set(TASKS)
    assert not page.locator("#tasks").is_visible()
    page = ready(visit(html).page)
    page.emulate_media(media="print")
    assert shown_tasks(page) == set(TASKS)
    assert not page.locator("#tasks").is_visible()


def test_a_task_that_is_not_there_is_the_first_one(html: str, visit: Visitor) -> None:
    opened = visit(html, address="?task=nobody")
    assert shown_tasks(ready(opened.page)) == {TASKS[0]}
    assert opened.errors == []


def test_a_section_without_the_task_says_which_it_has(visit: Visitor) -> None:
    html = build_details(make_tables(), {}, drawn=[], demo=demo_sentences(TASKS[0]))
    page = ready(visit(html, address="?task=register%20length%3D9#disagreements").page)
    note = page.locator("#disagreements .elsewhere")
    assert note.inner_text().startswith("Nothing about register length=9 here.")
    note.get_by_role("button", name="Show travel").click()
    assert shown_tasks(page) == {TASKS[0]}
    assert page.locator(".elsewhere").count() == 0


def test_tasks_of_one_family_have_one_data_card(visit: Visitor) -> None:
    lags = [f"delayed_recall delay={lag}" for lag in (5, 20)]
    card = {"family": "delayed_recall", "kind": "delayed_recall", "split": "train", "fact": "longest"}
    corpora = frame("corpora", [row("corpora", card, task=task, value=len(task)) for task in lags])
    html = build_details(memory_tables() | {"corpora": corpora}, {}, drawn=[])
    assert html.count("A symbol, then delay distractors") == 1
    page = ready(visit(html).page)
    for name in lags:
        page.locator("#task").select_option(name)
        assert page.locator("#data h3:visible").all_inner_texts() == ["delayed_recall"]
        captions = page.locator("#data caption:visible").all_inner_texts()
        assert captions == [f"The sequences of {name}: means over the corpora of all seeds."]


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_jumps_land_and_stay(html: str, visit: Visitor, width: int) -> None:
    page = ready(visit(html, width=width).page)
    top = place_of_targets(page)
    bar = page.locator("#tasks").bounding_box()
    assert bar
    assert bar["height"] - 1 <= top <= bar["height"] + 16
    names = page.locator(".contents a").evaluate_all("links => links.map((link) => link.hash)")
    assert len(names) > N_JUMPS
    for name in [*names[::2], *names[1::2]][:N_JUMPS]:
        page.locator(f'.contents a[href="{name}"]').evaluate("link => link.click()")
        page.wait_for_function(LANDED, arg=[name, top])
        page.wait_for_timeout(300)
        assert page.evaluate(LANDED, [name, top]), (name, page.evaluate(TOP, name), top)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_fresh_address_lands(html: str, visit: Visitor, width: int) -> None:
    for name in ("#tuning", "#overfitting", "#reproduce"):
        page = visit(html, width=width, address=name).page
        if page.locator(name).count():
            page.wait_for_timeout(500)
            page.wait_for_function(LANDED, arg=[name, place_of_targets(ready(page))])


def test_a_link_to_what_is_hidden_chooses_its_task_and_back_is_back(html: str, visit: Visitor) -> None:
    opened = visit(html)
    page = ready(opened.page)
    top = place_of_targets(page)
    page.locator('.contents a[href="#accuracy"]').evaluate("link => link.click()")
    page.wait_for_function(LANDED, arg=["#accuracy", top])
    page.evaluate("location.hash = '#sentence-3'")
    page.wait_for_function(LANDED, arg=["#sentence-3", top])
    assert page.locator("#task").input_value() == TASKS[1]
    page.go_back()
    page.wait_for_function(LANDED, arg=["#accuracy", top])
    assert shown_tasks(page) == {TASKS[0]}
    page.go_forward()
    page.wait_for_function(LANDED, arg=["#sentence-3", top])
    assert shown_tasks(page) == {TASKS[1]}
    assert opened.errors == []


def test_a_sentence_has_an_address_of_its_own(html: str, visit: Visitor) -> None:
    page = ready(visit(html, address="#sentence-4").page)
    page.wait_for_function(LANDED, arg=["#sentence-4", place_of_targets(page)])
    assert page.locator("#sentence-4").is_visible()
    assert page.locator("#task").input_value() == TASKS[1]


def test_a_combination_has_an_address_of_its_own(html: str, visit: Visitor) -> None:
    address = "#grid?task=register+length%3D9&encoder=raw&architecture=elman"
    page = ready(visit(html, address=address).page)
    expect(page.locator("#grid-cell h3")).to_have_text("elman reading raw, register length=9", use_inner_text=True)
    assert shown_tasks(page) == {TASKS[1]}
    page.wait_for_function(LANDED, arg=["#grid", place_of_targets(page)])


def test_sentences_that_divide_two_networks_are_found(html: str, visit: Visitor) -> None:
    page = ready(visit(html, address="#disagreements").page)
    sentences = page.locator("#disagreements .sentence:visible caption")
    assert sentences.all_inner_texts() == ["to taipei", "to nome"]
    page.locator("#disagreements-right").select_option("lstm")
    page.locator("#disagreements-wrong").select_option("gru")
    assert sentences.all_inner_texts() == ["to nome"]
    assert page.locator("#disagreements [role=status]").inner_text() == "1 sentence"
    page.locator("#disagreements-right").select_option("gru")
    assert sentences.count() == 0


def test_a_sentence_can_be_tried_on_the_other_page(html: str, visit: Visitor) -> None:
    page = ready(visit(html, address="#disagreements").page)
    link = page.locator("#disagreements .sentence").first.get_by_role("link", name="Try this sentence")
    assert link.get_attribute("href") == "report.html#playground?task=travel&text=to+taipei"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_has_no_barrier(html: str, visit: Visitor, colours: Literal["light", "dark"]) -> None:
    page = ready(visit(html, colours=colours, address="?task=register%20length%3D9").page)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()
