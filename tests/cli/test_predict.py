"""A trained network's prediction for a sentence equals its stored prediction for the same sentence as an example."""

from pathlib import Path

import numpy as np
import pytest

from rnnbench.cli.predict import predict_sentence, render
from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.runs import Runs
from rnnbench.results.store import read_tensors

EXPERIMENT = {
    "tasks": [{"task": "travel", "train": 24, "validation": 8, "test": 8}],
    "encoders": ["letter_trigram"],
    "architectures": ["bidirectional_jordan"],
    "size": {"hidden": 4},
    "training": {"seeds": 2, "learning_rates": [0.01], "max_steps": 2, "patience": 2, "check": 1},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("experiment")


@pytest.fixture
def runs(folder, monkeypatch):
    """Return the two runs of a trained combination."""
    monkeypatch.chdir(folder)
    plan = plan_of(parse_settings(EXPERIMENT))
    for step in (step for step in plan if step.kind in ("data", "train")):
        make_step(step.kind, Path(step.plan), Path(step.output))
    (step,) = plan.train
    return Runs(step.job, step.job.combinations[0])


@pytest.mark.parametrize("seed", [0, 1])
def test_predictions_are_those_of_the_examples(runs, seed):
    run = runs.records[seed][0]
    stored = read_tensors(run.digest, "showcase")["showcase"]
    for sentence, expected in zip(("arrive", "leave"), stored, strict=True):
        prediction = predict_sentence([sentence, "taipei", "on", "november", "2nd"], runs, run)
        # Float32, and sums in another order: the stored predictions are those of both runs at once.
        np.testing.assert_allclose(prediction.probabilities, expected, rtol=1e-4, atol=1e-6)


def test_words_not_in_training_are_marked(runs):
    text = render(predict_sentence(["leave", "mordor"], runs, runs.records[0][0]))
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["leave", "mordor"]
    assert lines[2].split()[1] == "*"
    assert lines[-1] == "* never seen in training"


def test_a_sentence_without_words_is_the_users_mistake(runs):
    with pytest.raises(UserError, match="the sentence has no words"):
        predict_sentence([], runs, runs.records[0][0])
