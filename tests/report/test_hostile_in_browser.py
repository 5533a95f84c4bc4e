"""A corpus with hostile words and labels: nothing is executed, nothing breaks, and everything is readable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from helpers.browser import Visitor
from helpers.column_files import write_columns
from helpers.playground_page import page_of
from rnnbench.report.build import build_details, build_report

WORDS = [
    "<script>alert(1)</script>",
    "</script>",
    '"onload="alert(1)',
    "<img/src=x/onerror=alert(1)>",
    "\u202egnp.exe",
    "\u2066\u200f",
    "y" * 10_000,
    "{{7*7}}",
    "]]>",
    "&lt;",
    "constructor",
    "__proto__",
]
LABELS = [
    "O",
    "B-<script>alert(1)</script>",
    "B-</script>",
    'B-"onload="',
    "B-" + "x" * 10_000,
    "B-__proto__",
    "B-\u202e",
]


def page_of_hostile_words(folder: Path, build: Callable[..., str]) -> str:
    """Return a page about networks that were trained on the hostile corpus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        sentences = [
            ([WORDS[(i + k) % len(WORDS)] for k in range(3)], [LABELS[(i + 2 * k) % len(LABELS)] for k in range(3)])
            for i in range(3 * len(WORDS))
        ]
        files = {name: str(write_columns(folder / f"{name}.bio", sentences)) for name in ("train", "test")}
        return page_of(
            {
                "tasks": [{"task": "columns", "name": WORDS[0][:60], **files}],
                "encoders": ["one_of_n", "letter_trigram"],
                "architectures": [{"name": WORDS[2], "cell": "elman"}, {"name": WORDS[4], "cell": "lstm"}, "gru"],
                "size": {"hidden": 3},
                "training": {"seeds": 2, "max_steps": 20, "learning_rates": [0.05]},
                "device": "cpu",
            },
            build,
        )


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of_hostile_words(tmp_path_factory.mktemp("report"), build_report)


@pytest.fixture(scope="module")
def details(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of_hostile_words(tmp_path_factory.mktemp("details"), build_details)


@pytest.mark.parametrize("page", ["html", "details"])
def test_nothing_is_carried_out_and_nothing_leaves_the_page(
    page: str, request: pytest.FixtureRequest, visit: Visitor
) -> None:
    opened = visit(request.getfixturevalue(page))
    opened.page.on("dialog", lambda dialog: opened.errors.append(dialog.message))
    opened.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for section in opened.page.locator("section[id]").all():
        section.scroll_into_view_if_needed()
    opened.page.wait_for_load_state("networkidle")
    assert opened.errors == []
    assert len(opened.requests) == 1
    assert opened.page.locator("img, iframe, object").count() == 0
    assert opened.page.locator("script:not([type='text/plain'])").count() == 1


def test_hostile_sentences_are_answered(html: str, visit: Visitor) -> None:
    opened = visit(html, address="#playground?text=hello")
    opened.page.locator("#playground-text").fill(" ".join(WORDS))
    caption = opened.page.locator("#playground caption").first
    expect(caption).to_contain_text("__proto__")
    rows = opened.page.locator("#playground tbody tr")
    assert rows.count() == 3
    assert opened.page.locator("#playground .strange").count() == 0
    assert opened.errors == []


@pytest.mark.parametrize("width", [360, 1280])
def test_never_wider_than_the_window(html: str, visit: Visitor, width: int) -> None:
    page = visit(html, width=width, address="#playground?text=hello").page
    page.locator("#playground-text").fill(" ".join(WORDS))
    expect(page.locator("#playground caption").first).to_contain_text("__proto__")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", ["html", "details"])
def test_has_no_barrier(page: str, request: pytest.FixtureRequest, visit: Visitor) -> None:
    results = Axe().run(visit(request.getfixturevalue(page)).page)
    assert not results.response["violations"], results.generate_report()
