"""The learning rates that were tried: a sentence, and a table with every rate."""

import pytest

from helpers.grid_tables import ENCODERS, TASK, make_grid
from helpers.report_rows import Page, row
from rnnbench.report.build import build_details
from rnnbench.report.sections.training import tuning
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import frame

RATES = {"gru": (0.005, 0.01, 0.02), "lstm": (0.005, 0.01, 0.02, 0.04)}
BEST = {"gru": 0.01, "lstm": 0.04}


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Return tables of two networks; the best rate of lstm is the highest that was tried."""
    rows = [
        row(
            "tuning",
            {"task": TASK, "encoder": ENCODERS[0], "architecture": name, "learning_rate": rate, "metric": "slot_f1"},
            blocks=3,
            validation=0.9 if rate == BEST[name] else 0.5,
            low=0.4,
            high=0.95,
            selected=rate == BEST[name],
            edge=rate == BEST[name] == max(RATES[name]),
        )
        for name in RATES
        for rate in RATES[name]
    ]
    return make_grid() | {"tuning": frame("tuning", rows)}


def test_a_sentence_has_the_rates_the_blocks_and_what_ended_at_an_edge(tables: Tables) -> None:
    start = "Learning rates tried: 0.005 to 0.04, each on 3 blocks; "
    edge = "1 combination of 2 ended at an edge, where another rate might be better."
    assert tuning.summary(tables) == start + edge
    inside = tables["tuning"].assign(edge=False)
    assert tuning.summary(tables | {"tuning": inside}) == f"{start}none ended at an edge."


def test_every_rate_has_its_score_and_the_chosen_one_is_bold(tables: Tables) -> None:
    rows = Page(build_details(tables, {}, drawn=[])).rows
    assert ["architecture", "0.005", "0.01", "0.02", "0.04"] in rows
    assert ["gru", "0.500 0.400 to 0.950", "0.900 0.400 to 0.950", "0.500 0.400 to 0.950", "not tried"] in rows
    (lstm,) = [row for row in rows if row[0] == "lstm" and row[-1].startswith("0.900")]
    assert lstm[-1] == "0.900 0.400 to 0.950, at the edge"
    table = tuning.tuning_table(tables, TASK)
    assert table
    cells = {row.heading: row.cells for row in table.groups[0].rows}
    assert [cell.mark for cell in cells["lstm"]] == ["", "", "", "best"]


def test_without_a_search_there_is_no_section() -> None:
    page = Page(build_details(make_grid(), {}, drawn=[]))
    assert "tuning" not in page.ids
    assert tuning.summary(make_grid()) == ""


def test_with_one_rate_for_each_network_nothing_was_tried(tables: Tables) -> None:
    chosen = tables["tuning"][tables["tuning"]["selected"]]  # two networks, each at a rate of its own
    single = tables | {"tuning": chosen}
    assert tuning.summary(single) == ""
    assert "tuning" not in Page(build_details(single, {}, drawn=[])).ids
    assert tuning.summary(tables | {"tuning": tables["tuning"].query("learning_rate <= 0.01")})
