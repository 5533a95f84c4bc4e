"""The grid in a browser: copies, hostile names, barriers, narrow windows and paper."""

import csv
import io
import re
import shlex
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from helpers.browser import Visitor
from helpers.grid_tables import ENCODERS, TASK, make_grid
from helpers.grid_visits import TEXT, choose, grid_page, names, open_grid
from rnnbench.report.build import build_details
from rnnbench.report.page.table import score
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, at

HOSTILE = ("<script>alert(1)</script>", '"onload="alert(1)', "\u202egnp.exe", "y" * 10_000, "a|b_{c}%&#$~^\\", "=1+1")


@pytest.fixture(scope="module")
def hostile() -> str:
    return build_details(
        make_grid(architectures=HOSTILE, encoders=("<u>", "-x 'y'"), task="${{ 7 * 7 }}"), {}, drawn=[]
    )


def copied(page: Page, name: str) -> str:
    page.get_by_role("button", name=f"Copy as {name}").click()
    page.locator("#grid-more [role=status]", has_text=name).wait_for()
    return page.get_by_label("The table as text").input_value()


def test_copies_what_is_shown(tables: Tables, html: str, visit: Visitor) -> None:
    page = open_grid(visit, html, "#grid?filter=gru")
    scores = at(queries.means(tables, "test"), task=TASK, metric="slot_f1").loc[("one_of_n", "gru")]
    mean, low, high = (score(scores[name]) for name in ("mean", "low", "high"))
    parsed = list(csv.DictReader(io.StringIO(copied(page, "CSV"))))
    gru = parsed[-1]
    assert (gru["architecture"], gru["one_of_n"], gru["one_of_n: seeds"]) == ("gru", mean, "3")
    assert (gru["one_of_n: 95 % low"], gru["one_of_n: 95 % high"]) == (low, high)
    assert "one_of_n: converged" not in gru
    assert parsed[2]["letter_trigram"] == "0.950"
    latex = copied(page, "LaTeX")
    assert rf"gru & ${mean}\;[{low}, {high}]$ & $" in latex
    assert r"architecture & one\_of\_n & letter\_trigram \\" in latex
    assert latex.count(r"\midrule") == 2
    markdown = copied(page, "Markdown").splitlines()
    assert markdown[:2] == ["| architecture | one_of_n | letter_trigram |", "| --- | ---: | ---: |"]
    assert markdown[-1].startswith(f"| gru | {mean} ({low} to {high}) | ")


def test_copies_say_what_did_not_converge(visit: Visitor) -> None:
    page = open_grid(visit, build_details(make_grid(unfinal=True), {}, drawn=[]), "#grid?filter=lstm")
    (lstm, *_) = [row for row in csv.DictReader(io.StringIO(copied(page, "CSV"))) if row["architecture"] == "lstm"]
    assert (lstm["one_of_n: converged"], lstm["letter_trigram: converged"]) == ("no", "yes")
    assert re.search(r"lstm & \$0\.\d+\^\{\\dagger\}\\;\[0\.\d+, 0\.\d+\]\$ & \$0\.\d+\\;", copied(page, "LaTeX"))
    assert re.search(r"\| lstm \| 0\.\d+† \(0\.\d+ to 0\.\d+\) \| 0\.\d+ \(", copied(page, "Markdown"))


@pytest.mark.parametrize("clipboard", [True, False])
def test_what_is_copied_can_be_pasted_also_without_the_clipboard_of_scripts(
    html: str, visit: Visitor, clipboard: bool
) -> None:
    page = open_grid(visit, html)
    if not clipboard:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    text = copied(page, "Markdown")
    assert page.locator("#grid-more [role=status]").inner_text() == "Copied as Markdown."
    box = page.get_by_label("Filter names")
    box.press("Control+V")
    assert box.input_value().split() == text.split()


def test_copies_of_minus_signs_and_thousands_can_be_read_by_programs(html: str, visit: Visitor) -> None:
    page = open_grid(visit, html, "#grid?what=gap")
    numbers = [line.split(",")[1] for line in copied(page, "CSV").splitlines()[1:-1]]
    assert any(float(number) < 0 for number in numbers)
    assert "$-0." in copied(page, "LaTeX")
    choose(page, "Show", "parameters")
    choose(page, "Metric", "parameters_input")
    assert "\ngru,12345678," in copied(page, "CSV")
    assert "$12{,}345{,}678$" in copied(page, "LaTeX")


