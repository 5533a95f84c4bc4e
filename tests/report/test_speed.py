"""The section on speed: the measurements of `rnnbench bench`, and no section without any."""

import pytest

from helpers.report_rows import Page, row
from rnnbench.report.build import build_details
from rnnbench.results.schemas import BENCH, MEASURED, SCHEMAS
from rnnbench.results.tables import frame, read_tables, write_table

EMPTY = {"reads": "", "hidden": None, "length": None, "runs": None, "engine": "", "unit": ""}
SIZE = {"reads": "numbers", "hidden": 64, "length": 16}
ROWS = [
    {"measure": "steps", "subject": "gru", **SIZE, "engine": "torch_nn", "value": 400.0},
    {"measure": "steps", "subject": "gru", **SIZE, "engine": "native", "value": 4000.0},
    {"measure": "steps_ratio", "subject": "gru", **SIZE, "engine": "native", "value": 10.25},
    {"measure": "peak_share", "subject": "gru", **SIZE, "engine": "native", "value": 0.8},
    {"measure": "run_seconds", "subject": "gru", "engine": "torch_nn", "value": 5.0},
    {"measure": "run_seconds", "subject": "gru", "engine": "native", "value": 0.25},
    {"measure": "run_ratio", "subject": "gru", "engine": "native", "value": 20.0},
    {"measure": "experiment_wall", "subject": "whole", "value": 600.0},
    {"measure": "experiment_seconds", "subject": "training", "value": 900.0},
    {"measure": "experiment_seconds", "subject": "start-up", "value": 100.0},
]


GPU = {"subject": "lstm", "reads": "words", "hidden": 64, "length": 20, "runs": 40, "engine": "cuda"}
GPU_ROWS = [
    {"measure": "gpu_steps", **GPU, "engine": "torch_nn", "runs": 1, "value": 1000.0},
    {"measure": "gpu_steps", **GPU, "value": 150000.0},
    {"measure": "gpu_ratio", **GPU, "value": 150.0},
    {"measure": "gpu_arithmetic_share", **GPU, "value": 0.3},
    {"measure": "gpu_bytes_share", **GPU, "value": 0.25},
]


@pytest.fixture
def tables():
    return {name: frame(name, []) for name in SCHEMAS}


def measured(rows=ROWS):
    return {BENCH: frame(BENCH, [EMPTY | row for row in rows])}


def test_nothing_is_said_where_nothing_was_measured(tables):
    for page in (build_details(tables, {}), build_details(tables | {BENCH: frame(BENCH, [])}, {})):
        assert "speed" not in Page(page).ids
        assert "#speed" not in Page(page).addresses


def test_what_was_measured_is_shown(tables):
    page = Page(build_details(tables | measured(), {}))
    assert page.open == []
    assert "speed" in page.ids
    assert "#speed" in page.addresses
    assert ["64 units, 16 steps", "400", "–", "4,000", "10.2", "80.0 %"] in page.rows  # noqa: RUF001
    assert ["gru", "5", "0.25", "20"] in page.rows
    assert ["training", "900", "90.0 %"] in page.rows


def test_what_was_measured_on_a_gpu_is_shown(tables):
    page = Page(build_details(tables | measured(GPU_ROWS), {}))
    assert ["64 units, 40 runs", "–", "150,000", "150.0", "30.0 %", "25.0 %"] in page.rows  # noqa: RUF001


def test_a_part_of_the_figures_is_enough(tables):
    page = Page(build_details(tables | measured(ROWS[:1]), {}))
    assert ["64 units, 16 steps", "400", "–", "–", "–", "–"] in page.rows  # noqa: RUF001
    only_wall = Page(build_details(tables | measured(ROWS[7:8]), {}))
    assert "speed" not in only_wall.ids


def test_the_engine_of_the_runs_is_told_with_its_reason(tables):
    runs = [row("runs", {}, status="done", engine="native", engine_reason="it <runs> here")] * 2
    page = build_details(tables | {"runs": frame("runs", runs)}, {"torch": "2"})
    assert "2 runs: native (it &lt;runs&gt; here)" in page


def test_the_table_need_not_be_there(tables, tmp_path):
    for name, table in tables.items():
        write_table(name, table, csv=tmp_path, parquet=tmp_path)
    assert read_tables(tmp_path)[BENCH].empty
    write_table(BENCH, measured()[BENCH], csv=tmp_path, parquet=tmp_path)
    bench = read_tables(tmp_path)[BENCH]
    assert {column: str(kind) for column, kind in bench.dtypes.items()} == MEASURED[BENCH]
    assert len(bench) == len(ROWS)
