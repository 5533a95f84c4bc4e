"""The grid: every number of the tables in every view, below floor and ceiling; a missing number has its reason."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.grid_tables import CEILINGS, ENCODERS, MEMORY, TASK, make_grid
from helpers.report_rows import Page
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.build import build_details
from rnnbench.report.page.table import score
from rnnbench.report.sections.grid import grid
from rnnbench.report.views import queries
from rnnbench.report.views.grid import Reference, views
from rnnbench.report.views.queries import Tables, at
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_grid()


@pytest.fixture(scope="module")
def data(tables: Tables) -> grid.Packed:
    values = grid.grid_data(tables, queries.by_task(tables))
    assert values
    return values


def test_held_numbers_are_shown_as_the_other_tables_show_them() -> None:
    rng = np.random.default_rng(0)
    halves = [number / 2000 for number in range(-2000, 2001)]
    for value in [*rng.normal(size=5000), *halves, *(number / 16 for number in range(17))]:
        scaled = grid.scaled(float(value), 3)
        assert scaled is not None
        assert abs(scaled - 1e4 * value) <= 1
        for signed in (False, True):
            text = score(float(value), signed=signed)
            assert grid.formatted(scaled, 3, signed=signed) == ("0.000" if text.endswith("0.000") else text)


def test_every_mean_and_spread_of_every_view_is_that_of_the_tables(tables: Tables, data: grid.Packed) -> None:
    compared = 0
    for task in data["tasks"]:
        for view in task["views"]:
            if view["what"] in ("parameters", "seconds"):
                continue
            means = at(queries.means(tables, view["split"]), task=task["name"], metric=view["metric"]).to_dict("index")
            for cell, mean in enumerate(view["mean"]):
                row, column = divmod(cell, len(task["encoders"]))
                expected = means.pop((task["encoders"][column], task["architectures"][row]), None)
                assert (mean is None) == (expected is None)
                if expected:
                    compared += 1
                    assert abs(mean - 1e4 * expected["mean"]) <= 1
                    assert abs(view["low"][cell] - 1e4 * expected["low"]) <= 1
                    assert abs(view["high"][cell] - 1e4 * expected["high"]) <= 1
                    assert dict(view["otherwise"]).get(cell, view["seeds"]) == expected["count"]
            assert not means
    assert compared == 5 * 2 * 6 * 2 + 5 * 3 * 2


def test_parameters_and_seconds_are_those_of_the_tables(tables: Tables, data: grid.Packed) -> None:
    sizes = at(queries.parameters(tables), task=TASK)
    task = data["tasks"][0]
    cost = {view["metric"]: view for view in task["views"] if view["what"] in ("parameters", "seconds")}
    for row, architecture in enumerate(task["architectures"]):
        for column, encoder in enumerate(task["encoders"]):
            cell = row * len(task["encoders"]) + column
            if (encoder, architecture) not in sizes.index:
                assert architecture == "big_lstm"
                assert cost["parameters"]["mean"][cell] is None
                continue
            expected = sizes.loc[(encoder, architecture)]
            assert cost["parameters_input"]["mean"][cell] == expected["parameters_input"] == 12345678
            assert abs(cost["seconds"]["mean"][cell] - 1000 * expected["seconds"]) <= 1
    assert all((view["seeds"], view["otherwise"]) == (0, []) and "low" not in view for view in cost.values())


def test_the_scale_runs_from_floor_to_ceiling(tables: Tables, data: grid.Packed) -> None:
    score_view = grid.first_view(data)
    assert (score_view["palest"], score_view["darkest"]) == (4000, 9500)
    assert "Palest: 0.400 (the oracle seeing the word alone). Darkest: 0.950" in score_view["scale"]
    assert "Below the scale: majority 0.100." in score_view["scale"]
    assert score_view["marks"] == [round(1000 * 0.4 / 0.55), round(1000 * 0.3 / 0.55)]
    for view in data["tasks"][0]["views"]:
        if view["what"] == "gap":
            assert view["palest"] == 0
            assert view["darkest"] == max(*(mean for mean in view["mean"] if mean is not None), 100)
    calibrated = next(
        view for view in views(tables)[MEMORY] if view.metric == "calibrated_score" and view.split == "test"
    )
    assert (calibrated.scale.low, calibrated.scale.high) == (0.0, 1.0)
    assert calibrated.references[0] == Reference("By definition", "without any memory", 0.0)


def test_the_floor_is_the_weakest_rival_where_no_oracle_is_known(tables: Tables) -> None:
    alone = tables | {"ceilings": frame("ceilings", [])}
    scale = views(alone)[TASK][0].scale
    assert (scale.low, scale.low_is, scale.high, scale.high_is) == (0.1, "majority", 1.0, "perfect")


def test_shades_grow_from_floor_to_ceiling() -> None:
    plain = {"palest": 0, "darkest": 1000, "logarithmic": False}
    assert [grid.shade(n, plain)[-1] for n in (-5, 0, 99, 100, 950, 1000, 2000)] == list("0001999")
    logarithmic = {"palest": 10, "darkest": 1000, "logarithmic": True}
    assert [grid.shade(n, logarithmic)[-1] for n in (0, 10, 101, 1000)] == list("0059")


def test_the_page_has_the_first_view_without_a_script(tables: Tables) -> None:
    page = Page(build_details(tables, {}, drawn=[]))
    assert page.open == []
    assert "grid" in page.ids
    assert "#grid" in page.addresses
    means = at(queries.means(tables, "test"), task=TASK, metric="slot_f1")
    assert ["the whole sentence", f"{CEILINGS['sentence']:.3f}"] in page.rows
    for architecture in ("gru", "jordan", "feed_forward"):
        cells = []
        for encoder in ENCODERS:
            scores = means.loc[(encoder, architecture)]
            cells.append(f"{score(scores['mean'])} {score(scores['low'])} to {score(scores['high'])}")
        assert [architecture, *cells] in page.rows
    (elman,) = (row for row in page.rows if row[:1] == ["elman"] and row[-1].endswith("1 diverged") and len(row) == 3)
    assert elman[2].endswith(" 2 seeds, 1 diverged")
    assert ["big_lstm", "failed: 3 runs of 3", "not part of the experiment"] in page.rows


def test_a_task_of_which_all_runs_failed_is_hatched(tables: Tables) -> None:
    failed = {**tables, "scores": frame("scores", []), "runs": tables["runs"].assign(status="failed", parameters=None)}
    page = Page(build_details(failed, {}, drawn=[]))
    assert ["gru", "failed: 3 runs of 3", "failed: 3 runs of 3"] in page.rows


def test_nothing_is_shown_where_nothing_is_planned() -> None:
    page = Page(build_details({name: frame(name, []) for name in SCHEMAS}, {}))
    assert "grid" not in page.ids


def test_packing_leaves_room_for_a_large_experiment() -> None:
    """A task of 120 combinations, 8 splits and 4 metrics: 21 of them make 2,520 combinations, in less than 1.5 MB."""
    tables, rng = make_grid(), np.random.default_rng(0)
    splits = ("train", "validation", "test", "pairs", "test_unseen", "test_typos", "test_longer", "test_patterns")
    keys = pd.MultiIndex.from_product(
        [[f"e{n}" for n in range(8)], [f"a{n}" for n in range(15)], range(10), splits, list(METRICS)[:4]],
        names=["encoder", "architecture", "seed", "split", "metric"],
    )
    rows = keys.to_frame(index=False).assign(task="t", learning_rate=0.01, selected=True, value=rng.random(len(keys)))
    runs = rows.drop_duplicates(["encoder", "architecture", "seed"])[["task", "encoder", "architecture", "seed"]]
    runs = [dict.fromkeys(SCHEMAS["runs"], None) | key for key in runs.to_dict("records")]
    done = {"learning_rate": 0.01, "selected": True, "status": "done", "message": "", "parameters": 7, "seconds": 1.0}
    words = dict.fromkeys(("stopped_by", "chosen_by", "device", "engine", "engine_reason", "digest", "command"), "")
    large = {name: frame(name, []) for name in tables}
    large |= {"scores": rows[list(SCHEMAS["scores"])], "runs": frame("runs", [run | done | words for run in runs])}
    packable = grid.grid_data(large, queries.by_task(large))
    assert packable
    assert sum(len(view["mean"]) for view in packable["tasks"][0]["views"] if view["what"] == "score") == 120 * 8 * 4
    assert 21 * len(grid.packed(packable)) < 1_500_000


def test_hostile_names_are_packed_and_shown_as_text() -> None:
    names = ("</script><script>alert(1)</script>", '"onload="alert(1)', "\u202egnp.exe", "y" * 10_000, "a\x00b", "=1+1")
    page_text = build_details(make_grid(architectures=names, encoders=("<u>", "'--x"), task="${{ 7 }}"), {}, drawn=[])
    page = Page(page_text)
    assert page.open == []
    assert not {"u"} & set(page.tags)
    assert "y" * 100 not in page_text
    assert len(page.scripts) == 1


def test_a_number_that_is_none_or_endless_is_none() -> None:
    assert grid.scaled(math.nan, 3) is None
    assert grid.scaled(-math.inf, 3) is None
