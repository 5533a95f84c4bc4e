"""The register: its oracle is exact, its distribution of the memory correct, its splits are disjoint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbench.common.errors import UserError
from rnnbench.data.corpus import split_of_numbers
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.tasks.register import LECTURE, Register, answers, memory

steps = st.tuples(st.integers(1, 9), st.sampled_from([-1, 0, 1]), st.integers(0, 1))
sequences = st.lists(steps, min_size=1, max_size=12)

FEW = {"train": 1, "validation": 1, "test": 1}


def answers_one_by_one(sequence):
    """The lecture's rule, step by step."""
    content, outputs = 0, []
    for x1, x2, x3 in sequence:
        if x2 == 1:
            content += x1
        if x2 == -1:
            content = 0
        outputs.append(content if x3 == 1 else 0)
    return outputs


def split_of(inputs):
    return split_of_numbers(inputs, answers(inputs), inputs[..., 2] == 1)


def test_the_lectures_table():
    assert memory(LECTURE[None]).tolist() == [[0, 3, 3, 7, 7, 7, 0, 6, 6]]
    assert answers(LECTURE[None]).tolist() == [[0, 0, 0, 0, 0, 7, 0, 0, 6]]
    examples = Register(**FEW).generate().splits["showcase"]
    assert examples.inputs.tolist() == LECTURE.tolist()
    assert examples.targets[:, 0].tolist() == [0, 0, 0, 0, 0, 7, 0, 0, 6]
    assert np.flatnonzero(examples.score_mask).tolist() == [5, 8]


@given(sequences)
def test_answers_are_those_of_the_rule(sequence):
    assert answers(np.array([sequence])).tolist() == [answers_one_by_one(sequence)]


@pytest.mark.parametrize("information", ["prefix", "sentence"])
def test_a_tagger_that_sees_the_past_makes_no_error(information):
    split = Register(train=50, validation=1, test=1).generate().splits["train"]
    assert np.array_equal(Register().oracle("test", split)[information], split.targets)


def test_the_distribution_of_two_steps():
    """Before the first step the memory is 0; before the second it is 1 where the first has added its 1."""
    task = Register(length=2, largest=1, add=0.9, reset=0.05, **FEW)
    np.testing.assert_allclose(task.memory_distribution(), [(1 + 0.1) / 2, 0.9 / 2, 0])


@pytest.mark.parametrize("add", [0.01, 0.5, 0.98])
@pytest.mark.parametrize("largest", [1, 9])
def test_a_tagger_that_sees_one_step_takes_the_memory_to_be_0(add, largest):
    """For all settings the memory is 0 more often than any other value: every sequence begins with it."""
    task = Register(length=12, largest=largest, add=add, reset=0.01, **FEW)
    split = split_of(np.array([[[1, 0, 1], [1, 1, 1], [1, -1, 1], [1, 1, 0]]]))
    assert task.oracle("test", split)["word"][:, 0].tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("settings", [{}, {"length": 8, "largest": 3, "add": 0.7, "reset": 0.1}])
def test_the_distribution_is_that_of_the_samples(settings):
    task = Register(train=4000, validation=1, test=1, **settings)
    expected = task.memory_distribution()
    assert expected.sum() == pytest.approx(1, abs=1e-12)
    inputs = task.generate().splits["train"].inputs.reshape(4000, task.length, 3).astype(int)
    before = np.pad(memory(inputs), ((0, 0), (1, 0)))[:, :-1]
    shares = np.stack([(before == value).mean(axis=1) for value in range(len(expected))])
    # Sequences are independent, their steps are not; five standard errors, and one sequence for values never drawn.
    error = 5 * shares.std(axis=1) / 4000**0.5 + 1 / 4000
    assert np.all(np.abs(shares.mean(axis=1) - expected) <= error)


def test_steps_are_drawn_as_the_settings_say():
    task = Register(train=4000, validation=1, test=1, length=10, largest=4, add=0.3, reset=0.2, ask=0.4)
    x1, x2, x3 = task.generate().splits["train"].inputs.T
    shares = [*(np.mean(x1 == value) for value in (1, 2, 3, 4)), np.mean(x2 == 1), np.mean(x2 == -1)]
    assert shares == pytest.approx([0.25] * 4 + [0.3, 0.2], abs=0.013)  # five standard errors of 40,000 steps
    # In 0.6 ** 10 of the sequences no step drew x3 = 1; there the last step gets it.
    assert np.mean(x3) == pytest.approx(0.4 + 0.6**10 / 10, abs=0.013)
    assert x3.reshape(-1, 10).any(axis=1).all()


def test_splits_share_no_sequence_even_where_there_are_few():
    """Two steps with x1 = 1 and three values of x2 each, and x3 = 1 at least once (three ways): 27 sequences."""
    splits = Register(length=2, largest=1, train=5, validation=4, test=4).generate().splits
    parts = [splits[name].inputs.reshape(-1, 6) for name in ("train", "validation", "test")]
    assert len(np.unique(np.concatenate(parts), axis=0)) == 13


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"length": 1}, r"tasks\.0\.length: input should be"),
        ({"largest": 0}, r"tasks\.0\.largest: input should be"),
        ({"add": 0.0}, r"tasks\.0\.add: input should be"),
        ({"add": 0.6, "reset": 0.4}, r"tasks\.0: add and reset together must be less than 1"),
        (
            {"length": 2, "train": 1000, "test": 1000},
            r"tasks\.0: 2500 sequences are more than half of the 972 distinct ones of length 2",
        ),
    ],
    ids=str,
)
def test_impossible_settings_are_errors_in_the_configuration(setting, message):
    with pytest.raises(UserError, match=message):
        parse_settings({"tasks": [{"task": "register", **setting}], "encoders": ["raw"], "architectures": ["gru"]})
