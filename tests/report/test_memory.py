"""Memory in the report: memory horizons, calibrated scores, and steps without a target."""

from typing import Any

import pytest

from helpers.report_rows import Page, row
from rnnbench.report.build import build_details
from rnnbench.report.sections.memory.memory import horizons_table
from rnnbench.report.views.examples import pivot
from rnnbench.report.views.queries import Tables, headline, metrics
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

LAGS = {"task": "delayed_recall", "setting": "delay", "encoder": "one_of_n", "shortest": 5, "longest": 160}
HORIZONS = {
    "feed_forward": (0, 0, 0, "<"),
    "elman": (10, 0, 20, ""),
    "gru": (40, 40, 160, ""),
    "lstm": (160, 160, 160, ">"),
}
RECALL = ("c 4 ?", ("", "", "c")), ("b 4 ?", ("", "", "b"))


def run(task: str, encoder: str) -> dict[str, Any]:
    return {"task": task, "encoder": encoder, "architecture": "gru", "seed": 0, "learning_rate": 0.01}


def make_tables() -> Tables:
    """Return tables of one network that always answers c, one that always answers 0.9, and of some horizons."""
    recall, adding = run("delayed_recall delay=1", "one_of_n"), run("adding", "raw")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for key in (recall, adding):
        rows["runs"].append(row("runs", key, selected=True, status="done"))
        for metric, value in (("token_accuracy", 0.5), ("calibrated_score", -0.125)):
            rows["scores"].append(row("scores", key, selected=True, split="test", metric=metric, value=value))
    for number, (words, targets) in enumerate(RECALL):
        for t, (word, target) in enumerate(zip(words.split(), targets, strict=True)):
            step = {"sequence": number, "position": t, "input": word, "target": target}
            rows["showcase"] += [row("showcase", recall | step, output="b", value=0.25)]
            rows["showcase"] += [row("showcase", recall | step, output="c", value=0.75)]
    for t, (inputs, target) in enumerate((("0.5 1", ""), ("0.2 1", "0.7"))):
        step = {"position": t, "input": inputs, "target": target, "output": "y1", "tolerance": 0.16}
        rows["showcase"].append(row("showcase", adding | step, value=0.9))
    for architecture, (reached, low, high, censored) in HORIZONS.items():
        values = {"horizon": reached, "low": low, "high": high, "censored": censored}
        values["converged"] = architecture != "gru"
        rows["horizons"].append(row("horizons", LAGS, architecture=architecture, **values))
    rows["memory_tasks"] += [row("memory_tasks", {}, task=key["task"], family=key["task"]) for key in (recall, adding)]
    return {name: frame(name, values) for name, values in rows.items()}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_tables()


@pytest.fixture(scope="module")
def page(tables: Tables) -> Page:
    return Page(build_details(tables, {}))


def test_horizons_beyond_what_was_tried_are_bounds(page: Page) -> None:
    assert ["delayed_recall: delay from 5 to 160"] in page.rows
    start = page.rows.index(["architecture", "longest lag", "95 % interval", "encoder"])
    assert page.rows[start + 2 : start + 6] == [
        ["feed_forward", "< 5", "< 5", "one_of_n"],
        ["elman", "10", "< 5 to 20", "one_of_n"],
        ["gru † not converged", "40", "40 to > 160", "one_of_n"],
        ["lstm", "> 160", "> 160", "one_of_n"],
    ]
    assert "memory" in page.ids
    assert "#memory" in page.addresses
    assert page.open == []


def test_a_horizon_of_one_seed_has_no_interval(tables: Tables) -> None:
    lags = [(f"delayed_recall delay={lag}", lag) for lag in (5, 160)]
    members = [row("memory_tasks", {"task": task, "family": "delayed_recall", "at": lag}) for task, lag in lags]
    key = {"encoder": "one_of_n", "split": "test", "value": 1.0}
    seeds = {"gru": [0], "lstm": [0, 1]}
    scores = [
        row("calibrated", key, task=task, architecture=name, seed=seed)
        for task, _ in lags
        for name in seeds
        for seed in seeds[name]
    ]
    members, scores = frame("memory_tasks", members), frame("calibrated", scores)
    table = horizons_table(tables | {"memory_tasks": members, "calibrated": scores})
    assert table
    intervals = {row.heading: row.cells[1].text for row in table.groups[0].rows}
    assert intervals == {"feed_forward": "< 5", "elman": "< 5 to 20", "gru": "", "lstm": "> 160"}


def test_without_memory_tasks_there_is_no_such_section(tables: Tables) -> None:
    page = Page(build_details(tables | {"memory_tasks": frame("memory_tasks", [])}, {}))
    assert "memory" not in page.ids
    assert "#memory" not in page.addresses


def test_calibrated_scores_are_a_column_but_no_headline(tables: Tables, page: Page) -> None:
    assert metrics(tables, "adding") == ["token_accuracy", "calibrated_score"]
    assert headline(tables, "adding") == "token_accuracy"
    assert ["architecture", "token accuracy", "calibrated score", "seeds"] in page.rows
    assert ["gru", "0.500", "\N{MINUS SIGN}0.125", "1"] in page.rows


def test_they_are_explained_only_where_there_are_any(tables: Tables) -> None:
    words = "<dt>calibrated score</dt>"
    assert words in build_details(tables, {})
    assert words not in build_details(tables | {"scores": frame("scores", [])}, {})


def test_a_step_that_wants_no_answer_is_neither_right_nor_wrong(page: Page) -> None:
    none = "\N{EN DASH}"
    assert ["gru", none, none, "✓ right: c 0.75"] in page.rows
    assert ["gru", none, none, "✗ wrong: c 0.75"] in page.rows


def test_a_number_is_right_within_its_tasks_own_tolerance(tables: Tables, page: Page) -> None:
    assert ["gru", "\N{EN DASH}", "✗ wrong: 0.90"] in page.rows
    assert "within 0.16 of the target" in build_details(tables, {})


def test_the_word_that_two_sequences_share_is_one_whose_label_is_asked_for(tables: Tables) -> None:
    showcase = tables["showcase"]
    recall = showcase[showcase["task"] == "delayed_recall delay=1"]
    assert pivot(recall) == 2
    assert pivot(recall[recall["position"] < 2]) is None
    half = recall.assign(target=recall["target"].where(recall["sequence"] == 0, ""))
    assert pivot(half) is None
