"""The grid in a browser: choices, sorting, filters, addresses and keys."""

import pytest

from helpers.browser import Visitor
from helpers.grid_tables import ARCHITECTURES, ENCODERS, MEMORY, SPLITS, TASK
from helpers.grid_visits import choose, names, open_grid, rows
from rnnbench.report.page.table import score
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, at


def test_what_the_server_made_is_what_the_script_makes(html: str, visit: Visitor) -> None:
    before = visit(html, scripted=False).page
    assert before.locator("#grid select, #grid button, #grid textarea").count() == 0
    after = open_grid(visit, html)
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
    page = open_grid(visit, html)
    gap = split.startswith("gap")
    if gap:
        choose(page, "Show", "gap")
    choose(page, "Split", split)
    choose(page, "Metric", metric)
    by_name = {row[0]: row for row in rows(page)}
    means = at(queries.means(tables, split), task=TASK, metric=metric)
    for (encoder, architecture), expected in means.iterrows():
        cell = by_name[architecture][1 + ENCODERS.index(encoder)]
        mean, low, high = (_number(expected[name], signed=gap) for name in ("mean", "low", "high"))
        assert " ".join(cell.split()).startswith(f"{mean} {low} to {high}")
        assert ("2 seeds" in cell) == (expected["count"] == 2)
    assert len(means) == 10
    assert ("the whole sentence" in by_name) == split.startswith("test")


def _number(value: float, *, signed: bool) -> str:
    """Return a score as the grid shows it, without a sign where it is rounded to 0."""
    text = score(value, signed=signed)
    return "0.000" if text.endswith("0.000") else text


def test_other_tasks_and_measures_can_be_chosen(tables: Tables, html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    choose(page, "Task", MEMORY)
    choose(page, "Metric", "calibrated_score")
    assert ["the oracle", "1.000"] in rows(page)
    choose(page, "Show", "parameters")
    assert "47,951" in {row[-1] for row in rows(page)}
    choose(page, "Show", "seconds")
    seconds = at(queries.parameters(tables), task=MEMORY).loc[(ENCODERS[0], "gru"), "seconds"]
    (gru,) = (row for row in rows(page) if row[0] == "gru")
    assert gru[1] == f"{seconds:.2f}"
    assert page.locator("#grid-table .interval").count() == 0


def test_cells_without_a_number_are_hatched_and_say_why(html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    hatched = page.locator("#grid-table td.hatched")
    assert hatched.all_inner_texts() == ["failed: 3 runs of 3", "not part of the experiment"]
    assert all("gradient" in cell.evaluate("cell => getComputedStyle(cell).backgroundImage") for cell in hatched.all())


def test_sorts_by_any_column_and_back(tables: Tables, html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    heading = page.locator("#grid-table thead").get_by_role("button", name="1-of-N")
    means = at(queries.means(tables, "test"), task=TASK, metric="slot_f1", encoder="one_of_n")["mean"]
    heading.click()
    column = page.locator("#grid-table th", has_text="1-of-N")
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
    page = open_grid(visit, html)
    box = page.get_by_label("Filter names")
    box.fill("LSTM letter")
    assert names(page) == ["lstm", "big_lstm"]
    assert [text.split()[0] for text in rows(page)[0]] == ["architecture", "letter_trigram"]
    for nobody in ("nobody", "gru elman", "one_of_n trigram"):
        box.fill(nobody)
        assert names(page) == ["No name has these words."]
        assert [len(row) for row in rows(page)[-1:]] == [1]
    box.fill("")
    assert names(page) == list(ARCHITECTURES)


def test_the_address_restores_the_view(html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    choose(page, "Split", "test_typos")
    choose(page, "Metric", "token_accuracy")
    page.locator("#grid-table thead").get_by_role("button", name="word hashing").click()
    page.get_by_label("Filter names").fill("l")
    page.locator('[data-key="cell 3"]').click()
    before, address = rows(page), page.url
    assert "#grid?task=travel&what=score&split=test_typos&metric=token_accuracy&sort=letter_trigram" in address
    page.reload()
    page.wait_for_selector("#grid-cell h3")
    assert rows(page) == before
    assert page.get_by_label("Filter names").input_value() == "l"
    bar = page.locator("#tasks").evaluate("bar => bar.getBoundingClientRect().bottom")
    page.wait_for_function(f"Math.abs(document.getElementById('grid').getBoundingClientRect().top - {bar}) < 10")
    page.evaluate("location.hash = '#grid?what=gap&filter=gru'")
    page.wait_for_selector('#grid[data-what="gap"]')
    assert names(page) == ["gru"]


def test_an_address_without_sense_shows_what_is_nearest(html: str, visit: Visitor) -> None:
    page = open_grid(
        visit, html, "#grid?task=nobody&what=%00&split=x&metric=constructor&sort=__proto__&order=up&encoder=9"
    )
    assert names(page) == list(ARCHITECTURES)
    assert page.locator("#grid").get_attribute("data-what") == "score"


def test_a_cell_tells_all_that_is_known_of_it(tables: Tables, html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    page.locator("#grid-table td", has_text="1 diverged").get_by_role("button").click()
    text = page.locator("#grid-cell").inner_text()
    assert "elman reading letter_trigram, travel" in text
    assert "1 diverged, of 3 runs" in text
    assert "<b>diverged</b> & more" in text
    scores = tables["scores"].query("encoder == 'letter_trigram' and architecture == 'elman' and split == 'test'")
    seeds = [score(value) for value in scores[scores["metric"] == "slot_f1"]["value"]]
    assert len(seeds) == 2
    assert "\t".join(["slot F1, test", *seeds]) in text
    assert "rnnbench train --task travel --encoder letter_trigram --architecture elman" in text
    assert "rnnbench predict --task travel --encoder letter_trigram --architecture elman 'leave taipei on o'" in text
    page.locator("#grid-table td", has_text="failed").get_by_role("button").click()
    failed = page.locator("#grid-cell")
    assert "failed: 3 runs of 3" in failed.inner_text()
    assert failed.locator("table").count() == 0
    page.locator('#grid-table [aria-expanded="true"]').click()
    assert page.locator("#grid-cell").inner_text() == ""


def test_the_keyboard_goes_everywhere(html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    page.locator("#grid-table thead").get_by_role("button", name="word hashing").focus()
    page.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    assert page.locator("#grid-cell h3").inner_text().startswith("elman reading letter_trigram")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Copy as CSV"
