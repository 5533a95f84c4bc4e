"""Solved against training budget, and curves of runs that stop at different steps, on numbers solved in the head."""

import re
from typing import Any

import pandas as pd
import pytest

from helpers.report_rows import row
from report.test_pictures import elements
from rnnbench.report.figures.budget import HEIGHT, WIDTH, budget
from rnnbench.report.sections.memory.memory import budget_table, starts
from rnnbench.report.views import memory, queries
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

FAMILY = "recall"
GUESS = 0.2
CURVES = {
    # step -> calibrated score on validation of each block; the first block of lstm stops early.
    (5, "lstm"): [{10: 0.5, 20: 0.95}, {10: 0.9, 20: 0.4, 30: 0.5}],
    (5, "elman"): [{10: 0.1, 20: 0.2}, {10: 0.1, 20: 0.89}],
    (10, "lstm"): [{10: 0.1, 40: 0.91}, {10: 0.1, 40: 0.2}],
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for (lag, name), blocks in CURVES.items():
        for seed, curve in enumerate(blocks):
            key = {"task": f"recall {lag}", "encoder": "raw", "architecture": name, "seed": seed, "learning_rate": 0.01}
            rows["runs"].append(row("runs", key, selected=True, status="done", steps=max(curve)))
            slow = key | {"learning_rate": 0.005}  # tried, but not chosen
            rows["runs"].append(row("runs", slow, status="done"))
            shown = {"split": "validation", "metric": "token_accuracy"}
            rows["history"].append(row("history", slow, step=1, value=1.0, **shown))
            for step, score in curve.items():
                rows["history"].append(row("history", key, step=step, value=GUESS + score * (1 - GUESS), **shown))
                rows["history"].append(
                    row("history", key, step=step, value=1.0, split="train", metric="token_accuracy")
                )
    for lag in (5, 10):
        about = {"task": f"recall {lag}", "family": FAMILY, "setting": "delay", "at": lag, "zero": GUESS}
        rows["memory_tasks"].append(row("memory_tasks", about, calibrated_by="token_accuracy"))
        rows["encoders"].append(row("encoders", {}, task=f"recall {lag}", encoder="raw"))
    for name, start in (("lstm", "{}"), ("lstm_forget_4", '{"forget_bias": 4}'), ("elman", "{}")):
        cell = name.partition("_")[0]
        rows["architectures"].append(row("architectures", {"architecture": name, "cell": cell, "start": start}))
    key = {"task": "recall 10", "encoder": "raw", "architecture": "lstm"}
    rows["convergence"].append(row("convergence", key, runs=2, maximum=1.0))
    return {name: frame(name, values) for name, values in rows.items()}


def test_a_block_has_solved_a_lag_from_its_first_score_that_is_high_enough(tables: Tables) -> None:
    by_lag = memory.budgets(tables, FAMILY)
    lstm, elman, longer = by_lag[5]["lstm"], by_lag[5]["elman"], by_lag[10]["lstm"]
    assert (lstm.solved_after.tolist(), lstm.blocks, lstm.steps) == ([10, 20], 2, 30)
    assert (elman.solved_after.tolist(), elman.blocks, elman.steps) == ([], 2, 20)
    assert (longer.solved_after.tolist(), longer.blocks) == ([40], 2)
    assert [lstm.converged, elman.converged, longer.converged] == [True, True, False]
    assert list(by_lag[10]) == ["lstm"]


def test_the_table_has_the_same_numbers(tables: Tables) -> None:
    table = budget_table(tables, FAMILY)
    assert table
    assert [cell.text for cell in table.columns] == ["delay 5", "delay 10"]
    cells = {
        row.heading: [(cell.text, cell.note, cell.converged) for cell in row.cells] for row in table.groups[0].rows
    }
    assert cells["lstm"] == [("2 of 2", "after 15 steps", True), ("1 of 2", "after 40 steps", False)]
    assert cells["elman"][0] == ("0 of 2", "in 20 steps", True)


def test_lines_rise_from_0_to_the_share_of_blocks(tables: Tables) -> None:
    figure = budget(tables, FAMILY)
    assert figure
    paths = [path.get("d") for path in elements(figure.svg, "path") if path.get("stroke-width") == "1.4"]
    lines = [[tuple(map(float, point.split())) for point in d[1:].split("L")] for d in paths]
    rises = [[round(HEIGHT - y) for _, y in line[:: max(1, len(line) - 1)]] for line in lines if len(line) > 2]
    drawn = {tuple(rise) for rise in rises}
    assert (0, round(HEIGHT)) in drawn  # lstm at the short lag, from no block to all
    assert all(0 <= x <= WIDTH for line in lines[:3] for x, _ in line)
    words = [element.text for element in elements(figure.svg, "text")]
    assert {"delay 5", "delay 10", "training step", "lstm †", "elman"} <= set(words)


def test_without_curves_there_is_no_picture(tables: Tables) -> None:
    bare = tables | {"history": frame("history", [])}
    assert budget(bare, FAMILY) is None
    assert budget_table(bare, FAMILY) is None


def test_starts_are_named_where_networks_differ_in_nothing_else(tables: Tables) -> None:
    assert starts(tables) == ""  # lstm_forget_4 has no run
    more = tables["runs"][tables["runs"]["architecture"] == "lstm"].assign(architecture="lstm_forget_4")
    sentence = starts(tables | {"runs": pd.concat([tables["runs"], more])})
    assert re.search("lstm and lstm_forget_4. They are shown side by side", sentence)


def test_two_sizes_of_one_network_do_not_differ_in_their_start(tables: Tables) -> None:
    for column, values in (("size", ("32 units", "88 units", "32 units")), ("window", (0, 3, 0))):
        networks = tables["architectures"].assign(**{column: values})
        assert memory.starts(tables | {"architectures": networks}, ["lstm", "lstm_forget_4", "elman"]) == []
    both = [{"lstm": "{}", "lstm_forget_4": '{"forget_bias": 4}'}]
    assert memory.starts(tables, ["lstm", "lstm_forget_4", "elman"]) == both
    same = tables | {"architectures": tables["architectures"].assign(start="{}")}
    assert memory.starts(same, ["lstm", "lstm_forget_4"]) == []


def test_a_run_counts_with_its_last_value_after_its_end(tables: Tables) -> None:
    curves = queries.curves(tables, "recall 5", "token_accuracy")
    means = queries.over_seeds(curves["validation"])
    lstm = queries.at(means, encoder="raw", architecture="lstm")["mean"].to_dict()
    assert lstm == pytest.approx(
        {step: GUESS + (1 - GUESS) * score for step, score in {10: 0.7, 20: 0.675, 30: (0.95 + 0.5) / 2}.items()}
    )
    assert list(queries.at(means, encoder="raw", architecture="elman").index) == [10, 20]
