"""Positions without a target have no loss, no score and no label, and change nothing for the others."""

import numpy as np
import pytest
import torch

from helpers.networks import ENGINES, network
from rnnbench.cli.text import sequence_text
from rnnbench.data.batches import IGNORE_INDEX, encode
from rnnbench.data.bio import parse_bio
from rnnbench.data.corpus import NO_TARGET, Corpus, Split, read_corpus, split_of_numbers, split_of_words, write_corpora
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.evaluation.audit import audit
from rnnbench.evaluation.baselines import BASELINES
from rnnbench.evaluation.corpus_stats import corpus_stats
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.evaluation.scoring import Scorer, score, score_split
from rnnbench.models.losses import losses
from rnnbench.tasks.delayed_recall import DelayedRecall
from rnnbench.tasks.travel import Travel
from rnnbench.training.loop import Run, World, train
from rnnbench.training.settings import Training

every_engine = pytest.mark.parametrize("engine", ENGINES)

WORDS = (["a", "b", "a"], ["b", "a"])
LABELS = ([NO_TARGET, "x", NO_TARGET], [NO_TARGET, "y"])
SCORER = Scorer(None, 0.5, "loss")


@pytest.fixture
def split():
    return split_of_words(zip(WORDS, LABELS, strict=True))


@pytest.fixture
def numbers():
    inputs = np.arange(6.0).reshape(2, 3, 1)
    targets = np.array([[np.nan, 1, np.nan], [np.nan, np.nan, 2]])
    return split_of_numbers(inputs, targets, ~np.isnan(targets))


def batch_of(encoded):
    return encoded.batch(torch.arange(len(encoded)).expand(2, -1))


def test_they_are_no_label_and_not_scored(split, tmp_path):
    write_corpora({0: Corpus({"train": split})}, tmp_path / "corpus.parquet")
    for corpus in (Corpus({"train": split}), read_corpus(tmp_path / "corpus.parquet", 0)):
        assert corpus.labels == corpus.all_labels == ("x", "y")
        assert corpus.splits["train"].score_mask.tolist() == [False, True, False, False, True]
        assert corpus.splits["train"].targets.tolist() == [label for labels in LABELS for label in labels]


def test_encoded_they_are_padding(split):
    data = encode(split, OneOfN().fit(split.inputs), ["x", "y"])
    assert data.targets.tolist() == [IGNORE_INDEX, 0, IGNORE_INDEX, IGNORE_INDEX, 1]
    assert data.has_target.tolist() == [False, True, False, False, True]
    assert batch_of(data).has_target.tolist() == [[[False, True, False], [False, True, False]]] * 2


def test_among_numbers_they_are_nan(numbers):
    data = encode(numbers, None, ())
    assert data.has_target.tolist() == [False, True, False, False, False, True]
    assert batch_of(data).has_target.tolist() == [[[False, True, False], [False, False, True]]] * 2


def test_numbers_beyond_the_end_have_no_target():
    split = Split(np.array([2, 1]), np.ones((3, 1)), np.ones((3, 1), np.float32), np.ones(3, bool))
    assert batch_of(encode(split, None, ())).has_target.tolist() == [[[True, True], [True, False]]] * 2


