"""Calibrated scores and horizons in the tables of a small real experiment on numbers."""

from pathlib import Path

import pytest

from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.schemas import RUN
from rnnbench.results.tables import read_tables
from rnnbench.tasks.register import Register

SIZES = {"train": 40, "validation": 10, "test": 40}
EXPERIMENT = {
    "tasks": [{"task": "adding", "length": [2, 4], **SIZES}, {"task": "register", "length": 4, **SIZES}],
    "encoders": ["raw"],
    "architectures": ["feed_forward", "gru"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01], "max_steps": 2, "patience": 2, "check": 1},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        for step in plan_of(parse_settings(EXPERIMENT)):
            make_step(step.kind, Path(step.plan), Path(step.output))
        return read_tables(Path("results/tables"))


def test_every_squared_error_has_a_calibrated_score(tables):
    values = tables["scores"].set_index([*RUN, "split", "metric"])["value"].unstack("metric")
    splits = set(values.index.get_level_values("split"))
    assert splits == {"train", "validation", "test", "test_2x", "test_5x", "test_10x", "gap", "gap_at_end"}
    for split in splits - {"gap", "gap_at_end"}:
        error = values.xs(("register", split), level=("task", "split"))
        floor = Register(length=4, **SIZES).task_of_split(split).memoryless_score
        expected = 1 - error["squared_error"] / floor
        assert error["calibrated_score"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)


def test_the_gap_of_calibrated_scores_is_train_minus_test(tables):
    scores = tables["scores"][tables["scores"]["metric"] == "calibrated_score"]
    values = scores.set_index([*RUN, "split"])["value"].unstack("split")
    assert (values["gap"] - (values["train"] - values["test"])).abs().max() == 0


def test_horizons_have_a_row_for_every_network_and_family_of_two_lags(tables):
    horizons = tables["horizons"]
    assert horizons[["task", "setting", "encoder", "architecture"]].to_numpy().tolist() == [
        ["adding", "length", "raw", "feed_forward"],
        ["adding", "length", "raw", "gru"],
    ]
    assert set(horizons["horizon"]) <= {0, 2, 4}
    assert (horizons["low"] <= horizons["horizon"]).all()
    assert (horizons["horizon"] <= horizons["high"]).all()


def test_the_showcase_has_a_target_only_where_the_task_has_one(tables):
    """The last step of each of the two sequences of four steps; NaN is no text for people."""
    showcase = tables["showcase"]
    rows = showcase[
        (showcase["task"] == "adding length=4") & (showcase["architecture"] == "gru") & (showcase["seed"] == 0)
    ]
    assert [target != "" for target in rows["target"]] == [False, False, False, True] * 2
