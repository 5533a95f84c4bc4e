"""Scores against seqeval and scikit-learn, and by hand."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2
from sklearn.metrics import accuracy_score

from rnnbench.data.bio import parse_bio
from rnnbench.evaluation.metrics import count_marks, judge_labels, judge_numbers, over_sequences, ratios, scores_of

LABELS = ("O", "B-x", "I-x", "B-y", "I-y")
sentences = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8), min_size=1, max_size=6
)


def score_labels(answers, targets, score_mask, bio, *, paired=False):
    return scores_of(count_marks(judge_labels(answers, targets, score_mask, bio)), paired=paired)


def padded(rows):
    """Return rows of numbers as (N, T), 0 beyond their ends, and a mask of the positions inside."""
    longest = max(map(len, rows))
    inside = np.array([[t < len(row) for t in range(longest)] for row in rows])
    return np.array([row + [0] * (longest - len(row)) for row in rows]), inside


@given(sentences)
def test_slot_f1_and_accuracy_agree_with_seqeval_and_scikit_learn(pairs):
    answers, inside = padded([[a for a, _ in row] for row in pairs])
    targets, _ = padded([[t for _, t in row] for row in pairs])
    scores = score_labels(answers[None], targets, inside, parse_bio(LABELS))
    predicted = [[LABELS[a] for a, _ in row] for row in pairs]
    expected = [[LABELS[t] for _, t in row] for row in pairs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seqeval warns where there is no slot at all
        lenient = f1_score(expected, predicted)
        strict = f1_score(expected, predicted, mode="strict", scheme=IOB2)
    assert scores["slot_f1"][0] == pytest.approx(lenient)
    assert scores["slot_f1_strict"][0] == pytest.approx(strict)
    flat = [label for row in expected for label in row], [label for row in predicted for label in row]
    assert scores["token_accuracy"][0] == pytest.approx(accuracy_score(*flat))
    all_right = np.mean([p == e for p, e in zip(predicted, expected, strict=True)])
    assert scores["sequence_accuracy"][0] == pytest.approx(all_right)


def test_runs_are_scored_apart():
    targets = np.array([[1, 2, 0]])
    answers = np.stack([targets, np.zeros_like(targets)])
    scores = score_labels(answers, targets, np.ones((1, 3), dtype=bool), parse_bio(LABELS))
    assert scores["slot_f1"].tolist() == [1.0, 0.0]
    assert scores["slot_accuracy"].tolist() == [1.0, 0.0]
    assert scores["token_accuracy"].tolist() == pytest.approx([1.0, 1 / 3])


def test_without_any_slot_nothing_can_be_found():
    scores = score_labels(np.zeros((1, 1, 3), int), np.zeros((1, 3), int), np.ones((1, 3), bool), parse_bio(["O"]))
    assert scores["slot_f1"][0] == 0
    assert np.isnan(scores["slot_accuracy"][0])


def test_numbers_count_where_they_are_scored():
    targets = np.array([[[0.0], [7.0]], [[0.0], [6.0]]])
    answers = np.array([[[[3.0], [7.4]], [[0.0], [6.6]]]])
    score_mask = np.array([[False, True], [False, True]])
    scores = scores_of(count_marks(judge_numbers(answers, targets, score_mask, tolerance=0.5)))
    assert scores["token_accuracy"].tolist() == [0.5]
    assert scores["sequence_accuracy"].tolist() == [0.5]
    assert scores["squared_error"][0] == pytest.approx((0.4**2 + 0.6**2) / 2)


def test_a_phenomenon_has_the_slots_that_begin_where_it_shows():
    """Two slots, of which the first is predicted and the second predicted too long."""
    targets, answers = np.array([[1, 2, 0, 3, 0]]), np.array([[[1, 2, 0, 3, 4]]])
    marks = judge_labels(answers, targets, np.ones((1, 5), bool), parse_bio(LABELS))
    first, second = (np.array([[t in where for t in range(5)]]) for where in ((0, 1), (3, 4)))
    scores = [ratios(over_sequences(count_marks(marks, where))) for where in (first, second)]
    assert [values["slot_f1"][0] for values in scores] == [1.0, 0.0]
    assert [values["token_accuracy"][0] for values in scores] == [1.0, 0.5]
    assert [values["slot_accuracy"][0] for values in scores] == [1.0, 1.0]


def test_a_pair_is_right_as_a_whole():
    targets = np.zeros((4, 2), int)
    answers = np.array([[[0, 0], [0, 0], [0, 0], [0, 1]], [[0, 0], [0, 1], [1, 0], [0, 0]]])
    scores = score_labels(answers, targets, np.ones((4, 2), bool), parse_bio(LABELS), paired=True)
    assert scores["pair_accuracy"].tolist() == [0.5, 0.0]
    assert scores["sequence_accuracy"].tolist() == [0.75, 0.5]


def test_parts_of_a_split_add_up():
    rng = np.random.default_rng(0)
    answers, targets, inside = rng.integers(0, 5, (2, 6, 7)), rng.integers(0, 5, (6, 7)), rng.random((6, 7)) < 0.8
    whole = count_marks(judge_labels(answers, targets, inside, parse_bio(LABELS)))
    halves = [
        count_marks(judge_labels(answers[:, h], targets[h], inside[h], parse_bio(LABELS)))
        for h in (slice(3), slice(3, 6))
    ]
    assert {name: values.tolist() for name, values in whole.items()} == {
        name: np.concatenate([half[name] for half in halves], axis=1).tolist() for name in whole
    }


@pytest.mark.parametrize("bio", [parse_bio(LABELS), None], ids=["slots", "plain"])
def test_tensors_are_judged_as_arrays_are(bio):
    rng = np.random.default_rng(0)
    answers, targets, score_mask = (
        rng.integers(0, 5, (3, 20, 7)),
        rng.integers(-1, 5, (20, 7)),
        rng.random((20, 7)) < 0.8,
    )
    score_mask &= targets >= 0
    arrays = count_marks(judge_labels(answers, targets, score_mask, bio))
    tensors = count_marks(judge_labels(*map(torch.from_numpy, (answers, targets, score_mask)), bio))
    numbers, expected = rng.standard_normal((3, 20, 7, 2)).astype(np.float32), rng.standard_normal((20, 7, 2))
    arrays |= {
        f"{name} of numbers": mark
        for name, mark in count_marks(judge_numbers(numbers, expected, score_mask, tolerance=0.5)).items()
    }
    of_tensors = judge_numbers(*map(torch.from_numpy, (numbers, expected, score_mask)), tolerance=0.5)
    tensors |= {f"{name} of numbers": mark for name, mark in count_marks(of_tensors).items()}
    for name, value in arrays.items():
        np.testing.assert_allclose(tensors[name].numpy(), value, rtol=1e-12, err_msg=name)