def test_labels_without_a_target_have_no_loss_and_no_gradient(split):
    data = encode(split, OneOfN().fit(split.inputs), ["x", "y"])
    outputs = torch.randn(2, 2, 3, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    values = losses(network("elman", input_size=2), outputs, batch_of(data).targets)
    expected = -outputs.log_softmax(-1)[:, [0, 1], [1, 1], [0, 1]]
    torch.testing.assert_close(values[:, [0, 1], [1, 1]], expected)
    assert values.count_nonzero() == 4
    values.sum().backward()
    assert outputs.grad is not None
    assert outputs.grad.any(-1).tolist() == batch_of(data).has_target.tolist()


def test_numbers_without_a_target_have_no_loss_and_no_gradient(numbers):
    data = encode(numbers, None, ())
    outputs = torch.zeros(2, 2, 3, 1).requires_grad_()
    values = losses(
        network("elman", input_size=1, output_size=1, output_kind="numbers", output_scale=2.0),
        outputs,
        batch_of(data).targets,
    )
    assert values.tolist() == [[[0, 0.25, 0], [0, 0, 1]]] * 2
    values.sum().backward()
    assert outputs.grad is not None
    assert outputs.grad[..., 0].tolist() == [[[0, -0.5, 0], [0, 0, -1]]] * 2


@every_engine
def test_the_loss_is_the_mean_over_positions_with_a_target(numbers, engine):
    data = encode(numbers, None, ())
    ours = network("elman", input_size=1, output_size=1, output_kind="numbers")
    weights = {name: torch.zeros(1, *shape) for name, shape in ours.shapes.items()}
    scores = score(score_split(engine.predictor(ours, weights), data, SCORER))
    expected = {"loss": (1 + 4) / 2, "squared_error": (1 + 4) / 2, "token_accuracy": 0, "sequence_accuracy": 0}
    assert {name: value.tolist() for name, value in scores.items()} == {name: [v] for name, v in expected.items()}


@every_engine
def test_a_network_learns_from_one_target_in_a_sequence(engine):
    """The target of the third word is the first word: only there is a loss, and the earlier steps are needed."""
    words = [[first, second, "?"] for first in "ab" for second in "cd"]
    split = split_of_words((text, [NO_TARGET, NO_TARGET, text[0]]) for text in words)
    data = encode(split, OneOfN().fit(split.inputs), ["a", "b"])
    ours = network("gru", input_size=5, hidden=8, input_kind="words")
    training = Training(max_steps=80, patience=80, check=20, batch=4)
    world = World({"train": data, "validation": data}, SCORER)
    trained = train(engine, ours, {0: world}, [Run(0, 0.02)], training)
    assert score(score_split(engine.predictor(ours, trained.parameters), data, SCORER))[
        "sequence_accuracy"
    ].tolist() == [1.0]


def test_predictions_are_scored_where_there_is_a_target(split):
    corpus = Corpus(dict.fromkeys(("train", "test"), split))
    answers = np.array(["y", "x", NO_TARGET, "x", "x"], dtype=object)
    scores = score_predictions(DelayedRecall(), corpus, "test", answers).scores
    assert {metric: value for _, metric, value in scores} == {"token_accuracy": 0.5, "sequence_accuracy": 0.5}


def test_slots_are_still_slots_beside_them():
    split = split_of_words([(["to", "rome", "um"], ["O", "B-city", NO_TARGET])])
    corpus = Corpus(dict.fromkeys(("train", "test"), split))
    scores = score_predictions(Travel(), corpus, "test", np.array(["O", "B-city", "B-city"], dtype=object)).scores
    assert {metric: value for _, metric, value in scores}["slot_f1"] == 1.0
    assert parse_bio(corpus.all_labels) is not None


def test_they_are_printed_as_dashes(split, numbers):
    assert sequence_text(split, 0).split() == ["a", "b", "a", "-", "x", "-"]
    assert sequence_text(numbers, 1).split() == ["3", "4", "5", "-", "-", "2"]


def test_corpus_stats_do_not_count_them(split):
    stats = corpus_stats(Corpus(dict.fromkeys(("train", "test"), split)), "test")
    assert (stats["labels"], stats["untrained_labels"], stats["untrained_labels_share"]) == (2, 0, 0)


@pytest.mark.parametrize("baseline", list(BASELINES))
def test_baselines_learn_the_targets(baseline):
    """The word before determines the label: a tagger that sees it is always right, any other in half of all cases."""
    rng = np.random.default_rng(0)
    words = [[*rng.choice(["a", "b", "c"], 3), "ab"[i % 2], "?"] for i in range(200)]
    split = split_of_words((text, [*[NO_TARGET] * 4, text[3]]) for text in words)
    answers = BASELINES[baseline](split)(split)[split.score_mask]
    accuracy = np.mean(answers == split.targets[split.score_mask])
    assert accuracy == (1 if baseline in ("logistic_window", "crf") else 0.5)


def test_the_audit_compares_slots_alone():
    """Words without a target are text: two sequences that differ in them have different patterns."""
    first, second = (split_of_words([([word, "rome"], [NO_TARGET, "B-city"])]) for word in ("to", "from"))
    figures = {(figure.measure, figure.part): figure.value for figure in audit(first, second)}
    assert figures["shared_pattern", ""] == 0
    assert figures["label_balance", ""] == 1
