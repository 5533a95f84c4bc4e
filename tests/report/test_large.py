"""An experiment with many tasks: the page has sections for the first ones, and a link to the others."""

import pandas as pd
import pytest

from helpers.large_tables import large_tables
from helpers.report_rows import Page
from helpers.small_benchmark import make_tables
from rnnbench.report.build import build_details
from rnnbench.report.figures.catalogue import pictures
from rnnbench.report.views.queries import Tables
from rnnbench.report.views.training_size import MAX_TASKS
from rnnbench.results.schemas import SCHEMAS

N_MORE = 3


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Return tables with more identical tasks than have sections of their own."""
    travel = {
        name: table[table["task"] == "travel"] if "task" in table else table for name, table in make_tables().items()
    }
    return {
        name: pd.concat([table.assign(task=f"t{n}") for n in range(MAX_TASKS + N_MORE)]) if "task" in table else table
        for name, table in travel.items()
    }


def test_the_first_tasks_are_told_and_the_page_says_where_the_others_are(tables: Tables) -> None:
    html = build_details(tables, {}, drawn=[])
    assert f"the first {MAX_TASKS} tasks" in html
    assert f"{N_MORE} more tasks" in html
    accuracy = html[html.index('<section id="accuracy"') : html.index('<section id="overfitting"')]
    assert [f">t{n}<" in accuracy for n in range(MAX_TASKS + N_MORE)] == [True] * MAX_TASKS + [False] * N_MORE
    assert f"t{MAX_TASKS + N_MORE - 1}" in html[html.index('<section id="failures"') :]
    assert Page(html).open == []


def test_only_what_is_told_is_drawn(tables: Tables) -> None:
    assert {picture.task for picture in pictures(tables)} == {f"t{n}" for n in range(MAX_TASKS)}


def test_all_tasks_are_told_where_they_are_few() -> None:
    assert "more task" not in build_details(make_tables(), {}, drawn=[])


def test_the_large_tables_have_the_right_columns() -> None:
    tables = large_tables(1, checks=1)
    assert {name: list(table.columns) for name, table in tables.items()} == {n: list(c) for n, c in SCHEMAS.items()}
    assert len(tables["scores"]) > len(tables["runs"]) > 1000
