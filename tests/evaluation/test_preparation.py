"""The steps that need no network, for the corpora of several seeds."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from helpers.column_files import journeys, write_columns
from rnnbench.data.corpus import read_corpus
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.evaluation.audit import MEASURES
from rnnbench.pipeline.steps import make_audit, make_baselines, make_data, make_description
from rnnbench.results.specifications import PreparationSpec
from rnnbench.tasks.columns import Columns
from rnnbench.tasks.delayed_recall import DelayedRecall
from rnnbench.tasks.travel import Travel

SEEDS = (3, 4, 7)


def specification(task, folder, **settings):
    paths = {"data": str(folder / "data.parquet"), "description": str(folder / "description.json")}
    return PreparationSpec(
        task=task.settings | {"name": task.name, "limits": task.limits}, code="x", seeds=SEEDS, **paths, **settings
    )


def described(task, folder):
    plan = specification(task, folder, encoders=(OneOfN().settings,))
    make_data(plan, Path(plan.data))
    make_description(plan, Path(plan.description))
    return plan, json.loads(Path(plan.description).read_text())


def same(first, second):
    return all(np.array_equal(first.splits[name].inputs, second.splits[name].inputs) for name in first.splits)


def test_the_seeds_come_back_from_json(tmp_path):
    plan = specification(DelayedRecall(), tmp_path)
    assert PreparationSpec.read(json.loads(json.dumps(plan.written))) == plan


@pytest.mark.parametrize("task", [Travel(train=30, validation=10, test=10, extra=10), DelayedRecall(train=30)])
def test_every_seed_has_its_corpus_and_counts(tmp_path, task):
    plan, description = described(task, tmp_path)
    corpora = [read_corpus(Path(plan.data), seed) for seed in SEEDS]
    for seed, corpus in zip(SEEDS, corpora, strict=True):
        assert same(corpus, task.world(seed).generate())
        right = description["oracle"][str(seed)]["test"]["sentence"]["right"]
        answers, test = task.oracle("test", corpus.splits["test"])["sentence"], corpus.splits["test"]
        assert right == np.add.reduceat((answers == test.targets) & test.score_mask, test.starts).tolist()
    rows = description["rows"]
    sizes = [len(corpus.vocabulary) for corpus in corpora]
    assert rows["encoders"][0]["dimension"] == np.mean(sizes)
    errors = [row["standard_error"] for row in rows["ceilings"] if row["information"] == "word"]
    assert max(errors) > 0


def test_files_are_one_corpus_for_all_seeds(tmp_path):
    task = Columns(**{name: write_columns(tmp_path / name, journeys(0, 20)) for name in ("train", "test")})
    plan, description = described(task, tmp_path)
    assert pq.ParquetFile(plan.data).num_row_groups == 1
    assert all(same(read_corpus(Path(plan.data), seed), task.generate()) for seed in SEEDS)
    assert description["rows"]["ceilings"] == []


def test_audit_and_baselines_are_of_the_first_seed(tmp_path):
    """Both come out the same where the other corpora are not there."""
    task = Travel(train=60, validation=10, test=30, extra=4, limits=dict.fromkeys(MEASURES, 1.0))
    plan, _ = described(task, tmp_path)
    outputs = [tmp_path / name for name in ("audit.json", "rivals.json", "audit_of_first.json", "rivals_of_first.json")]
    for make, output in zip((make_audit, make_baselines), outputs[:2], strict=True):
        make(plan, output)
    first = PreparationSpec(**{**vars(plan), "seeds": SEEDS[:1]})
    make_data(first, Path(first.data))
    for make, output in zip((make_audit, make_baselines), outputs[2:], strict=True):
        make(first, output)
    texts = [output.read_text() for output in outputs]
    assert texts[:2] == texts[2:]
