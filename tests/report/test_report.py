"""Both pages: complete, well formed, without a request, and safe whatever the names are."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable

import pandas as pd
import pytest

from helpers.report_rows import Page
from helpers.small_benchmark import ARCHITECTURES, ENCODERS, make_tables
from rnnbench.report.build import build_details, build_report
from rnnbench.report.page.script import DETAILS_SCRIPTS, REPORT_SCRIPTS, script
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

FACTS = {"version": "0.1.0", "device": "cpu <x>", "configuration": "tasks:\n  - travel\n"}
SCRIPTS = {build_report: REPORT_SCRIPTS, build_details: DETAILS_SCRIPTS}
Build = Callable[..., str]
PAGES = pytest.mark.parametrize("build", list(SCRIPTS))


@pytest.fixture(scope="module")
def html() -> str:
    return build_details(make_tables(), FACTS)


@PAGES
def test_well_formed(build: Build) -> None:
    page = Page(build(make_tables(), FACTS))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == 1
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


@PAGES
def test_what_one_page_says_of_the_other_is_there(build: Build) -> None:
    ids = {
        f"{name}.html": Page(other(make_tables(), FACTS)).ids
        for name, other in (("report", build_report), ("details", build_details))
    }
    links = [address.partition("#") for address in Page(build(make_tables(), FACTS)).addresses if ".html" in address]
    assert links
    assert all(name in ids and anchor.partition("?")[0] in (*ids[name], "") for name, _, anchor in links)


def test_every_section_is_in_the_contents(html: str) -> None:
    addresses = Page(html).addresses
    assert all(f"#{name}" in addresses for name in ("accuracy", "failures", "method"))


@PAGES
def test_makes_no_request_and_lets_none_be_made(build: Build) -> None:
    html = build(make_tables(), FACTS)
    page = Page(html)
    others = {address for address in page.addresses if not address.startswith("#")}
    files = {address for address in others if not address.startswith(("report.html", "details.html"))}
    assert files <= {f"tables/{name}.csv" for name in SCHEMAS}
    assert page.scripts == [script(SCRIPTS[build])]
    assert not {"iframe", "link", "object", "img"} & set(page.tags)
    assert "style" not in page.attributes
    assert not re.search(r"@import|url\((?!#)", html)
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(style) == 1
    assert f"default-src 'none'; style-src {_digest(style[0])}; script-src {_digest(page.scripts[0])};" in html


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_every_combination_has_a_row_in_every_table(html: str) -> None:
    rows = [row for row in Page(html).rows if row and row[0] in ARCHITECTURES]
    combinations = len(ARCHITECTURES) * (len(ENCODERS) + 1)
    answers = len(ARCHITECTURES) * (2 * len(ENCODERS) + 1)
    failures = 1 + len(ENCODERS) + 1
    lucky = len(ARCHITECTURES) - 1 + 2  # of travel and register: who has a score with the best encoder
    first_of_the_grid = len(ARCHITECTURES)
    assert len(rows) == 3 * combinations + answers + failures + lucky + first_of_the_grid


def test_failed_combinations_say_so(html: str) -> None:
    rows = Page(html).rows
    assert rows.count(["gru", "failed: 2 runs of 2"]) == 3 * 3 + 2 * 2 + 1
    assert rows.count(["elman", "diverged: 2 runs of 2"]) == 3 + 2
    assert ["gru", "travel", "one_of_n", "failed", "2", "0, 1", "0.01", "<b>out of memory</b>", "again <now>"] in rows


def test_numbers_are_those_of_the_tables(html: str) -> None:
    rows = Page(html).rows
    assert ["feed_forward", "0.800 0.800 to 0.800", "2"] in rows
    (gap,) = [row for row in rows if row[0] == "feed_forward" and row[1] == "+0.100 +0.100 to +0.100"][:1]
    assert gap[-1] == "2"
    assert ["the whole sentence", "0.990", ""] in rows
    assert ["letter_trigram", "17,576", "0", "0", "0", "0.0 %", "3.1 %"] in rows


def test_right_and_wrong_are_told_by_words_too(html: str) -> None:
    rows = Page(html).rows
    assert ["elman", "✓ right: O 0.98", "✗ wrong: B-destination 0.98"] in rows
    zeros = ["✓ right: 0.00"]
    assert ["elman", *zeros * 5, "✓ right: 6.90", *zeros * 2, "✗ wrong: 2.50"] in rows


def test_first_screen_says_what_happened(html: str) -> None:
    first = " ".join(re.sub(r"<[^>]+>", " ", html[: html.index('id="accuracy"')]).split())
    assert "10 of 18 runs done" in first
    assert "6 failed, 2 diverged, 0 missing" in first
    assert "4 combinations have no trained network" in first


def test_facts_and_configuration_are_shown(html: str) -> None:
    assert "cpu &lt;x&gt;" in html
    assert "tasks:\n  - travel" in html


@PAGES
def test_same_tables_give_the_same_bytes(build: Build) -> None:
    assert build(make_tables(), FACTS, drawn=[]) == build(make_tables(), FACTS, drawn=[])


@PAGES
@pytest.mark.parametrize("filled", [(), ("encoders", "ceilings"), ("runs",), ("runs", "scores", "ceilings")])
def test_builds_from_whatever_there_is(filled: tuple[str, ...], build: Build) -> None:
    tables = {name: table if name in filled else frame(name, []) for name, table in make_tables().items()}
    page = Page(build(tables, {}))
    assert page.open == []
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


@pytest.mark.parametrize("filled", [(), ("runs",)])
def test_what_has_nothing_to_show_is_left_out(filled: tuple[str, ...]) -> None:
    tables = {name: table if name in filled else frame(name, []) for name, table in make_tables().items()}
    html = build_details(tables, {})
    assert ("is trained yet" in html) == (not filled)
    assert not {"significance", "seeds", "breakdown", "ceilings", "learning", "examples"} & set(Page(html).ids)


@PAGES
def test_hostile_names_change_nothing(build: Build) -> None:
    names = (
        "<script>alert(1)</script>",
        '"onload="alert(1)',
        "\u202egnp.exe",
        "y" * 10_000,
        "${{ 7 * 7 }}",
        "a\x00b",
        "z",
    )
    word = "</script><img/src=x/onerror=alert(1)>"
    html = build(make_tables(names, word), {"<u>": "</style><script>", "configuration": "</pre><script>\x07"})
    page = Page(html)
    assert page.open == []
    assert page.scripts == [script(SCRIPTS[build])]
    assert not {"img", "u"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "y" * 100 not in html
    assert not re.search("[\x00-\x08\u202e]", html)


def test_a_long_sequence_is_shown_by_its_two_ends() -> None:
    tables = make_tables()
    steps = tables["showcase"][tables["showcase"]["task"] == "register length=9"]
    long = [steps[steps["position"] == 5].assign(position=place, input=f"in{place}") for place in range(162)]
    page = Page(build_details(tables | {"showcase": pd.concat(long)}, {}, drawn=[]))
    ends = [*range(12), *range(150, 162)]
    inputs = [f"in{place}" for place in ends]
    assert ["input", *inputs[:12], "\N{HORIZONTAL ELLIPSIS}", *inputs[12:]] in page.rows
    numbers = [str(place + 1) for place in ends]
    assert ["step", *numbers[:12], "\N{HORIZONTAL ELLIPSIS} 138 left out", *numbers[12:]] in page.rows
    assert {len(row) for row in page.rows if row[0] == "elman" and "✓ right: 6.90" in row} == {1 + 24 + 1}
