"""The chapter on memory: who reaches furthest, whether more training would help, and what is left out."""

import re

import pytest
from scipy.stats import binomtest

from helpers.memory_tables import DELAYS, memory_tables
from helpers.report_rows import Page
from helpers.small_benchmark import make_tables
from rnnbench.report.build import build_report
from rnnbench.report.chapters.memory.memory_chapter import HorizonPart, horizon_part
from rnnbench.report.figures.budget import interval_of_share
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

EMPTY: Tables = {name: frame(name, []) for name in SCHEMAS}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return memory_tables()


def part_of(tables: Tables) -> HorizonPart:
    part = horizon_part(tables)
    assert part
    return part


def english(part: HorizonPart) -> str:
    """Return the sentences in English, without elements."""
    text = " ".join(re.sub('<span class="zh".*?</span>', "", sentence) for sentence in part.sentences)
    return re.sub("<[^>]*>", "", text)


def with_horizons(tables: Tables, **columns: object) -> Tables:
    return tables | {"horizons": tables["horizons"].assign(**columns)}


def test_the_furthest_network_is_that_with_the_longest_horizon(tables: Tables) -> None:
    rows = tables["horizons"].set_index("architecture")["horizon"]
    assert rows.idxmax() == "lstm"
    assert "LSTM reaches furthest: every delay that was tried is solved, up to 160." in english(part_of(tables))
    shorter = with_horizons(tables, horizon=rows.clip(upper=80).to_numpy(), low=10, high=80)
    assert "LSTM reaches furthest: delay 80." in english(part_of(shorter))
    assert "GRU (40 [10, 80])" in english(part_of(shorter)), "its interval reaches as far"


def test_no_network_is_called_furthest_that_solves_nothing(tables: Tables) -> None:
    text = english(part_of(with_horizons(tables, horizon=0, low=0, high=0)))
    assert "No network solves even the shortest delay, 5." in text
    assert "furthest" not in text


def test_networks_that_reach_equally_far_are_named_together(tables: Tables) -> None:
    text = english(part_of(with_horizons(tables, horizon=10, low=10, high=10)))
    assert "feed-forward, Elman, GRU, LSTM and Jordan reach furthest: delay 10." in text.replace(
        "\N{DAGGER}", "†"
    ).replace(" †", "")


def test_more_training_may_help_what_did_not_converge(tables: Tables) -> None:
    text = english(part_of(tables))
    selected = tables["runs"][tables["runs"]["selected"] & tables["runs"]["task"].str.startswith("delayed")]
    counts = selected["stopped_by"].value_counts()
    assert "so more training may reach further: Elman." in text
    assert f"Of {len(selected)} runs {counts['plateau']} ended on a plateau" in text
    assert "nothing shows that more training" not in text


def test_all_on_a_plateau_is_said_only_of_all(tables: Tables) -> None:
    settled = tables | {"runs": tables["runs"].assign(stopped_by="plateau")}
    text = english(part_of(with_horizons(settled, converged=True)))
    n = len(DELAYS) * 5 * 3
    assert f"All {n} runs ended on a plateau of their validation score" in text
    unknown = tables | {"runs": tables["runs"].assign(stopped_by="")}
    assert "runs" not in english(part_of(with_horizons(unknown, converged=True)))


def test_one_seed_has_no_interval(tables: Tables) -> None:
    single = {name: rows[rows["seed"] == 0] if "seed" in rows else rows for name, rows in tables.items()}
    part = part_of(single)
    assert {row.interval for row in part.networks} == {""}
    assert "interval" not in english(part)


def test_there_is_a_panel_for_each_lag(tables: Tables) -> None:
    part = part_of(tables)
    assert len(part.panels) == len(DELAYS)
    page = Page(build_report(tables, {}, drawn=[]))
    assert ["lstm", "≥ 160", "≥ 160"] in page.rows
    assert ["feed_forward", "< 5", "< 5"] in page.rows


def test_a_share_has_its_exact_interval() -> None:
    for count, of in ((0, 20), (3, 20), (20, 20), (1, 1)):
        expected = binomtest(count, of).proportion_ci(method="exact")
        assert interval_of_share(count, of) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize("tables", [EMPTY, make_tables()], ids=["empty", "no family of lags"])
def test_without_several_lags_and_without_a_register_there_is_no_chapter(tables: Tables) -> None:
    assert horizon_part(tables) is None
    assert "memory" not in Page(build_report(tables, {}, drawn=[])).ids
