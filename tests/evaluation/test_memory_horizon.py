"""The memory horizon, on matrices solved in the head."""

import numpy as np
import pytest

from rnnbench.evaluation.memory_horizon import MemoryHorizon, calibrated, families, horizon_rows, memory_horizon
from rnnbench.results.tables import frame
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.copy import Copy
from rnnbench.tasks.delayed_recall import DelayedRecall

LAGS = [5, 10, 20]


def horizon_of(*rows):
    return memory_horizon(np.array(rows, dtype=float), LAGS, np.random.default_rng(0))


def test_calibration_by_hand():
    assert calibrated("token_accuracy", 0.125, 0.125) == 0
    assert calibrated("token_accuracy", 1, 0.125) == 1
    assert calibrated("token_accuracy", 0.5625, 0.125) == pytest.approx(0.5)
    assert calibrated("token_accuracy", 0, 0.5) == -1
    assert calibrated("squared_error", 1 / 6, 1 / 6) == 0
    assert calibrated("squared_error", 0, 1 / 6) == 1


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[1, 1], [1, 1], [0, 0]], MemoryHorizon(10, 10, 10, "")),
        ([[1, 1], [1, 1], [1, 1]], MemoryHorizon(20, 20, 20, ">")),
        ([[0, 0], [0, 0], [0, 0]], MemoryHorizon(0, 0, 0, "<")),
        ([[1, 1], [0, 0], [1, 1]], MemoryHorizon(5, 5, 5, "")),  # no longer lag counts when a shorter one is not solved
        ([[0, 0], [1, 1], [1, 1]], MemoryHorizon(0, 0, 0, "<")),
        ([[0.9, 0.9], [0.89, 0.9], [0, 0]], MemoryHorizon(5, 5, 10, "")),
        (
            [[1, 0.8], [1, 0.8], [0, 0]],
            MemoryHorizon(10, 0, 10, ""),
        ),  # a quarter of the resamples have the second seed twice
        ([[1, np.nan], [1, 1], [1, 1]], MemoryHorizon(0, 0, 20, "<")),
    ],
)
def test_horizons_by_hand(scores, expected):
    assert horizon_of(*scores) == expected


def test_blocks_are_drawn_whole():
    """Each seed solves all lags or none; if lags were resampled separately, they would be solved one by one."""
    good, bad = [1.0] * 3, [0.8] * 2
    assert horizon_of([*good, *bad], [*good, *bad], [*good, *bad]) == MemoryHorizon(20, 0, 20, ">")


def test_the_interval_is_that_of_the_binomial():
    """Ten seeds, one with 0: k copies of it leave a mean of 1 - k / 10, solved while k <= 1; P(k <= 1) = 0.74."""
    low_and_high = horizon_of([1] * 10, [1] * 9 + [0], [0] * 10)
    assert low_and_high == MemoryHorizon(10, 5, 10, "")


def test_the_same_generator_gives_the_same_interval():
    scores = np.random.default_rng(1).uniform(0.8, 1, (3, 5))
    first, second = (memory_horizon(scores, LAGS, np.random.default_rng(7)) for _ in range(2))
    assert first == second


def test_families_are_told_apart_by_what_else_differs():
    tasks = [DelayedRecall(delay=20), DelayedRecall(delay=5, name="short"), DelayedRecall(delay=5, symbols=4), Copy()]
    delays = {name: [task.delay for task in members] for name, members in families(tasks).items()}
    assert delays == {"delayed_recall symbols=8": [5, 20], "delayed_recall symbols=4": [5], "copy": [20]}


def test_rows_are_of_selected_runs_on_the_test_split():
    tasks = [DelayedRecall(delay=delay, name=f"after {delay}") for delay in (10, 5)] + [Adding()]
    key = {"encoder": "one_of_n", "metric": "calibrated_score", "split": "test", "selected": True}
    solved = [
        key | {"task": f"after {delay}", "architecture": "gru", "seed": seed, "value": 1.0}
        for delay in (5, 10)
        for seed in (0, 1)
    ]
    others = [
        solved[0] | {"value": 0.0, "selected": False},
        solved[0] | {"value": 0.0, "split": "train"},
        solved[0] | {"value": 0.0, "metric": "token_accuracy"},
        solved[0] | {"architecture": "elman"},  # without a score at the longer lag
        solved[0] | {"task": "adding", "encoder": "raw"},  # a single lag has no horizon
    ]
    table = frame("horizons", list(horizon_rows(tasks, [*others, *solved], [])))
    assert table.drop(columns=["low", "high"]).to_numpy().tolist() == [
        ["delayed_recall", "delay", "one_of_n", "elman", 5, "", 5, 10, True],
        ["delayed_recall", "delay", "one_of_n", "gru", 10, ">", 5, 10, True],
    ]


@pytest.mark.parametrize(("at", "converged"), [(5, False), (10, False), (20, True)])
def test_a_horizon_is_final_where_training_converged_up_to_the_first_lag_that_is_not_solved(at, converged):
    tasks = [DelayedRecall(delay=delay, name=f"after {delay}") for delay in LAGS]
    key = {"encoder": "one_of_n", "architecture": "gru"}
    score = key | {"metric": "calibrated_score", "split": "test", "selected": True, "seed": 0}
    scores = [score | {"task": f"after {delay}", "value": float(delay == 5)} for delay in LAGS]
    convergence = [key | {"task": f"after {delay}", "converged": delay != at} for delay in LAGS]
    (row,) = horizon_rows(tasks, scores, convergence)
    assert (row["horizon"], row["converged"]) == (5, converged)
