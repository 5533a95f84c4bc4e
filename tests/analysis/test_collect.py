"""Tables of a small real experiment: every run has its row, whether it is done, diverged, failed or missing."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.runs import Runs
from rnnbench.results.schemas import COMBINATION as NAMES
from rnnbench.results.schemas import RUN
from rnnbench.results.store import path_of
from rnnbench.results.tables import read_tables
from rnnbench.tasks._memory import LONGER
from rnnbench.tasks.register import Register

COMBINATION = list(NAMES)
EXPERIMENT = {
    "tasks": [
        {"task": "travel", "train": 24, "validation": 8, "test": 8},
        {"task": "register", "length": 4, "train": 24, "validation": 8, "test": 8},
    ],
    "encoders": ["one_of_n"],
    "architectures": ["feed_forward", "gru"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01, 1e30], "max_steps": 4, "patience": 4, "check": 2},
    "device": "cpu",
}


def carry_out(**changes):
    """Make every step of the experiment in the working directory; return plan and tables."""
    plan = plan_of(parse_settings(EXPERIMENT | changes))
    for step in plan:
        make_step(step.kind, Path(step.plan), Path(step.output))
    return plan, read_tables(Path("results/tables"))


def collect_again(plan):
    make_step("collect", Path(plan.collect.plan), Path(plan.collect.output))
    return read_tables(Path("results/tables"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("experiment")


@pytest.fixture(scope="module")
def experiment(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return carry_out()


@pytest.fixture
def plan(experiment, folder, monkeypatch):
    """The plan of the experiment, in the directory where it was carried out."""
    monkeypatch.chdir(folder)
    return experiment[0]


@pytest.fixture
def tables(experiment):
    return experiment[1]


def only(table, **columns):
    for name, value in columns.items():
        table = table[table[name] == value]
    return table


def test_every_run_of_the_plan_has_one_row(plan, tables):
    runs = [run for step in plan.train for c in step.job.combinations for run in Runs(step.job, c).runs]
    assert tables["runs"]["digest"].tolist() == [run.digest for run in runs]
    counts = tables["runs"].groupby(list(COMBINATION)).size().to_dict()
    pairs = [("travel", "one_of_n"), ("register", "raw")]
    assert counts == {(*pair, name): 4 for pair in pairs for name in ("feed_forward", "gru")}


def test_diverged_runs_are_rows_with_their_status(tables):
    statuses = only(tables["runs"], task="register").groupby("learning_rate")["status"].agg(set)
    assert statuses.to_dict() == {0.01: {"done"}, 1e30: {"diverged"}}
    assert set(tables["runs"]["message"]) == {""}


def test_selected_are_the_runs_of_the_learning_rate_that_is_best_on_validation(tables):
    """Fewest runs that diverged, then the best mean of slot F1 (travel) or of the loss (register)."""
    runs, scores = tables["runs"], tables["scores"]
    diverged = runs.assign(lost=runs["status"] == "diverged").groupby([*COMBINATION, "learning_rate"])["lost"].sum()
    validation = scores[scores["split"] == "validation"].set_index([*COMBINATION, "learning_rate", "metric"])["value"]
    for key, group in runs.groupby(COMBINATION):
        metric, sign = ("slot_f1", 1) if key[0] == "travel" else ("loss", -1)
        selection_scores = {
            rate: (-diverged[(*key, rate)], np.nan_to_num(sign * validation[(*key, rate, metric)].mean(), nan=-np.inf))
            for rate in (0.01, 1e30)
        }
        best = max(selection_scores, key=selection_scores.__getitem__)
        for rows in (group, scores[(scores[COMBINATION] == pd.Series(key, COMBINATION)).all(axis=1)]):
            assert (rows["selected"] == (rows["learning_rate"] == best)).all()
    assert set(runs[(runs["task"] == "register") & runs["selected"]]["learning_rate"]) == {0.01}
    assert len(tables["showcase"][list(RUN)].drop_duplicates()) == 4 * 2


def test_the_gap_is_train_minus_test(tables):
    keys = [*RUN, "metric"]
    values = tables["scores"].set_index([*keys, "split"])["value"].unstack("split")
    assert {"train", "validation", "test", "gap", *LONGER} < set(values.columns)
    assert len(values) == 8 * (6 + 1 + 6)  # runs of travel (pairs have a metric more) and register, and their metrics
    difference = values["train"] - values["test"]
    assert (values["gap"].isna() == difference.isna()).all()
    assert (values["gap"] - difference).abs().max() == 0
    assert (values["gap"] != 0).any()


def test_the_history_has_every_look_from_the_start_to_the_end_of_a_run(tables):
    steps = tables["history"].groupby([*RUN, "split", "metric"])["step"].agg(list)
    ends = tables["runs"].set_index(list(RUN))[["status", "steps", "stopped_by"]]
    for key, looks in steps.items():
        status, end, stopped_by = ends.loc[key[:-2]]
        assert looks == list(range(0, end + 1, 2))
        assert stopped_by == ("diverged" if status == "diverged" else "maximum")
    assert set(ends[ends["status"] == "done"]["steps"]) == {4}
    assert set(tables["history"]["split"]) == {"train", "validation"}


def test_the_showcase_has_a_distribution_for_every_word(tables):
    travel = only(tables["showcase"], task="travel")
    sums = travel.groupby([*RUN, "sequence", "position"])["value"].sum()
    assert len(sums) == 2 * 2 * 2 * 5  # architectures, seeds, sentences, words
    assert sums.to_numpy() == pytest.approx(1, abs=1e-5)
    first = only(travel, architecture="gru", seed=0, sequence=1, position=1)
    assert set(first["input"]) == {"taipei"}
    assert set(first["target"]) == {"B-place_of_departure"}


def test_the_showcase_of_numbers_has_the_lectures_answers(tables):
    gru = only(tables["showcase"], task="register", architecture="gru", seed=0)
    assert gru["output"].tolist() == ["y1"] * 9
    assert gru["target"].tolist() == ["0", "0", "0", "0", "0", "7", "0", "0", "6"]
    assert gru["input"].tolist()[:2] == ["1 0 0", "3 1 0"]


def test_calibrated_scores_are_those_of_the_selected_runs_with_an_error(tables):
    calibrated = tables["calibrated"].set_index([*RUN, "split"])
    scores = only(tables["scores"], metric="calibrated_score", selected=True).set_index([*RUN, "split"])["value"]
    assert calibrated["value"].to_dict() == pytest.approx(scores.reindex(calibrated.index).to_dict())
    times = dict.fromkeys(("train", "validation", "test"), 1) | LONGER
    assert calibrated["times"].groupby("split").agg(set).to_dict() == {split: {n} for split, n in times.items()}
    assert len(calibrated) == 2 * 2 * 6  # architectures, seeds, splits
    assert (calibrated.xs("test", level="split")["standard_error"] > 0).all()


def test_an_architecture_has_its_cell_and_settings(tables):
    rows = tables["architectures"].set_index("architecture")
    assert rows.loc["gru", ["cell", "layers", "start"]].tolist() == ["gru", 1, '{"update_bias": 0.0}']
    assert rows["cell"].tolist() == ["feed_forward", "gru"]


def test_a_memory_task_has_its_lag_and_its_scores_without_memory(tables):
    (row,) = tables["memory_tasks"].to_dict("records")
    task = Register(length=4)
    assert (row["task"], row["family"], row["setting"], row["at"], row["lag"]) == ("register",) * 2 + ("length", 4, 3)
    assert (row["metric"], row["without_memory"]) == ("token_accuracy", task.memoryless_accuracy)
    assert (row["calibrated_by"], row["zero"]) == ("squared_error", task.memoryless_score)


def test_traces_are_of_one_selected_run_and_of_the_hand_set_network(tables):
    traces = tables["traces"]
    assert traces.groupby("architecture")["seed"].nunique().to_dict() == dict.fromkeys(
        ("feed_forward", "gru", "lstm_by_hand"), 1
    )
    assert traces.groupby("architecture").size().to_dict() == {
        "feed_forward": 9 * 4,  # steps of the lecture's example, units
        "gru": 9 * 4 * 3,  # a, r, u
        "lstm_by_hand": 9 * 5,  # a, c and three gates
    }
    cell = only(traces, architecture="lstm_by_hand", signal="c")["value"]
    assert cell.tolist() == pytest.approx([0, 3, 3, 7, 7, 7, 0, 6, 6], abs=5e-3)


def test_the_hand_set_network_is_a_baseline_without_mistakes(tables):
    rows = only(tables["rivals"], rival="lstm_by_hand")
    assert set(rows["split"]) == {"train", "validation", "test", *LONGER}
    assert set(rows["value"]) == {1.0}


def test_the_stored_sum_is_read_on_every_test_split(tables):
    rows = only(tables["scores"], metric="stored_r2", learning_rate=0.01).dropna(subset="value")
    assert set(rows["split"]) == {"test", *LONGER}
    assert len(rows) == 2 * 2 * 4  # architectures, seeds, splits


def test_parts_add_up_to_the_parameters(tables):
    runs = tables["runs"]
    parts = runs["parameters_input"] + runs["parameters_recurrent"] + runs["parameters_readout"]
    assert (parts == runs["parameters"]).all()
    assert (only(runs, architecture="feed_forward")["parameters_recurrent"] == 0).all()
    assert set(only(runs, architecture="gru")["parameters_recurrent"]) == {3 * 4 * 4}


def test_files_have_the_same_bytes_when_collected_again(plan):
    collect_again(plan)
    files = [*Path("reports/tables").iterdir(), *Path("results/tables").iterdir()]
    before = {path: path.read_bytes() for path in files}
    collect_again(plan)
    assert {path: path.read_bytes() for path in files} == before


def test_a_failure_is_ignored_once_the_store_has_the_run(plan):
    step = plan.train[0]
    digest = Runs(step.job, step.job.combinations[0]).runs[0].digest
    text = Path(step.output).read_text()
    Path(step.output).write_text(json.dumps({"failed": {digest: "no room"}}))
    row = only(collect_again(plan)["runs"], digest=digest)
    assert row[["status", "message"]].to_numpy().tolist() == [["done", ""]]
    Path(step.output).write_text(text)


def test_a_missing_run_is_a_failed_row_with_a_message(plan, tables):
    lost = Runs(plan.train[0].job, plan.train[0].job.combinations[1]).records[0][0].digest
    data = path_of(lost).read_bytes()
    path_of(lost).unlink()
    collected = collect_again(plan)
    path_of(lost).write_bytes(data)
    assert len(collected["runs"]) == len(tables["runs"])
    row = only(collected["runs"], digest=lost).iloc[0]
    assert (row["status"], row["message"]) == ("failed", "no result was found; run snakemake again")
    assert not row["selected"]
    assert row[["hidden", "parameters", "steps", "best_step", "seconds"]].isna().all()


@pytest.mark.skipif(torch.cuda.is_available(), reason="here cuda does not fail")
def test_a_combination_that_fails_is_a_row_with_its_message(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, tables = carry_out(device="cuda")
    assert len(tables["runs"]) == 16
    assert set(tables["runs"]["status"]) == {"failed"}
    (message,) = set(tables["runs"]["message"])
    assert "device: cuda cannot be used" in message
    assert not tables["runs"]["selected"].any()
    assert len(tables["scores"]) == len(tables["history"]) == len(tables["showcase"]) == 0
    assert len(tables["ceilings"]) > 0
