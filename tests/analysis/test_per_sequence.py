"""Counts of every test sequence, as the store has them, make the scores that tables have."""

from pathlib import Path

import numpy as np
import pytest

from rnnbench.analysis.per_sequence import ScoredSplit, stacked
from rnnbench.data.corpus import read_corpus
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.plan import plan_of
from rnnbench.pipeline.steps import make_step
from rnnbench.results.runs import Runs
from rnnbench.results.tables import read_tables

EXPERIMENT = {
    "tasks": [
        {"task": "travel", "train": 96, "validation": 16, "test": 24, "extra": 8},
        {"task": "register", "length": 4, "train": 48, "validation": 8, "test": 8},
    ],
    "encoders": ["one_of_n"],
    "architectures": ["elman"],
    "size": {"hidden": 8},
    "training": {"seeds": 3, "learning_rates": [0.02], "epochs": 2},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        plan = plan_of(parse_settings(EXPERIMENT))
        for step in plan:
            make_step(step.kind, Path(step.plan), Path(step.output))
        told = []
        for step in plan.train:
            (runs,) = (Runs(step.job, one) for one in step.job.combinations)
            corpus = read_corpus(Path(step.job.data))
            for split in (name for name in corpus.scored if name not in ("train", "validation")):
                asked = ScoredSplit(runs.task, corpus, split)
                told.append((asked, asked.counts(runs)))
        return told, read_tables(Path("results/tables"))["scores"]


@pytest.mark.parametrize(
    ("task", "metric"),
    [
        *(("travel", name) for name in ("token_accuracy", "slot_accuracy", "slot_f1", "sequence_accuracy")),
        ("travel", "pair_accuracy"),
        ("register", "squared_error"),
        ("register", "calibrated_score"),
    ],
)
def test_counts_of_sequences_make_the_scores_that_the_tables_have(experiment, task, metric):
    told, scores = experiment
    wanted = scores[(scores["task"] == task) & (scores["metric"] == metric)].set_index(["split", "seed"])["value"]
    compared = 0
    for asked, counts in told:
        if asked.task.label != task or (metric == "pair_accuracy") != (asked.split == "pairs"):
            continue
        sampled = asked.ratio(stacked(list(counts.values())), metric)
        found = sampled.scale * sampled.part.sum(1) / sampled.whole.sum(1)
        known = wanted[asked.split].to_numpy()
        assert list(counts) == [0, 1, 2]
        # A score may lie a constant off, the same for all networks; differences may not. Squares are kept in float32.
        assert np.diff(found) == pytest.approx(np.diff(known), rel=1e-4, abs=1e-6)
        compared += 1
    assert compared


def test_what_is_no_ratio_of_counts_has_no_noise_of_sequences(experiment):
    (asked, counts), *_ = experiment[0]
    assert asked.ratio(stacked(list(counts.values())), "loss") is None
