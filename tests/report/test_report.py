"""The report: complete, well formed, without a request, and safe whatever the names are."""

import hashlib
import re
from base64 import b64encode

import pandas as pd
import pytest

from helpers.report_rows import Page, row
from helpers.small_benchmark import ARCHITECTURES, ENCODERS, make_tables
from rnnbench.report.build import build_report
from rnnbench.report.page.script import script
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame


@pytest.fixture(scope="module")
def html() -> str:
    return build_report(
        make_tables(), {"version": "0.1.0", "device": "cpu <x>", "configuration": "tasks:\n  - travel\n"}
    )


def test_well_formed(html: str) -> None:
    page = Page(html)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == 1
    assert all(f"#{name}" in page.addresses for name in ("accuracy", "failures", "method"))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


def test_makes_no_request_and_lets_none_be_made(html: str) -> None:
    page = Page(html)
    others = {address for address in page.addresses if not address.startswith("#")}
    assert others <= {f"tables/{name}.csv" for name in SCHEMAS}
    assert page.scripts == [script()]
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
    profiles = 2 * 2  # on travel and register: feed_forward and elman have a score
    assert len(rows) == 3 * combinations + answers + failures + lucky + first_of_the_grid + profiles


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


def test_first_screen_says_what_happened_and_who_tells_the_pair_apart(html: str) -> None:
    first = " ".join(re.sub(r"<[^>]+>", " ", html[: html.index('id="accuracy"')]).split())
    assert "10 of 18 runs done" in first
    assert "6 failed, 2 diverged, 0 missing" in first
    assert "4 combinations have no trained network" in first
    assert "No feed_forward (0 of 4) , elman (0 of 2)" in first
    assert "No trained network gru" in first


def test_facts_and_configuration_are_shown(html: str) -> None:
    assert "cpu &lt;x&gt;" in html
    assert "tasks:\n  - travel" in html


def test_same_tables_give_the_same_bytes(html: str) -> None:
    facts = {"version": "0.1.0", "device": "cpu <x>", "configuration": "tasks:\n  - travel\n"}
    assert build_report(make_tables(), facts) == html


@pytest.mark.parametrize("filled", [(), ("encoders", "ceilings"), ("runs",), ("runs", "scores", "ceilings")])
def test_builds_from_whatever_there_is(filled: tuple[str, ...]) -> None:
    tables = {name: table if name in filled else frame(name, []) for name, table in make_tables().items()}
    html = build_report(tables, {})
    assert Page(html).open == []
    assert ("is trained yet" in html) == ("runs" not in filled)


def test_hostile_names_change_nothing() -> None:
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
    html = build_report(make_tables(names, word), {"<u>": "</style><script>", "configuration": "</pre><script>\x07"})
    page = Page(html)
    assert page.open == []
    assert page.scripts == [script()]
    assert not {"img", "u"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "y" * 100 not in html
    assert not re.search("[\x00-\x08\u202e]", html)


def test_a_long_sequence_is_shown_by_its_two_ends() -> None:
    tables = make_tables()
    steps = tables["showcase"][tables["showcase"]["task"] == "register length=9"]
    long = [steps[steps["position"] == 5].assign(position=place, input=f"in{place}") for place in range(162)]
    page = Page(build_report(tables | {"showcase": pd.concat(long)}, {}, drawn=[]))
    ends = [*range(12), *range(150, 162)]
    inputs = [f"in{place}" for place in ends]
    assert ["input", *inputs[:12], "\N{HORIZONTAL ELLIPSIS}", *inputs[12:]] in page.rows
    numbers = [str(place + 1) for place in ends]
    assert ["step", *numbers[:12], "\N{HORIZONTAL ELLIPSIS} 138 left out", *numbers[12:]] in page.rows
    assert {len(row) for row in page.rows if row[0] == "elman" and "✓ right: 6.90" in row} == {1 + 24 + 1}


def test_at_most_two_pairs_are_on_the_first_screen_and_none_of_a_memory_task() -> None:
    tables = make_tables()
    travel = {name: table[table["task"] == "travel"] for name, table in tables.items() if "task" in table}
    four_tasks = {name: pd.concat([table.assign(task=f"t{n}") for n in range(4)]) for name, table in travel.items()}
    four_tasks = tables | four_tasks
    assert build_report(four_tasks, {}, drawn=[]).count("Which networks distinguish the two") == 2
    memory_tasks = frame("memory_tasks", [row("memory_tasks", {}, task=f"t{n}", family=f"t{n}") for n in range(3)])
    assert (
        build_report(four_tasks | {"memory_tasks": memory_tasks}, {}, drawn=[]).count(
            "Which networks distinguish the two"
        )
        == 1
    )
