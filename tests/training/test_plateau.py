"""When learning rates fall, and when training ends: by hand, and for any course of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbench.training.plateau import FALL, FALLS, LEAST_GAIN, StoppedBy, untrained

PATIENCE, MAXIMUM = 4, 100


def run(scores, *, start=0.0, is_error=False, finite=None, maximum=MAXIMUM):
    """Return how one run stands after each step, given its scores after steps 1, 2, ..."""
    plateau = untrained(np.array([start]), is_error=is_error, patience=PATIENCE, max_steps=maximum)
    stages = []
    for step, score in enumerate(scores, start=1):
        plateau = plateau.after(step, np.array([score]), np.array([finite is None or finite[step - 1]]))
        stages.append(plateau)
    return stages


def test_the_rate_falls_twice_and_then_training_ends():
    stages = run([0.5] + [0.5] * 20)
    factors = [float(stage.lr_factors[0]) for stage in stages]
    # The last improvement is at step 1: falls after steps 5 and 9, the end after step 13.
    assert factors == pytest.approx([1.0] * 4 + [FALL] * 4 + [FALL**2] * 4 + [0.0] * 9)
    assert stages[-1].stopped_by[0] == StoppedBy.PLATEAU
    assert stages[-1].steps[0] == 1 + PATIENCE * (FALLS + 1)


def test_small_gains_add_up_and_single_ones_do_not_count():
    half = LEAST_GAIN / 2
    assert not run([0.5 + half * step for step in range(60)], maximum=60)[-1].falls[0]
    assert run([0.5 + half * (step % 2) for step in range(60)])[-1].stopped_by[0] == StoppedBy.PLATEAU


def test_a_perfect_run_ends_when_it_is_looked_at_again():
    stages = run([0.5, 1.0, 1.0, 1.0])
    assert [stage.stopped_by[0] for stage in stages] == ["", "", StoppedBy.PLATEAU, StoppedBy.PLATEAU]
    assert stages[-1].steps[0] == 3
    nearly = run([0.5, 1.0 - LEAST_GAIN / 2, 1.0])
    assert nearly[-1].stopped_by[0] == StoppedBy.PLATEAU


def test_errors_fall_in_units_of_the_error_before_training():
    assert not run([-2.0 + 0.003 * step for step in range(60)], start=-2.0, is_error=True, maximum=60)[-1].falls[0]
    slow = run([-2.0 + 0.0003 * step for step in range(60)], start=-2.0, is_error=True)
    assert slow[-1].falls[0] or slow[-1].stopped_by[0] == StoppedBy.PLATEAU


def test_the_maximum_and_divergence():
    rising = [0.01 * step for step in range(1, 11)]
    assert run(rising, maximum=10)[-1].stopped_by[0] == StoppedBy.MAXIMUM
    assert run(rising, finite=[True] * 4 + [False] * 6)[-1].stopped_by[0] == StoppedBy.DIVERGED
    assert run([float("-inf")] * 3, finite=[False] * 3)[0].steps[0] == 1


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=40))
def test_a_run_stands_as_if_it_were_alone(courses):
    together = untrained(np.zeros(3), is_error=False, patience=PATIENCE, max_steps=30)
    alone = [untrained(np.zeros(1), is_error=False, patience=PATIENCE, max_steps=30) for _ in range(3)]
    for step, scores in enumerate(courses, start=1):
        together = together.after(step, np.array(scores), np.ones(3, dtype=bool))
        alone = [one.after(step, np.array([score]), np.array([True])) for one, score in zip(alone, scores, strict=True)]
    for name in ("best", "improved_at", "falls", "steps", "stopped_by"):
        assert list(getattr(together, name)) == [getattr(one, name)[0] for one in alone]
    assert (together.steps <= 30).all()
