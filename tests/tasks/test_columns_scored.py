"""Corpora in columns: any bytes at all, and scores that are seqeval's."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from helpers.column_files import write_columns
from rnnbench.common.errors import UserError
from rnnbench.data.batches import encode
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.evaluation.scoring import predict
from rnnbench.models.architectures import catalogue
from rnnbench.models.size import Size
from rnnbench.tasks.columns import Columns
from rnnbench.training.combination import Combination, build_network, train_combination
from rnnbench.training.engines.eager import TorchEngine, TorchPredictor
from rnnbench.training.loop import Run
from rnnbench.training.settings import Training

SNIPS = Path(__file__).parents[2] / "../shared/data/snips"


PIECES = [
    "to",
    "O",
    "B-a",
    "I-a",
    "\t",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\0",
    "\ufeff",
    "\x85",
    "\u2028",
    "-DOCSTART-",
]


LINES = st.lists(st.sampled_from(["to\tO\n", "x\tB-a\n", "\n", "é\tI-b\n"]), min_size=1).map("".join).map(str.encode)


FILES = st.binary() | st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode) | LINES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def splits_or_error(task):
    """Return a task's splits and "", or no splits and the error message."""
    try:
        return task.generate().splits, ""
    except UserError as error:
        return {}, str(error)


@given(train=FILES, validation=st.none() | FILES, test=FILES)
@example(train=b"to\tO\n\nto\tO", validation=None, test=b"x\tB-a")
def test_any_bytes_are_a_corpus_or_a_mistake_with_its_place(folder, train, validation, test):
    paths = {"train": folder / "train", "validation": folder / "validation", "test": folder / "test"}
    given_files = {name: data for name, data in zip(paths, (train, validation, test), strict=True) if data is not None}
    for name, data in given_files.items():
        paths[name].write_bytes(data)
    splits, error = splits_or_error(Columns(**{name: paths[name] for name in given_files}))
    if error:
        assert re.fullmatch(rf"{folder}/(train|validation|test):\d+: [^\n]+", error)
    else:
        assert list(splits) == ["train", "validation", "test", "showcase"]
    for split in splits.values():
        assert split.lengths.min() > 0
        assert len(split.inputs) == len(split.targets) == len(split.score_mask) == split.lengths.sum()
        assert all(isinstance(text, str) and text for text in [*split.inputs, *split.targets])


def scores_and_labels(task, encoder, training):
    """Return the test scores of a trained network and, for each test sentence, its predicted and its true labels."""
    corpus = task.generate()
    combination = Combination(task, encoder, catalogue()["elman"], Size(hidden=8))
    ((_, result),) = train_combination(combination, {0: corpus}, [Run(0, 0.02)], training, "cpu", TorchEngine())
    index, network = build_network(combination, corpus)
    weights = {name: torch.from_numpy(result.tensors[name])[None] for name in network.shapes}
    split = corpus.splits["test"]
    best = predict(TorchPredictor(network, weights), encode(split, index, corpus.all_labels))[0].argmax(-1)
    predicted = [[corpus.labels[k] for k in row[:n]] for row, n in zip(best, split.lengths, strict=True)]
    scores = {metric: value for name, metric, value in result.record["scores"] if name == "test"}
    return scores, predicted, [labels.tolist() for labels in np.split(split.targets, split.starts[1:])]


def check_against_seqeval(scores, predicted, true):
    assert scores["slot_f1"] == pytest.approx(f1_score(true, predicted, zero_division=0), abs=1e-12)
    strict = f1_score(true, predicted, mode="strict", scheme=IOB2, zero_division=0)
    assert scores["slot_f1_strict"] == pytest.approx(strict, abs=1e-12)
    right = [a == b for row, target in zip(predicted, true, strict=True) for a, b in zip(row, target, strict=True)]
    assert scores["token_accuracy"] == pytest.approx(np.mean(right), abs=1e-12)


def malformed(n, seed):
    """Return sentences whose BIO labels are malformed in all possible ways; most words determine their label."""
    rng = np.random.default_rng(seed)
    labels = np.array(["O", "B-a", "I-a", "B-b", "I-b"])
    rows = [labels[rng.integers(len(labels), size=rng.integers(1, 9))].tolist() for _ in range(n)]
    return [([f"w-{label if rng.random() < 0.7 else 'any'}" for label in row], row) for row in rows]


@pytest.mark.parametrize("encoder", [OneOfN(), LetterTrigram()], ids=lambda encoder: encoder.kind)
def test_scores_are_seqevals_where_an_i_has_no_b(tmp_path, encoder):
    rare = (["w-B-a", "new"], ["B-a", "B-never_trained"])
    splits = {"train": malformed(120, 0), "validation": malformed(20, 1), "test": [*malformed(80, 2), rare]}
    task = Columns(**{name: write_columns(tmp_path / name, sentences) for name, sentences in splits.items()})
    scores, predicted, true = scores_and_labels(task, encoder, Training(max_steps=30, patience=30, check=10, batch=8))
    check_against_seqeval(scores, predicted, true)
    assert 0.1 < scores["slot_f1_strict"] != scores["slot_f1"] < 0.99
    assert "B-never_trained" in true[-1]


def test_labels_that_are_not_bio_are_scored_one_by_one(tmp_path):
    task = Columns(
        train=write_columns(tmp_path / "train", [(["a", "b"], ["x", "y"])] * 40),
        test=write_columns(tmp_path / "test", [(["a", "b"], ["x", "y"]), (["a"], ["z"])]),
    )
    scores, _, _ = scores_and_labels(task, OneOfN(), Training(max_steps=30, patience=30, check=10, batch=4))
    assert scores["token_accuracy"] == pytest.approx(2 / 3)
    assert "slot_f1" not in scores


@pytest.mark.skipif(not SNIPS.exists(), reason="the corpus is not there")
def test_snips():
    task = Columns(train=SNIPS / "train.bio", validation=SNIPS / "valid.bio", test=SNIPS / "test.bio")
    corpus = task.generate()
    assert [len(corpus.splits[name]) for name in ("train", "validation", "test")] == [13084, 700, 700]
    assert len(corpus.labels) == len(corpus.all_labels) == 72
    assert task.label == "snips"
