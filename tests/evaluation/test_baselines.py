"""Baselines: against hand counts and another implementation, on cues within and beyond reach, and on odd words."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.evaluation.baselines import BASELINES, baseline_rows, crf, logistic_window, shape
from rnnbench.evaluation.features import Features, features_of_table, matrix, most_frequent_keys, sentence_pairs
from rnnbench.results.tables import frame
from rnnbench.tasks.travel import Travel

ODD = [
    "",
    ":",
    "a:1",
    "a b",
    "\n",
    "\t",
    "\0",
    "a\0",
    "\ud800",
    "\u202eab",
    "é",
    "e\u0301",
    "İ",
    "ß",
    "x" * 10**5,
    "\\",
    "0",
]


def split_of(*sentences):
    """Return a split of sentences written as "word/label word/label"."""
    pairs = [[token.split("/") for token in sentence.split()] for sentence in sentences]
    return split_of_words([tuple(zip(*tokens, strict=True)) for tokens in pairs])


def with_cue(distance, *, n=200, seed=0):
    """Return sentences of 12 words in which the word `distance` to the left of "x" determines its label, A or B."""
    rng = random.Random(seed)
    sentences = []
    for _ in range(n):
        words, labels, cue = rng.choices("pqrst", k=12), ["O"] * 12, rng.choice("ab")
        at = rng.randrange(5, 9)
        words[at], words[at - distance], labels[at] = "x", cue, cue.upper()
        sentences.append((words, labels))
    return split_of_words(sentences)


def accuracy_on_x(baseline, distance):
    test = with_cue(distance, seed=1)
    answers = baseline(with_cue(distance))(test)
    return np.mean((answers == test.targets)[test.inputs == "x"])


TRAIN = split_of("to/O york/B new/B york/I", "york/I new/O", "a/Z")


def test_majority_by_hand():
    """O, B and I occur twice; the first in alphabetical order is B."""
    assert BASELINES["majority"](TRAIN)(split_of("to/O zoo/O")).tolist() == ["B", "B"]


def test_the_most_frequent_label_by_hand():
    """ "york" is I in two of three cases, "new" is B as often as O, "zoo" is unknown."""
    answers = BASELINES["frequent_label"](TRAIN)(split_of("york/O new/O to/O", "zoo/O a/O"))
    assert answers.tolist() == ["I", "B", "O", "B", "Z"]


@pytest.mark.parametrize(("baseline", "reach"), [(logistic_window, 3), (crf, 2)])
def test_a_cue_is_learnt_within_reach_and_not_beyond(baseline, reach):
    """Beyond reach the label of x is a coin toss: 0.65 of 200 would be 4 standard deviations above the mean."""
    assert accuracy_on_x(baseline, 1) > 0.99
    assert accuracy_on_x(baseline, reach) > 0.99
    assert accuracy_on_x(baseline, reach + 1) < 0.65


def test_the_chain_carries_what_no_window_sees():
    """Every second one of equal words is B: only the labels before it, from the beginning on, determine a label."""
    split = split_of_words([(["x"] * n, list("AB" * 6)[:n]) for n in (11, 12)] * 10)
    assert (crf(split)(split) == split.targets).all()
    assert (logistic_window(split)(split) == split.targets).mean() < 0.9


def test_logistic_regression_agrees_with_features_made_by_another():
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    def features(split):
        around = [["<"] * 3 + words.tolist() + ["<"] * 3 for words in np.split(split.inputs, split.starts[1:])]
        return [{str(i): words[at + i] for i in range(7)} for words in around for at in range(len(words) - 6)]

    train, test = with_cue(2), with_cue(2, seed=1)
    vectors = DictVectorizer()
    model = LogisticRegression(C=10, max_iter=1000).fit(vectors.fit_transform(features(train)), train.targets)
    expected = model.predict(vectors.transform(features(test)))
    assert logistic_window(train)(test).tolist() == expected.tolist()


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_answers_every_word_with_a_label_of_training(name):
    test = split_of("york/B never/X seen/Y", "new/B", "to/O")
    answers = BASELINES[name](TRAIN)(test)
    assert answers.shape == test.inputs.shape
    assert answers.dtype == object
    assert set(answers) <= set(TRAIN.targets)


@pytest.mark.parametrize("name", BASELINES)
def test_one_label_in_training_is_the_answer(name):
    answers = BASELINES[name](split_of("a/O b/O", "a/O"))(split_of("a/B z/I"))
    assert answers.tolist() == ["O", "O"]


@pytest.mark.parametrize("name", BASELINES)
def test_the_same_training_gives_the_same_answers(name):
    rng = random.Random(0)
    split = split_of_words([(rng.choices("abcdefgh", k=6), rng.choices("XYZ", k=6)) for _ in range(50)])
    first, second = (BASELINES[name](split)(split) for _ in range(2))
    assert first.tolist() == second.tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=5), min_size=2, max_size=8, unique=True))
@example(ODD)
def test_odd_words_are_told_apart_and_odd_labels_come_back(words):
    labels = [("B-:\0", "I-é\n")[i % 2] for i in range(len(words))]
    split = split_of_words([([word], [label]) for word, label in zip(words, labels, strict=True)] * 30)
    for baseline in (crf, logistic_window):
        assert baseline(split)(split).tolist() == split.targets.tolist()


def test_rows_hold_the_scores_of_every_split():
    """Only a cue distinguishes the two sentences. "rome" is the word that shows the phenomenon "far"."""
    split = split_of("to/O rome/B-a", "from/O rome/B-b")
    split = replace(split, phenomena={"far": np.array([False, True, False, True])})
    splits = Corpus(dict.fromkeys(("train", "validation", "test", "showcase"), split))
    table = frame("rivals", baseline_rows(Travel(), splits))
    assert list(table["rival"].unique()) == list(BASELINES)
    assert set(table["split"]) == {"train", "validation", "test"}
    rows = table[(table["split"] == "test") & (table["metric"] == "token_accuracy")]
    scores = {name: rows[rows["phenomenon"] == name].set_index("rival")["value"].to_dict() for name in ("all", "far")}
    assert scores == {
        "all": {"majority": 1 / 2, "frequent_label": 3 / 4, "logistic_window": 1, "crf": 1},
        "far": {"majority": 0, "frequent_label": 1 / 2, "logistic_window": 1, "crf": 1},
    }


def test_shapes():
    shapes = [shape(word) for word in ("taipei", "Taipei", "2nd", "", "3:45pm", "ÉÉé", "\0")]
    assert shapes == ["x", "Xx", "9x", "", "9:9x", "Xx", "\0"]


def test_words_of_a_sentence_are_paired():
    split = split_of("a/O b/O", "c/O", "d/O e/O f/O")
    rows, others = sentence_pairs(split, np.array([1, 2, 4]))
    assert list(zip(rows.tolist(), others.tolist(), strict=True)) == [
        (0, 0), (0, 1),
        (1, 2),
        (2, 3), (2, 4), (2, 5),
    ]  # fmt: skip


def test_only_the_most_frequent_features_stay():
    """7 occurs three times, 2 and 5 twice, the others once; a negative key is no feature."""
    features = Features(4, np.zeros(10, dtype=int), np.array([7, 5, -1, 7, 2, 7, 9, 5, 2, 1]))
    assert most_frequent_keys(features, 5).tolist() == [1, 2, 5, 7, 9]
    assert most_frequent_keys(features, 4).tolist() == [2, 5, 7]
    assert most_frequent_keys(features, 2).tolist() == [2, 7]
    assert most_frequent_keys(Features(4, np.zeros(3, dtype=int), np.array([4, 3, 8])), 2).tolist() == [3, 4]


def test_columns_are_told_apart_and_what_was_not_kept_is_left_out():
    features = features_of_table(np.array([[3, 4], [4, 3], [-1, 3]]))
    keys = most_frequent_keys(features, 3)
    assert len(keys) == 1
    assert matrix(features, most_frequent_keys(features, 9)).toarray().sum(axis=1).tolist() == [2, 2, 1]
    assert matrix(features, keys).toarray().tolist() == [[0], [1], [1]]
