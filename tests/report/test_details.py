"""The details: nothing without content, nothing twice, and what belongs to one task in a block of its own."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd
import pytest

from helpers.demo_sentences import demo_sentences
from helpers.grid_tables import make_grid
from helpers.memory_tables import memory_tables
from helpers.report_rows import Page, row
from helpers.small_benchmark import make_tables
from rnnbench.report.build import build_details
from rnnbench.report.figures.learning import curves, gap_over_steps
from rnnbench.report.figures.profiles import profiles
from rnnbench.report.page.cards import blocks
from rnnbench.report.sections.cards.data import families
from rnnbench.report.sections.scores.significance import profiles_table
from rnnbench.report.sections.sentences.disagreements import topics
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.names import NAMES, named
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.delayed_recall import DelayedRecall


def rows_with(tables: Tables, **values: object) -> Tables:
    """Return the tables with the rows alone that have these values, in tables that have such columns."""
    kept = dict(tables)
    for column, value in values.items():
        kept |= {name: table[table[column] == value] for name, table in kept.items() if column in table}
    return kept


EXPERIMENTS: dict[str, Callable[[], Tables]] = {
    "no results": lambda: {name: frame(name, []) for name in SCHEMAS},
    "one architecture": lambda: rows_with(make_tables(), architecture="elman"),
    "one seed": lambda: rows_with(make_tables(), seed=0),
    "all failed": lambda: rows_with(make_tables(), architecture="gru"),
    "memory tasks only": memory_tables,
    "one corpus without an oracle": lambda: (
        rows_with(make_tables(), task="travel") | {"ceilings": frame("ceilings", [])}
    ),
    "usual": make_tables,
}


@pytest.mark.parametrize("experiment", list(EXPERIMENTS))
def test_no_section_and_no_block_is_empty(experiment: str) -> None:
    html = build_details(EXPERIMENTS[experiment](), {})
    page = Page(html)
    assert page.open == []
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)
    sections = re.findall(r'<section id="(\w+)".*?</section>', html, re.DOTALL)
    assert [f"#{name}" for name in sections] == [
        address for address in page.addresses[page.addresses.index(f"#{sections[0]}") :] if address[1:] in sections
    ][: len(sections)]
    assert not re.search(r'<div data-task="[^"]*">\s*(<h[34]>.*?</h[34]>\s*)?</div>', html)
    assert not re.search(r"<h[34]>[^<]*(<bdi>[^<]*</bdi>)?[^<]*</h[34]>\s*(</div>\s*)*</section>", html)
    for nothing in ("No curve yet", "no curve", "no phenomenon", "There is no ceiling", "no answers yet"):
        assert nothing not in html


def test_a_choice_of_the_task_is_there_where_there_are_several() -> None:
    assert re.findall("<option>(.*?)</option>", build_details(make_tables(), {}, drawn=[])) == [
        "travel",
        "register length=9",
    ]
    assert '<select id="task"' not in build_details(rows_with(make_tables(), task="travel"), {}, drawn=[])


def test_every_block_is_about_a_task_that_can_be_chosen() -> None:
    html = build_details(make_grid(), {}, demo=demo_sentences("travel"))
    options = set(re.findall("<option>(.*?)</option>", html))
    assert options == {name for names in re.findall('data-task="(.*?)"', html) for name in names.split("\n")}


def test_tasks_of_one_family_and_kind_have_one_card() -> None:
    facts = {"travel": ("travel", "travel"), "few 1": ("few", "travel"), "few 2": ("few", "travel")}
    facts |= {"few 3": ("few", "order")}
    rows = [row("corpora", {}, task=task, family=family, kind=kind) for task, (family, kind) in facts.items()]
    found = families({"corpora": frame("corpora", rows)}, [*facts, "unknown"])
    assert found == [
        ("travel", ["travel"]),
        ("few", ["few 1", "few 2"]),
        ("few 3", ["few 3"]),
        ("unknown", ["unknown"]),
    ]


def test_cards_show_what_an_example_prints_and_not_its_code() -> None:
    assert [(block.text, block.preformatted) for block in blocks(DelayedRecall.__doc__ or "")][1] == (
        "c 4 1 7 0 4 ?\n- - - - - - c",
        True,
    )
    texts = " ".join(block.text for block in blocks(Adding.__doc__ or ""))
    assert ">>>" not in texts
    assert "array(" not in texts
    assert "An answer is right when it is closer than 0.16" in texts


def test_profiles_that_would_show_nothing_are_left_out() -> None:
    tables = make_tables()
    scores = tables["scores"]
    assert (profiles(tables, "travel"), profiles_table(tables, "travel")) == (None, None)
    upright = scores.assign(value=scores["value"].where(scores["architecture"] != "elman", 0.5))
    assert profiles(tables | {"scores": upright}, "travel") is None
    spread = scores.assign(value=scores["value"] + 0.1 * scores["seed"] * (scores["architecture"] == "elman"))
    assert profiles(tables | {"scores": spread}, "travel")
    assert profiles_table(tables | {"scores": spread}, "travel")
    alone = scores[scores["architecture"] == "elman"]
    assert profiles(tables | {"scores": alone}, "travel"), "one network has nobody to be tied with"


def titles(svg: str) -> list[str]:
    words = [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    return [word for word in words if re.match("[a-z_]+$", word)]


def test_only_combinations_with_a_curve_have_a_panel() -> None:
    tables = make_tables()
    drawn, gaps = curves(tables, "travel"), gap_over_steps(tables, "travel")
    assert drawn
    assert gaps
    assert titles(drawn.svg) == ["one_of_n", "feed_forward", "elman", "letter_trigram", "feed_forward"]
    assert titles(gaps.svg)[:2] == ["feed_forward", "elman"]
    assert "gru" not in titles(gaps.svg)


def test_sentences_in_dispute_have_addresses_and_stand_below_their_task() -> None:
    by_task = topics(demo_sentences("travel", "mine"))
    assert list(by_task) == ["travel", "mine"]
    sentences = [sentence for found in by_task.values() for topic in found for sentence in topic.sentences]
    assert [sentence.anchor for sentence in sentences] == ["sentence-1", "sentence-2", "sentence-3", "sentence-4"]
    assert [(sentence.wrong, sentence.right) for sentence in sentences[:2]] == [([0], [1, 2]), ([2], [0, 1])]
    assert topics([]) == {}


def test_networks_and_encoders_are_shown_by_names_with_identifiers_as_tooltips() -> None:
    html = build_details(make_tables(), {}, drawn=[])
    for name in ("feed_forward", "gru", "letter_trigram"):
        assert f'<th scope="row"><bdi title="{name}">{NAMES[name]}</bdi></th>' in html
    assert '<th scope="col"><bdi title="one_of_n">1-of-N</bdi>' in html
    assert named("gru, mine") == '<bdi title="gru, mine">GRU, mine</bdi>'
    assert named("<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_a_word_is_never_taken_for_a_network() -> None:
    tables = make_tables(word="raw")
    showcase = tables["showcase"]
    assert "raw" in set(showcase["input"])
    html = build_details(tables, {}, drawn=[])
    assert '<th scope="col"><bdi>raw</bdi> <small><bdi>B-destination</bdi></small>' in " ".join(html.split())
    assert isinstance(showcase, pd.DataFrame)
