"""What did not converge is marked wherever it is shown, and nothing is where everything did."""

import re

import pandas as pd
import pytest

from helpers.grid_tables import ENCODERS, MEMORY, TASK, UNFINAL, make_grid
from helpers.memory_tables import memory_tables
from helpers.report_rows import Page
from report.test_figures import texts
from rnnbench.report.build import build_details
from rnnbench.report.figures.catalogue import pictures
from rnnbench.report.sections.overview import overview
from rnnbench.report.views import convergence
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import frame

NAME = f"lstm {convergence.SIGN} not converged"
"""How a page without elements shows the name of a network that did not converge."""


@pytest.fixture(scope="module")
def tables() -> Tables:
    tables = make_grid(unfinal=True)
    runs = tables["runs"]
    unfinal = (runs["encoder"] == UNFINAL[0]) & (runs["architecture"] == UNFINAL[1]) & (runs["task"] == TASK)
    stopped = runs["seed"].map({0: "plateau", 1: "maximum", 2: "maximum"}).where(unfinal, "plateau")
    return tables | {"runs": runs.assign(stopped_by=stopped, steps=1000)}


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return build_details(tables, {}, drawn=[])


def test_only_what_is_known_not_to_have_converged_counts(tables: Tables) -> None:
    assert convergence.not_converged(tables) == {(TASK, *UNFINAL)}
    assert convergence.architectures(tables, TASK) == convergence.architectures(tables, TASK, ENCODERS[0]) == {"lstm"}
    assert convergence.architectures(tables, TASK, ENCODERS[1]) == convergence.architectures(tables, MEMORY) == set()


def test_its_rows_and_its_cells_have_a_sign(html: str) -> None:
    rows = Page(html).rows
    marked = [row for row in rows if row[0] == NAME]
    unmarked = [row for row in rows if row[0] == "lstm"]
    assert len(marked) == 4 + 1  # accuracy, splits, overfitting, parameters; and the list of what did not converge
    assert len(unmarked) >= len(marked)  # with the other encoder, and on the other task
    (cell,) = [cell for row in unmarked for cell in row[1:] if convergence.SIGN in cell]
    assert re.fullmatch(r"0\.\d{3} † not converged 0\.\d{3} to 0\.\d{3}", cell)  # of the grid, with one encoder


def test_the_first_screen_counts_and_links_it(html: str) -> None:
    first = html[: html.index('id="grid"')]
    assert '<a href="#convergence"><b>1 combination did not converge</b></a>' in first
    assert "convergence" in Page(html).ids


def test_the_list_says_what_stopped_its_runs(html: str) -> None:
    assert [NAME, TASK, ENCODERS[0], "33.3 %", "66.7 %", "0.0 %", "1,000", "3"] in Page(html).rows
    assert "2 reached the maximum of steps" in html


@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_shown_where_all_converged_or_nothing_is_known(tables: Tables, known: bool) -> None:
    table = tables["convergence"].assign(converged=True) if known else frame("convergence", [])
    html = build_details(tables | {"convergence": table}, {})
    assert convergence.SIGN not in re.sub("<script.*?</script>", "", html, flags=re.DOTALL)
    assert "ot converge" not in re.sub("<script.*?</script>", "", html, flags=re.DOTALL)
    assert "convergence" not in Page(html).ids


def test_the_best_combination_may_not_be_final(tables: Tables) -> None:
    lifted = tables["scores"].copy()
    lifted.loc[(lifted["encoder"] == UNFINAL[0]) & (lifted["architecture"] == UNFINAL[1]), "value"] = 0.99
    best = overview.best(tables | {"scores": lifted}, TASK)
    assert best
    assert (best.architecture, best.converged) == ("lstm", False)
    others = overview.best(tables | {"scores": lifted, "convergence": frame("convergence", [])}, TASK)
    assert others
    assert others.converged


def test_a_reach_is_final_where_no_network_could_reach_further() -> None:
    tables = memory_tables()
    reach = overview.reach(tables, "delayed_recall")
    assert reach
    assert not reach.converged
    final = tables | {"horizons": tables["horizons"].assign(converged=True)}
    reach = overview.reach(final, "delayed_recall")
    assert reach
    assert reach.converged


def test_pictures_have_the_sign_at_the_names_and_the_numbers(tables: Tables) -> None:
    drawn = {(picture.kind, picture.encoder): picture.svg for picture in pictures(tables) if picture.task == TASK}
    (number,) = [text for text in texts(drawn["accuracy", ""]) if text.startswith("0.") and "†" in text][:1]
    assert re.fullmatch(r"0\.\d{3} †", number)
    assert "lstm †" in texts(drawn["profiles", ""])
    assert "lstm †" in texts(drawn["pareto", ""])
    of_encoder = {kind: svg for (kind, encoder), svg in drawn.items() if encoder == ENCODERS[0]}
    for kind in of_encoder:
        assert ("lstm †" in texts(of_encoder[kind])) == (kind != "pair")
    assert not any("†" in text for text in texts(drawn["parameters", ""]))


def test_a_memory_task_marks_its_architectures() -> None:
    tables = memory_tables()
    key = {"encoder": "one_of_n", "architecture": "elman", "runs": 3, "plateau": 0.0, "maximum": 1.0, "diverged": 0.0}
    rows = [key | {"task": task, "converged": False} for task in ("parity", "delayed_recall delay=20")]
    html = build_details(tables | {"convergence": frame("convergence", rows)}, {}, drawn=[])
    by_task = [row for row in Page(html).rows if row[0] == "parity" and "✓ solved: 1.000 1.000 to 1.000" in row]
    assert [sum("† not converged" in cell for cell in row) for row in by_task] == [1]
    assert html.count("Not converged: more than a tenth of the runs") >= 2
    assert pd.Series([row[0] for row in Page(html).rows]).eq("elman † not converged").any()