def test_hostile_names_are_escaped_in_every_copy(hostile: str, visit: Visitor) -> None:
    page = open_grid(visit, hostile)
    table = list(csv.reader(io.StringIO(copied(page, "CSV"))))
    assert table[0][1:6:4] == ["<u>", "'-x 'y'"]
    assert table[-1][0] == "'=1+1"
    assert [row[0] for row in table if "alert" in row[0]] == ["<script>alert(1)</script>", '"onload="alert(1)']
    latex = copied(page, "LaTeX")
    assert r"a\textbar{}b\_\{c\}\%\&\#\$\textasciitilde{}\textasciicircum{}\textbackslash{} &" in latex
    assert r"\textless{}script\textgreater{}" in latex
    markdown = copied(page, "Markdown")
    assert r"| a\|b\_{c}%\&#$\~^\\ |" in markdown
    assert {len(re.split(r"(?<!\\)\|", line)) for line in markdown.splitlines()} == {5}


def test_hostile_names_change_nothing_in_page_address_and_commands(hostile: str, visit: Visitor) -> None:
    visited = visit(hostile, address="#grid")
    page = grid_page(visited)
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
    odd = ("constructor", "__proto__", "toString", "valueOf", "architecture", "low")
    html = build_details(make_grid(architectures=odd, encoders=("hasOwnProperty", "length")), {}, drawn=[])
    page = open_grid(visit, html, f"#grid?task={quote(TASK)}&sort=__proto__&order=ascending")
    assert names(page) == list(odd)
    page.locator("#grid-table thead").get_by_role("button", name="length").click()
    assert names(page)[:2] == ["architecture", "valueOf"]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("what", ["score", "gap", "parameters"])
def test_has_no_barrier(html: str, visit: Visitor, colours: str, what: str) -> None:
    address = f"#grid?what={what}&encoder=one_of_n&architecture=gru&sort=one_of_n&order=descending"
    page = open_grid(visit, html, address, colours=colours)
    copied(page, "LaTeX")
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("what", ["score", "gap", "parameters"])
def test_letters_are_read_on_every_shade(html: str, visit: Visitor, colours: str, what: str) -> None:
    page = open_grid(visit, html, f"#grid?what={what}", colours=colours)
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
    page = open_grid(visit, html, "#grid?encoder=one_of_n&architecture=gru", width=width)
    copied(page, "CSV")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_the_table_and_no_control(html: str, visit: Visitor) -> None:
    page = open_grid(visit, html)
    page.emulate_media(media="print")
    assert not page.get_by_label("Filter names").is_visible()
    assert page.locator("#grid-table").get_by_text("gru").is_visible()


def test_a_table_is_sorted_within_its_groups(html: str, visit: Visitor) -> None:
    page = visit(html).page
    page.locator("#accuracy summary").first.click()
    table = page.locator("#accuracy table").first
    table.scroll_into_view_if_needed()
    table.get_by_role("button", name="slot F1").click()
    column = f"rows => rows.map(row => row.cells[2]?.innerText ?? ({TEXT})(row))"
    bodies = [body.locator("tr").evaluate_all(column) for body in table.locator("tbody").all()]
    assert [body[0] for body in bodies] == ["The oracle, seeing", "Baselines", *ENCODERS]
    assert [text.strip() for text in bodies[0][1:]] == ["0.400", "0.800", "0.950"]
    for body in bodies[2:]:
        numbers = [float(text.split()[0]) for text in body[1:6]]
        assert numbers == sorted(numbers, reverse=True)
        assert len(body) == 7
    assert table.locator("th", has_text="slot F1").get_attribute("aria-sort") == "descending"


def test_a_long_table_is_filtered(html: str, visit: Visitor) -> None:
    page = visit(html).page
    section = page.locator("#accuracy")
    section.locator("summary").first.click()
    section.locator("table").first.scroll_into_view_if_needed()
    section.get_by_label("Filter rows").first.fill("hashing gru")
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
        ("step 1,200", 1200),
        ("\N{EN DASH}", None),
        ("lstm_5_layers", None),
        ("test_2x", None),
        ("12.3k", None),
    ],
)
def test_numbers_are_read_as_they_are_written(visit: Visitor, text: str, number: float | None) -> None:
    from rnnbench.report.page.script import text_of

    source = re.search(r"function numberIn\(.*?\n}", text_of("page/tables.js"), re.DOTALL)
    assert source
    assert visit("<p>").page.evaluate(f"(text) => {{ {source[0]} return numberIn(text); }}", text) == number
