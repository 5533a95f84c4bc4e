"""The first screen: its numbers are recomputed from the tables of the reference without the report's own code."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.project_copy import ROOT
from helpers.report_rows import Page
from helpers.small_benchmark import make_tables
from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.report.build import build_report
from rnnbench.report.chapters.first_screen.maps import shade
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

REFERENCE = ROOT / "reports/reference"
TASK, METRIC = "travel", "slot_f1"


@pytest.fixture(scope="module")
def tables() -> Tables:
    there = {path.stem for path in (REFERENCE / "tables").glob("*.parquet")}
    return {name: read_kept(REFERENCE, name) if name in there else frame(name, []) for name in SCHEMAS}


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return build_report(tables, {}, drawn=[])


def map_rows(html: str, what: str) -> dict[str, list[str]]:
    """Return the texts of a map's cells by the identifier of their row, without intervals."""
    figure = html[html.index(f'<figure data-what="{what}">') :]
    figure = figure[: figure.index("</figure>")]
    rows = {}
    for line in re.findall(r"<tr data-row.*?</tr>", figure, re.DOTALL):
        head, *cells = re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)
        title = re.search(r'title="([^"]*)"', head)
        name = title[1] if title else re.sub("<[^>]*>", "", head)
        texts = [re.search(r"<button[^>]*>([^<]*)", cell) for cell in cells]
        rows[name] = [text[1] if text else "" for text in texts]
    return rows


def expected(tables: Tables, split: str) -> pd.DataFrame:
    """Return the mean over seeds, a row for each architecture and a column for each encoder."""
    scores = tables["scores"]
    wanted = (scores["task"] == TASK) & (scores["metric"] == METRIC) & (scores["split"] == split) & scores["selected"]
    return scores[wanted].groupby(["architecture", "encoder"])["value"].mean().unstack()


@pytest.mark.parametrize(("what", "split"), [("score", "test"), ("gap", "gap")])
def test_means_are_those_of_the_table(tables: Tables, html: str, what: str, split: str) -> None:
    means, rows = expected(tables, split), map_rows(html, what)
    runs = tables["runs"][tables["runs"]["task"] == TASK]
    encoders = list(dict.fromkeys(runs["encoder"]))
    assert set(rows) == set(runs["architecture"])
    for architecture, texts in rows.items():
        for encoder, text in zip(encoders, texts, strict=True):
            mean = means.loc[architecture].get(encoder, np.nan)
            shown = float("nan") if text == "\N{EN DASH}" else float(text.replace("\N{MINUS SIGN}", "-"))
            assert shown == pytest.approx(mean, abs=5.1e-4, nan_ok=True)


def test_parameters_are_those_of_the_runs(tables: Tables, html: str) -> None:
    runs = tables["runs"][(tables["runs"]["task"] == TASK) & tables["runs"]["parameters"].notna()]
    one_per_seed = runs.drop_duplicates(["architecture", "encoder", "seed"])
    means = one_per_seed.groupby(["architecture", "encoder"])["parameters"].mean()
    encoders = list(dict.fromkeys(tables["runs"].loc[tables["runs"]["task"] == TASK, "encoder"]))
    for architecture, texts in map_rows(html, "parameters").items():
        for encoder, text in zip(encoders, texts, strict=True):
            if text != "\N{EN DASH}":
                assert float(text.replace(",", "")) == pytest.approx(means[architecture, encoder], abs=0.51)


def test_all_maps_have_the_same_rows_in_the_same_order(html: str) -> None:
    first, second, third = (list(map_rows(html, what)) for what in ("score", "gap", "parameters"))
    assert first == second == third


def test_the_oracle_and_the_floor_are_those_of_the_ceilings(tables: Tables, html: str) -> None:
    rows = tables["ceilings"]
    rows = rows[(rows["task"] == TASK) & (rows["split"] == "test") & (rows["metric"] == METRIC)]
    values = rows[rows["phenomenon"] == "all"].set_index("information")["value"]
    figure = html[html.index('<figure data-what="score">') :]
    for information, words in (("sentence", "oracle, whole sentence"), ("word", "oracle, the word alone")):
        line = figure[figure.index(words) :]
        assert float(re.findall(r"<td[^>]*>([\d.]+)", line)[0]) == pytest.approx(values[information], abs=5.1e-4)


def test_the_answer_names_the_best_of_all_test_splits(tables: Tables, html: str) -> None:
    scores = tables["scores"]
    tests = (scores["split"] == "test") | scores["split"].str.startswith("test_")
    wanted = tests & (scores["task"] == TASK) & (scores["metric"] == METRIC) & scores["selected"]
    wide = scores[wanted].pivot_table(index="seed", columns=["encoder", "architecture", "split"], values="value")
    means = wide.mean().groupby(level=[0, 1]).mean()
    answer = html[html.index('<dl class="answer">') : html.index("</dl>", html.index('<dl class="answer">'))]
    first = answer[: answer.index("</div>")]
    shown = float(re.findall(r"slot F1</bdi> <bdi>([\d.]+)", first)[0])
    (architecture, encoder), *_ = [re.findall(r"<b>(?:<bdi title=\")?([\w ]+)", first)[:2]]
    assert shown == pytest.approx(means[encoder, architecture], abs=5.1e-4)
    assert means.max() - means[encoder, architecture] < 0.005


def test_an_experiment_without_results_has_no_map_and_no_answer() -> None:
    empty = {name: table.iloc[:0] for name, table in make_tables().items()}
    page = Page(build_report(empty, {}, drawn=[]))
    assert "maps" not in page.ids
    assert page.open == []


def test_shades_run_over_the_numbers_that_are_shown() -> None:
    assert [shade(number, [8600, 9900], logarithmic=False) for number in (8600, 9250, 9900)] == [
        "heat-0",
        "heat-5",
        "heat-9",
    ]
    assert shade(7, [7], logarithmic=True) == "heat-5"
