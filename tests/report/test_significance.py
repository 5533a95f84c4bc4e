"""The sections on significance, on overfitting by the number of training sequences, and on parameters."""

import numpy as np
import pytest

from helpers.report_rows import Page, row
from rnnbench.analysis.derived_tables import analysed
from rnnbench.report.build import build_details
from rnnbench.report.figures.catalogue import pictures
from rnnbench.report.sections.scores.significance import fairness, profiles_table, rankings_table
from rnnbench.report.sections.training.overfitting import gap_table, sizes_table
from rnnbench.report.sections.training.parameters import parameters_table
from rnnbench.report.views import training_size
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

SIZES = (125, 500)
SPLITS = {"train": 0.2, "validation": 0.0, "test": 0.0, "gap": 0.2, "gap_at_end": 0.3}


@pytest.fixture(scope="module")
def tables():
    """Two networks on a family of two sizes and on travel, at two learning rates of which the first is selected."""
    rng = np.random.default_rng(0)
    rows = {name: [] for name in SCHEMAS}
    tasks = [*(f"few train={n}" for n in SIZES), "travel"]
    for task, name in ((task, name) for task in tasks for name in ("gru", "lstm", "own")):
        for seed, rate in ((seed, rate) for seed in range(12) for rate in (0.01, 0.02)):
            key = {"task": task, "encoder": "one_of_n", "architecture": name, "seed": seed, "learning_rate": rate}
            selected = {"selected": rate == 0.01}
            rows["runs"].append(row("runs", key, status="done", chosen_by="slot_f1", hidden=8, **selected))
            base = (0.8 if name == "gru" else 0.5) + rng.normal(0, 0.01)
            for split, offset in SPLITS.items():
                rows["scores"].append(
                    row(
                        "scores", key, split=split, metric="slot_f1", value=base + offset * (split != "gap"), **selected
                    )
                )
            for step, loss in enumerate((0.9, 0.5, 0.7)):
                rows["history"].append(row("history", key, step=step, split="validation", metric="loss", value=loss))
    for task, n in zip(tasks, (*SIZES, 30000), strict=True):
        rows["corpora"].append(
            row("corpora", {}, task=task, family=task.partition(" ")[0], split="train", fact="sequences", value=n)
        )
    for name, size in (("gru", "8 units"), ("lstm", "8 units"), ("own", "3 units")):
        network = {"architecture": name, "base": name, "size": size, "fair": "equal width (8 units)"}
        rows["architectures"].append(row("architectures", network))
    filled = {name: frame(name, values) for name, values in rows.items()}
    return filled | {name: frame(name, list(derived)) for name, derived in analysed(filled).items()}


def texts(table):
    return {row.heading: [cell.text for cell in row.cells] for group in table.groups for row in group.rows}


def test_networks_stand_behind_the_best_one_with_paired_intervals(tables):
    table = rankings_table(tables, "travel")
    (group,) = table.groups
    cells = {row.heading: row.cells for row in group.rows}
    assert group.heading.startswith("one_of_n, spreads ")
    assert next(iter(cells)) == "gru"
    assert [cell.text for cell in cells["gru"][1:3]] == ["best", ""]
    assert 0.28 < float(cells["lstm"][1].text) < 0.32
    assert " to " in cells["lstm"][1].note
    assert [cell.text for cell in cells["lstm"]][2:] == ["100 %", cells["lstm"][3].text, "12"]


def test_profiles_have_their_numbers_from_the_worst_run_to_the_best(tables):
    cells = texts(profiles_table(tables, "travel"))
    *scores, runs = cells["gru"]
    assert (len(scores), runs) == (5, "12")
    assert scores == sorted(scores)
    assert float(scores[0]) > float(cells["lstm"][-2])
    assert profiles_table(tables | {"scores": tables["scores"].iloc[:0]}, "travel") is None


def only(tables, column, value):
    """Return the tables of an experiment with one seed or one network alone."""
    rows = {name: tables[name][tables[name][column] == value] for name in ("runs", "scores", "history")}
    single = tables | rows
    return single | {name: frame(name, list(derived)) for name, derived in analysed(single).items()}


def test_a_single_network_has_a_profile_and_shows_no_difference(tables):
    single = only(tables, "architecture", "gru")
    assert rankings_table(single, "travel") is None
    page = build_details(single, {}, drawn=pictures(single))
    section = page[page.index('<section id="significance">') :].partition("</section>")[0]
    assert section.count("A single seed, or a single network, shows no difference.") == 1
    assert "Performance profile of travel" in section
    assert "all encoders and seeds." in section
    assert "Behind the best" not in section
    assert "shows no difference" not in build_details(tables, {}, drawn=pictures(tables))


def test_a_single_seed_has_neither_ranks_nor_spread(tables):
    single = only(tables, "seed", 3)
    assert rankings_table(single, "travel") is None
    assert '<section id="significance">' not in build_details(single, {}, drawn=pictures(single))


def test_parameters_stand_beside_the_score_and_the_front_is_bold(tables):
    runs = tables["runs"].assign(parameters=9, parameters_input=3, parameters_recurrent=3, parameters_readout=3)
    (group,) = parameters_table(tables | {"runs": runs}, "travel").groups
    scores = {row.heading: row.cells[-1] for row in group.rows}
    assert {name: cell.mark for name, cell in scores.items()} == {"gru": "best", "lstm": "", "own": ""}
    assert 0.77 < float(scores["gru"].text) < 0.83


def test_overfitting_has_intervals_and_the_step_at_which_the_loss_turns(tables):
    table = gap_table(tables, "travel")
    (group,) = table.groups
    cells = {row.heading: row.cells for row in group.rows}["gru"]
    assert " to " in cells[0].note
    assert [cell.text for cell in cells[2:]] == ["step 1", "100 %", "0.200", "12"]


def test_a_family_of_sizes_is_shown_together_and_not_one_by_one(tables):
    assert training_size.families(tables) == {"few": {"few train=125": 125, "few train=500": 500}}
    assert training_size.alone(tables) == ["travel"]
    table = sizes_table(tables, "few")
    assert [cell.text for cell in table.columns] == ["125", "500"]
    assert [group.heading for group in table.groups] == [
        *("Test, one_of_n", "Gap after the best step, one_of_n", "Gap after the last step, one_of_n")
    ]


def test_where_all_tasks_are_of_a_family_each_is_shown(tables):
    few = {name: table[table["task"] != "travel"] if "task" in table else table for name, table in tables.items()}
    assert training_size.alone(few) == ["few train=125", "few train=500"]


def test_the_report_has_all_figures_and_the_section(tables):
    figures = pictures(tables)
    assert "gap_by_size" in {picture.kind for picture in figures}
    assert {picture.task for picture in figures if picture.kind == "accuracy"} == {"travel"}
    page = build_details(tables, {}, drawn=figures)
    assert Page(page).open == []
    assert "significance" in Page(page).ids
    assert "few</bdi>: gap by training sequences" in page


def test_the_report_has_the_way_in_which_a_comparison_is_fair(tables):
    sentences = ["equal width (8 units)", "with a size of their own: own (3 units)"]
    assert fairness(tables) == sentences
    page = build_details(tables, {})
    assert page.count("; ".join(sentences)) == 2  # beside the accuracy, and beside the claims


def test_without_tables_nothing_is_shown():
    empty = {name: frame(name, []) for name in SCHEMAS}
    assert fairness(empty) == []
    assert rankings_table(empty, "travel") is None
