"""Scores computed from the stored counts of every test sequence are those in the tables."""

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
    "training": {"seeds": 3, "learning_rates": [0.02], "max_steps": 8, "check": 4},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("experiment"))
        plan = plan_of(parse_settings(EXPERIMENT))
        for step in plan:
            make_step(step.kind, Path(step.plan), Path(step.output))
        counted_splits = []
        for step in plan.train:
            (runs,) = (Runs(step.job, combination) for combination in step.job.combinations)
            corpora = {seed: read_corpus(Path(step.job.data), seed) for seed in step.job.worlds}
            for split in (name for name in corpora[0].scored if name not in ("train", "validation")):
                by_seed = {seed: ScoredSplit(runs.task, corpus, split) for seed, corpus in corpora.items()}
                counts = {seed: scored_split.counts(runs)[seed] for seed, scored_split in by_seed.items()}
                counted_splits.append((by_seed[0], counts))
        return counted_splits, read_tables(Path("results/tables"))["scores"]


@pytest.mark.parametrize(
    ("task", "metric"),
    [
        *(("travel", name) for name in ("token_accuracy", "slot_accuracy", "slot_f1", "sequence_accuracy")),
        ("travel", "pair_accuracy"),
        ("register", "squared_error"),
        ("register", "calibrated_score"),
    ],
)
def test_counts_of_sequences_give_the_scores_in_the_tables(experiment, task, metric):
    counted_splits, scores = experiment
    table_scores = scores[(scores["task"] == task) & (scores["metric"] == metric)].set_index(["split", "seed"])["value"]
    compared = 0
    for scored_split, counts in counted_splits:
        if scored_split.task.label != task or (metric == "pair_accuracy") != (scored_split.split == "pairs"):
            continue
        ratio = scored_split.ratio(stacked(list(counts.values())), metric)
        computed = ratio.scale * ratio.part.sum(1) / ratio.whole.sum(1)
        expected = table_scores[scored_split.split].to_numpy()
        assert list(counts) == [0, 1, 2]
        # Scores may differ by a constant that all networks share, so differences are compared. Squares are float32.
        assert np.diff(computed) == pytest.approx(np.diff(expected), rel=1e-4, abs=1e-6)
        compared += 1
    assert compared


def test_a_metric_that_is_no_ratio_of_counts_has_none(experiment):
    (scored_split, counts), *_ = experiment[0]
    assert scored_split.ratio(stacked(list(counts.values())), "loss") is None
