"""The grid and the tables in a browser: every choice shows the tables' numbers; sorted, filtered, copied, addressed."""

import csv
import io
import re
import shlex
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from gridded import ARCHITECTURES, ENCODERS, MEMORY, SPLITS, TASK, make_grid
from playwright.sync_api import Page
from visiting import Visit, Visitor

from rnnbench import summaries
from rnnbench.report import build_report
from rnnbench.report.table import score, spread
from rnnbench.summaries import Tables, at

HOSTILE = ("<script>alert(1)</script>", '"onload="alert(1)', "\u202egnp.exe", "y" * 10_000, "a|b_{c}%&#$~^\\", "=1+1")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_grid()


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return build_report(tables, {}, drawn=[])


@pytest.fixture(scope="module")
def hostile() -> str:
    return build_report(make_grid(architectures=HOSTILE, encoders=("<u>", "-x 'y'"), task="${{ 7 * 7 }}"), {}, drawn=[])


def opened(visit: Visitor, html: str, address: str = "#grid", **how: Any) -> Page:
    """Return the page once the grid is made."""
    return made(visit(html, address=address, **how))


def made(visited: Visit) -> Page:
    visited.page.wait_for_selector("#grid-table .sort", state="attached")
    assert visited.errors == []
    return visited.page


def rows(page: Page) -> list[list[str]]:
    """Return the texts of the grid's cells, row by row."""
    return page.eval_on_selector_all(
        "#grid-table tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def names(page: Page) -> list[str]:
    """Return the names of the networks shown, in order."""
    found = page.eval_on_selector_all(
        "#grid-table tbody:not(.fixed) tr:has(td)", "rows => rows.map(row => row.cells[0].innerText)"
    )
    return [name.strip() for name in found]


def choose(page: Page, label: str, value: str) -> None:
    page.locator("#grid-controls label", has_text=label).locator("select").select_option(value)


def test_what_the_server_made_is_what_the_script_makes(html: str, visit: Visitor) -> None:
    before = visit(html, scripted=False).page
    assert before.locator("#grid select, #grid button, #grid textarea").count() == 0
    after = opened(visit, html)
    arrows = [[text.removesuffix(" ↕") for text in row] for row in rows(after)]
    assert arrows == rows(before)
    shades = "cells => cells.map(cell => getComputedStyle(cell).backgroundColor)"
    assert after.eval_on_selector_all("#grid-table td", shades) == before.eval_on_selector_all("#grid-table td", shades)
    places = "lines => lines.map(line => Number(line.getAttribute('x1')))"
    assert after.eval_on_selector_all("#grid-scale line", places) == [290.8, 218]
    assert before.eval_on_selector_all("#grid-scale line", places) == [290.8, 218]
    assert after.locator("#grid-scale").inner_text() == before.locator("#grid-scale").inner_text()


@pytest.mark.parametrize("metric", ["slot_f1", "token_accuracy"])
@pytest.mark.parametrize("split", SPLITS)
def test_every_choice_shows_the_numbers_of_the_tables(
    tables: Tables, html: str, visit: Visitor, split: str, metric: str
) -> None:
    page = opened(visit, html)
    gap = split.startswith("gap")
    if gap:
        choose(page, "Show", "gap")
    choose(page, "Split", split)
    choose(page, "Metric", metric)
    shown = {row[0]: row for row in rows(page)}
    found = at(summaries.means(tables, split), task=TASK, metric=metric)
    for (encoder, architecture), own in found.iterrows():
        cell = shown[architecture][1 + ENCODERS.index(encoder)]
        assert cell.startswith(f"{score(own['mean'], signed=gap)} {spread(own['std'])}")
        assert ("2 seeds" in cell) == (own["count"] == 2)
    assert len(found) == 10
    assert ("the whole sentence" in shown) == split.startswith("test")


def test_other_tasks_and_measures_can_be_chosen(tables: Tables, html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    choose(page, "Task", MEMORY)
    choose(page, "Metric", "calibrated_score")
    assert ["the oracle", "1.000"] in rows(page)
    choose(page, "Show", "parameters")
    assert "47,951" in {row[-1] for row in rows(page)}
    choose(page, "Show", "seconds")
    own = at(summaries.parameters(tables), task=MEMORY).loc[(ENCODERS[0], "gru"), "seconds"]
    (gru,) = (row for row in rows(page) if row[0] == "gru")
    assert gru[1] == f"{own:.2f}"
    assert "±" not in page.locator("#grid-table").inner_text()


def test_cells_without_a_number_are_hatched_and_say_why(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    hatched = page.locator("#grid-table td.hatched")
    assert hatched.all_inner_texts() == ["failed: 3 runs of 3", "missing: not trained yet"]
    assert all("gradient" in cell.evaluate("cell => getComputedStyle(cell).backgroundImage") for cell in hatched.all())


def test_sorts_by_any_column_and_back(tables: Tables, html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    heading = page.locator("#grid-table thead").get_by_role("button", name="one_of_n")
    means = at(summaries.means(tables, "test"), task=TASK, metric="slot_f1", encoder="one_of_n")["mean"]
    heading.click()
    column = page.locator("#grid-table th", has_text="one_of_n")
    assert column.get_attribute("aria-sort") == "descending"
    best_first = list(means.sort_values(ascending=False).index)
    assert names(page) == [*best_first, "big_lstm"]
    heading.click()
    assert column.get_attribute("aria-sort") == "ascending"
    assert names(page) == [*best_first[::-1], "big_lstm"]
    heading.click()
    assert column.get_attribute("aria-sort") is None
    assert names(page) == list(ARCHITECTURES)
    page.locator("#grid-table thead").get_by_role("button", name="architecture").press("Enter")
    assert names(page) == sorted(ARCHITECTURES)
    assert page.evaluate("document.activeElement.innerText") == "architecture"


def test_the_filter_keeps_names_with_all_words(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    box = page.get_by_label("Filter names")
    box.fill("LSTM letter")
    assert names(page) == ["lstm", "big_lstm"]
    assert [text.split()[0] for text in rows(page)[0]] == ["architecture", "letter_trigram", "ties"]
    for nobody in ("nobody", "gru elman", "one_of_n trigram"):
        box.fill(nobody)
        assert names(page) == ["No name has these words."]
        assert [len(row) for row in rows(page)[-1:]] == [1]
    box.fill("")
    assert names(page) == list(ARCHITECTURES)


def test_ties_are_grouped(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    page.get_by_label("Group ties").check()
    headings = page.locator("#grid-table tbody:not(.fixed) .group").all_inner_texts()
    assert [text.strip() for text in headings] == [
        "a, cannot be told apart",
        "b, cannot be told apart",
        "told apart from all others",
        "not ranked",
    ]
    assert names(page) == ["lstm", "gru", "elman", "jordan", "feed_forward", "big_lstm"]
    choose(page, "Metric", "token_accuracy")
    assert page.locator("#grid-table .group").all_inner_texts()[-1].strip() == "Networks"
    assert not page.get_by_label("Group ties").is_visible()


def test_the_address_restores_the_view(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    choose(page, "Split", "test_typos")
    choose(page, "Metric", "token_accuracy")
    page.locator("#grid-table thead").get_by_role("button", name="letter_trigram").click()
    page.get_by_label("Filter names").fill("l")
    page.locator('[data-key="cell 3"]').click()
    shown, address = rows(page), page.url
    assert "#grid?task=travel&what=score&split=test_typos&metric=token_accuracy&sort=letter_trigram" in address
    page.reload()
    page.wait_for_selector("#grid-cell h3")
    assert rows(page) == shown
    assert page.get_by_label("Filter names").input_value() == "l"
    assert abs(page.evaluate("document.getElementById('grid').getBoundingClientRect().top")) < 5
    page.evaluate("location.hash = '#grid?what=gap&filter=gru'")
    page.wait_for_selector('#grid[data-what="gap"]')
    assert names(page) == ["gru"]


def test_an_address_without_sense_shows_what_is_nearest(html: str, visit: Visitor) -> None:
    page = opened(
        visit, html, "#grid?task=nobody&what=%00&split=x&metric=constructor&sort=__proto__&order=up&encoder=9"
    )
    assert names(page) == list(ARCHITECTURES)
    assert page.locator("#grid").get_attribute("data-what") == "score"


def test_a_cell_tells_all_that_is_known_of_it(tables: Tables, html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    page.locator("#grid-table td", has_text="1 diverged").get_by_role("button").click()
    told = page.locator("#grid-cell").inner_text()
    assert "elman reading letter_trigram, travel" in told
    assert "1 diverged, of 3 runs" in told
    assert "<b>diverged</b> & more" in told
    own = tables["scores"].query("encoder == 'letter_trigram' and architecture == 'elman' and split == 'test'")
    seeds = [score(value) for value in own[own["metric"] == "slot_f1"]["value"]]
    assert len(seeds) == 2
    assert "\t".join(["slot F1, test", *seeds]) in told
    assert "rnnbench train --task travel --encoder letter_trigram --architecture elman" in told
    assert "rnnbench predict --task travel --encoder letter_trigram --architecture elman 'leave taipei on o'" in told
    page.locator("#grid-table td", has_text="failed").get_by_role("button").click()
    failed = page.locator("#grid-cell")
    assert "failed: 3 runs of 3" in failed.inner_text()
    assert failed.locator("table").count() == 0
    page.locator('#grid-table [aria-expanded="true"]').click()
    assert page.locator("#grid-cell").inner_text() == ""


def test_the_keyboard_goes_everywhere(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    page.locator("#grid-table thead").get_by_role("button", name="ties").focus()
    page.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    assert page.locator("#grid-cell h3").inner_text().startswith("elman reading letter_trigram")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Copy as CSV"


def copied(page: Page, name: str) -> str:
    page.get_by_role("button", name=f"Copy as {name}").click()
    page.locator("#grid-more [role=status]", has_text=name).wait_for()
    return page.get_by_label("The table as text").input_value()


def test_copies_what_is_shown(tables: Tables, html: str, visit: Visitor) -> None:
    page = opened(visit, html, "#grid?filter=gru")
    own = at(summaries.means(tables, "test"), task=TASK, metric="slot_f1").loc[("one_of_n", "gru")]
    mean, deviation = score(own["mean"]), spread(own["std"]).removeprefix("± ")
    parsed = list(csv.DictReader(io.StringIO(copied(page, "CSV"))))
    gru = parsed[-1]
    assert (gru["architecture"], gru["one_of_n"], gru["one_of_n: seeds"], gru["ties"]) == ("gru", mean, "3", "a")
    assert gru["one_of_n: standard deviation"] == deviation
    assert parsed[2]["letter_trigram"] == "0.950"
    latex = copied(page, "LaTeX")
    assert rf"gru & ${mean} \pm {deviation}$ & $" in latex
    assert r"architecture & one\_of\_n & letter\_trigram & ties \\" in latex
    assert latex.count(r"\midrule") == 2
    markdown = copied(page, "Markdown").splitlines()
    assert markdown[:2] == ["| architecture | one_of_n | letter_trigram | ties |", "| --- | ---: | ---: | --- |"]
    assert markdown[-1].startswith(f"| gru | {mean} ± {deviation} | ")


@pytest.mark.parametrize("clipboard", [True, False])
def test_what_is_copied_can_be_pasted_also_without_the_clipboard_of_scripts(
    html: str, visit: Visitor, clipboard: bool
) -> None:
    page = opened(visit, html)
    if not clipboard:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    text = copied(page, "Markdown")
    assert page.locator("#grid-more [role=status]").inner_text() == "Copied as Markdown."
    box = page.get_by_label("Filter names")
    box.press("Control+V")
    assert box.input_value().split() == text.split()


def test_copies_of_minus_signs_and_thousands_can_be_read_by_programs(html: str, visit: Visitor) -> None:
    page = opened(visit, html, "#grid?what=gap")
    numbers = [line.split(",")[1] for line in copied(page, "CSV").splitlines()[1:-1]]
    assert any(float(number) < 0 for number in numbers)
    assert "$-0." in copied(page, "LaTeX")
    choose(page, "Show", "parameters")
    choose(page, "Metric", "parameters_input")
    assert "\ngru,12345678," in copied(page, "CSV")
    assert "$12{,}345{,}678$" in copied(page, "LaTeX")


def test_hostile_names_are_escaped_in_every_copy(hostile: str, visit: Visitor) -> None:
    page = opened(visit, hostile)
    table = list(csv.reader(io.StringIO(copied(page, "CSV"))))
    assert table[0][1:5:3] == ["<u>", "'-x 'y'"]
    assert table[-1][0] == "'=1+1"
    assert [row[0] for row in table if "alert" in row[0]] == ["<script>alert(1)</script>", '"onload="alert(1)']
    latex = copied(page, "LaTeX")
    assert r"a\textbar{}b\_\{c\}\%\&\#\$\textasciitilde{}\textasciicircum{}\textbackslash{} &" in latex
    assert r"\textless{}script\textgreater{}" in latex
    markdown = copied(page, "Markdown")
    assert r"| a\|b\_{c}%\&#$\~^\\ |" in markdown
    assert {len(re.split(r"(?<!\\)\|", line)) for line in markdown.splitlines()} == {6}


def test_hostile_names_change_nothing_in_page_address_and_commands(hostile: str, visit: Visitor) -> None:
    visited = visit(hostile, address="#grid")
    page = made(visited)
    for cell in range(len(HOSTILE)):
        page.locator(f'[data-cell="{2 * cell + 1}"]').click()
        command = page.locator("#grid-cell code").inner_text().splitlines()[0]
        assert shlex.split(command) == [
            *("rnnbench", "train", "--task", "${{ 7 * 7 }}", "--encoder=-x 'y'", "--architecture", HOSTILE[cell])
        ]
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_selector("#grid-cell h3")
    assert "y" * 100 not in page.locator("#grid-table").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("#grid script").count() == 1
    assert visited.errors == []


def test_names_may_be_those_of_objects(visit: Visitor) -> None:
    odd = ("constructor", "__proto__", "toString", "valueOf", "architecture", "ties")
    html = build_report(make_grid(architectures=odd, encoders=("hasOwnProperty", "length")), {}, drawn=[])
    page = opened(visit, html, f"#grid?task={quote(TASK)}&sort=__proto__&order=ascending")
    assert names(page) == list(odd)
    page.locator("#grid-table thead").get_by_role("button", name="length").click()
    assert names(page)[:2] == ["architecture", "valueOf"]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("what", ["score", "gap", "parameters"])
def test_has_no_barrier(html: str, visit: Visitor, colours: str, what: str) -> None:
    address = f"#grid?what={what}&encoder=one_of_n&architecture=gru&sort=one_of_n&order=descending"
    page = opened(visit, html, address, colours=colours)
    copied(page, "LaTeX")
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("what", ["score", "gap", "parameters"])
def test_letters_are_read_on_every_shade(html: str, visit: Visitor, colours: str, what: str) -> None:
    page = opened(visit, html, f"#grid?what={what}", colours=colours)
    ratios = page.evaluate("""() => {
        const colour = (text) => {
            const context = new OffscreenCanvas(1, 1).getContext("2d");
            context.fillStyle = text;
            context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
        };
        const light = (text) => colour(text)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
            .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
        const ink = light(getComputedStyle(document.body).color);
        return [...document.querySelectorAll("#grid-scale rect")].map((rect) => {
            const fill = light(getComputedStyle(rect).fill);
            return (Math.max(ink, fill) + 0.05) / (Math.min(ink, fill) + 0.05);
        });
    }""")
    assert len(ratios) == 10
    assert min(ratios) >= 4.5
    assert ratios == sorted(ratios, reverse=True)


@pytest.mark.parametrize("width", [360, 2560])
def test_never_wider_than_the_window(html: str, visit: Visitor, width: int) -> None:
    page = opened(visit, html, "#grid?encoder=one_of_n&architecture=gru", width=width)
    copied(page, "CSV")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_the_table_and_no_control(html: str, visit: Visitor) -> None:
    page = opened(visit, html)
    page.emulate_media(media="print")
    assert not page.get_by_label("Filter names").is_visible()
    assert page.locator("#grid-table").get_by_text("gru").is_visible()


def test_a_table_is_sorted_within_its_groups(html: str, visit: Visitor) -> None:
    page = visit(html).page
    table = page.locator("#accuracy table").first
    table.scroll_into_view_if_needed()
    table.get_by_role("button", name="slot F1").click()
    column = "rows => rows.map(row => row.cells[2]?.innerText ?? row.innerText.trim())"
    bodies = [body.locator("tr").evaluate_all(column) for body in table.locator("tbody").all()]
    assert [body[0] for body in bodies] == ["The oracle, seeing", "Rivals", *ENCODERS]
    assert [text.strip() for text in bodies[0][1:]] == ["0.400", "0.800", "0.950"]
    for body in bodies[2:]:
        numbers = [float(text.split()[0]) for text in body[1:6]]
        assert numbers == sorted(numbers, reverse=True)
        assert len(body) == 7
    assert table.locator("th", has_text="slot F1").get_attribute("aria-sort") == "descending"


def test_a_long_table_is_filtered(html: str, visit: Visitor) -> None:
    page = visit(html).page
    section = page.locator("#accuracy")
    section.locator("table").first.scroll_into_view_if_needed()
    section.get_by_label("Filter rows").first.fill("letter gru")
    assert section.locator("table").first.locator("tbody:not(.fixed) tr:visible").count() == 2
    assert section.locator("table").first.locator("tbody.fixed tr:visible").count() == 4 + 3
    assert "1 of 12 rows" in section.inner_text()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.123", 0.123),
        ("\N{MINUS SIGN}0.5", -0.5),
        ("+1,234,567", 1234567),
        ("31 %", 31),
        ("✓right: 6.90", 6.9),
        ("+0.100 to +0.200", 0.1),
        ("epoch 3.5", 3.5),
        ("\N{EN DASH}", None),
        ("lstm_5_layers", None),
        ("test_2x", None),
        ("12.3k", None),
    ],
)
def test_numbers_are_read_as_they_are_written(visit: Visitor, text: str, number: float | None) -> None:
    from rnnbench.report.script import text_of

    source = re.search(r"function numberIn\(.*?\n}", text_of("tables.js"), re.DOTALL)
    assert source
    assert visit("<p>").page.evaluate(f"(text) => {{ {source[0]} return numberIn(text); }}", text) == number
