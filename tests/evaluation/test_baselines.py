"""Classical taggers: against hand counts, another implementation, cues within and beyond their reach, and odd words."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.evaluation.baselines import BASELINES, baseline_rows, crf, logistic_window, shape
from rnnbench.evaluation.features import Features, codes, frequent, in_columns, lexicon, matrix, shifted, together
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
    """Return sentences of 12 words in which the word `distance` to the left of "x" tells whether it is A or B."""
    rng = random.Random(seed)
    sentences = []
    for _ in range(n):
        words, labels, cue = rng.choices("pqrst", k=12), ["O"] * 12, rng.choice("ab")
        at = rng.randrange(5, 9)
        words[at], words[at - distance], labels[at] = "x", cue, cue.upper()
        sentences.append((words, labels))
    return split_of_words(sentences)


def accuracy_on_x(rival, distance):
    test = with_cue(distance, seed=1)
    answers = rival(with_cue(distance))(test)
    return np.mean((answers == test.targets)[test.inputs == "x"])


TRAIN = split_of("to/O york/B new/B york/I", "york/I new/O", "a/Z")


def test_majority_by_hand():
    """O, B and I come twice: the first by alphabet is B."""
    assert BASELINES["majority"](TRAIN)(split_of("to/O zoo/O")).tolist() == ["B", "B"]


def test_the_most_frequent_label_by_hand():
    """ "york" is I in two of three, "new" is B as often as O, "zoo" is new."""
    answers = BASELINES["frequent_label"](TRAIN)(split_of("york/O new/O to/O", "zoo/O a/O"))
    assert answers.tolist() == ["I", "B", "O", "B", "Z"]


@pytest.mark.parametrize(("rival", "reach"), [(logistic_window, 3), (crf, 2)])
def test_a_cue_is_learnt_within_reach_and_not_beyond(rival, reach):
    """Beyond it x is a coin: of 200 at least 0.65 would be 4 standard deviations."""
    assert accuracy_on_x(rival, 1) > 0.99
    assert accuracy_on_x(rival, reach) > 0.99
    assert accuracy_on_x(rival, reach + 1) < 0.65


def test_the_chain_carries_what_no_window_sees():
    """In a row of equal words every second one is B: only the label before tells, from the beginning on."""
    split = split_of_words([(["x"] * n, list("AB" * 6)[:n]) for n in (11, 12)] * 10)
    assert (crf(split)(split) == split.targets).all()
    assert (logistic_window(split)(split) == split.targets).mean() < 0.9


def test_logistic_regression_agrees_with_features_made_by_another():
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    def read(split):
        around = [["<"] * 3 + words.tolist() + ["<"] * 3 for words in np.split(split.inputs, split.starts[1:])]
        return [{str(i): words[at + i] for i in range(7)} for words in around for at in range(len(words) - 6)]

    train, test = with_cue(2), with_cue(2, seed=1)
    vectors = DictVectorizer()
    model = LogisticRegression(C=10, max_iter=1000).fit(vectors.fit_transform(read(train)), train.targets)
    wanted = model.predict(vectors.transform(read(test)))
    assert logistic_window(train)(test).tolist() == wanted.tolist()


@pytest.mark.parametrize("name", BASELINES)
def test_every_rival_answers_every_word_with_a_label_of_training(name):
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
    for rival in (crf, logistic_window):
        assert rival(split)(split).tolist() == split.targets.tolist()


def test_rows_hold_the_scores_of_every_split():
    """A cue tells the two sentences apart; the word alone does not. Of the two words that show "far" it is one."""
    split = split_of("to/O rome/B-a", "from/O rome/B-b")
    split = replace(split, phenomena={"far": np.array([False, True, False, True])})
    splits = Corpus(dict.fromkeys(("train", "validation", "test", "showcase"), split))
    table = frame("rivals", baseline_rows(Travel(), splits))
    assert list(table["rival"].unique()) == list(BASELINES)
    assert set(table["split"]) == {"train", "validation", "test"}
    rows = table[(table["split"] == "test") & (table["metric"] == "token_accuracy")]
    found = {name: rows[rows["phenomenon"] == name].set_index("rival")["value"].to_dict() for name in ("all", "far")}
    assert found == {
        "all": {"majority": 1 / 2, "frequent_label": 3 / 4, "logistic_window": 1, "crf": 1},
        "far": {"majority": 0, "frequent_label": 1 / 2, "logistic_window": 1, "crf": 1},
    }


def test_shapes():
    found = [shape(word) for word in ("taipei", "Taipei", "2nd", "", "3:45pm", "ÉÉé", "\0")]
    assert found == ["x", "Xx", "9x", "", "9:9x", "Xx", "\0"]


def test_a_shift_ends_with_the_sentence():
    """0 is beyond the ends; a neighbour of another sentence never shows."""
    split = split_of("a/O b/O c/O", "d/O", "e/O f/O")
    values = codes(split.inputs, lexicon(split.inputs))
    assert values.tolist() == [1, 2, 3, 4, 5, 6]
    found = {offset: shifted(values, split, offset).tolist() for offset in (-2, -1, 0, 1, 7)}
    assert found == {
        -2: [0, 0, 1, 0, 0, 0],
        -1: [0, 1, 2, 0, 0, 5],
        0: [1, 2, 3, 4, 5, 6],
        1: [2, 3, 0, 0, 6, 0],
        7: [0] * 6,
    }


def test_words_of_a_sentence_are_paired():
    split = split_of("a/O b/O", "c/O", "d/O e/O f/O")
    rows, read = together(split, np.array([1, 2, 4]))
    assert list(zip(rows.tolist(), read.tolist(), strict=True)) == [
        (0, 0), (0, 1),
        (1, 2),
        (2, 3), (2, 4), (2, 5),
    ]  # fmt: skip


def test_only_the_most_frequent_features_stay():
    """7 comes three times, 2 and 5 twice, the others once; what is unknown is no feature."""
    facts = Features(4, np.zeros(10, dtype=int), np.array([7, 5, -1, 7, 2, 7, 9, 5, 2, 1]))
    assert frequent(facts, 5).tolist() == [1, 2, 5, 7, 9]
    assert frequent(facts, 4).tolist() == [2, 5, 7]
    assert frequent(facts, 2).tolist() == [2, 7]
    assert frequent(Features(4, np.zeros(3, dtype=int), np.array([4, 3, 8])), 2).tolist() == [3, 4]


def test_columns_are_told_apart_and_what_was_not_kept_is_left_out():
    facts = in_columns([np.array([3, 4, -1]), np.array([4, 3, 3])])
    features = frequent(facts, 3)
    assert len(features) == 1
    assert matrix(facts, frequent(facts, 9)).toarray().sum(axis=1).tolist() == [2, 2, 1]
    assert matrix(facts, features).toarray().tolist() == [[0], [1], [1]]
