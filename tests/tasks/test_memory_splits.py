"""Memory tasks: their splits, their lags, and their settings."""

import re
from collections import Counter

import numpy as np
import pytest

from helpers.small_memory_tasks import SIZES, SMALL_SETTINGS, every_task, make_task
from rnnbench.common.errors import UserError
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.pipeline.config.load import parse_settings
from rnnbench.pipeline.plan.preparation import encoders_of
from rnnbench.tasks._memory import LONGER
from rnnbench.tasks.adding import Adding
from rnnbench.tasks.order import Order
from rnnbench.tasks.parity import Parity
from rnnbench.tasks.reber import Reber
from rnnbench.tasks.register import Register
from rnnbench.tasks.temporal_order import CLASSES, TemporalOrder


@every_task
def test_no_sequence_is_in_two_splits(name, corpora):
    """The examples are sequences of another split; all scored splits are disjoint, the longer tests too."""
    for _, corpus in corpora[name]:
        splits = [corpus.splits[split] for split in corpus.scored]
        sequences = [tuple(np.ravel(rows).tolist()) for split in splits for rows in split.sequences]
        assert len(set(sequences)) == len(sequences)


@every_task
def test_more_training_sequences_leave_the_other_splits_as_they_are(name, corpora):
    task, corpus = corpora[name][0]
    more = task.model_copy(update={"train": 350}).generate()
    for split in set(corpus.splits) - {"train"}:
        assert np.array_equal(more.splits[split].inputs, corpus.splits[split].inputs)


@pytest.mark.parametrize("name", ["count", "parity", "register"])
def test_longer_tests_have_longer_sequences_and_as_many_steps(name, corpora):
    task, corpus = corpora[name][0]
    for split, times in LONGER.items():
        assert set(corpus.splits[split].lengths) == {times * task.length}
        assert len(corpus.splits[split]) == SIZES["test"] / times


@every_task
def test_the_lag_is_the_fewest_steps_from_what_matters_first_to_where_it_is_asked_for(name, corpora):
    """What must be remembered is the first symbol, mark, value or step of each sequence, unless specified below."""
    task, corpus = corpora[name][0]
    first = {
        "adding": lambda rows: [mark for _, mark in rows].index(1),
        "associative_recall": lambda words: 1,
        "order": lambda words: min(words.index("x"), words.index("y")),
        "reber": lambda words: 1,
        "temporal_order": lambda words: next(i for i, word in enumerate(words) if word in "XY"),
    }.get(name, lambda words: 0)
    last = {
        "associative_recall": lambda words: words.index(words[0], 1),
        "copy": lambda words: words.index(">") + 1,
    }.get(name, lambda words: len(words) - 1)
    sequences = [rows.tolist() for split in ("train", "test") for rows in corpus.splits[split].sequences]
    assert min(last(rows) - first(rows) for rows in sequences) == task.lag


@every_task
def test_a_longer_axis_is_a_longer_lag(name):
    task = make_task(name, **SMALL_SETTINGS[name])
    longer = task.model_copy(update={task.axis: getattr(task, task.axis) + 2})
    assert longer.lag > task.lag


def test_pairs_differ_in_the_order_of_x_and_y_alone():
    splits = Order(**SIZES).generate().splits
    sequences = splits["pairs"].sequences
    answers = [label for label in splits["pairs"].targets if label]
    assert len(sequences) == SIZES["test"]
    for i in range(0, len(sequences), 2):
        first, second = sequences[i : i + 2]
        assert Counter(first) == Counter(second)
        assert sorted(answers[i : i + 2]) == ["x", "y"]
        assert set(first[first != second]) == {"x", "y"}


def test_strings_between_are_of_the_grammar_and_drawn_as_it_draws_them():
    """The grammar as a regular expression; short strings are as likely as the product of their choices."""
    grammar = re.compile("B(?:(?:TS*X|PT*VP)(?:XT*VP)*(?:S|XT*VV)|PT*VV)E")
    rng = np.random.default_rng(0)
    n = 4000
    for shortest, probabilities in ((5, {"BTXSE": 1 / 8, "BPVVE": 1 / 8, "BTSXSE": 1 / 16}), (6, {"BTSXSE": 1 / 12})):
        texts = ["".join(Reber(shortest=shortest).draw(rng)) for _ in range(n)]
        assert all(grammar.fullmatch(text[2:]) and text[1] in "TP" and len(text) >= 2 + shortest for text in texts)
        shares = Counter(text[2:] for text in texts)
        for text, expected in probabilities.items():
            error = 5 * (expected * (1 - expected) / n) ** 0.5
            assert shares[text] / n == pytest.approx(expected, abs=error)


def test_marks_of_the_temporal_order_stand_where_the_paper_has_them():
    """Of 100 steps: the first from 10 to 20, the second from 50 to 60, everywhere there, and in all four classes."""
    task, rng = TemporalOrder(length=100), np.random.default_rng(0)
    sequences = [task.draw(rng) for _ in range(2000)]
    places = [[i for i, word in enumerate(words) if word in "XY"] for words in sequences]
    assert {first for first, _ in places} == set(range(10, 21))
    assert {second for _, second in places} == set(range(50, 61))
    classes = Counter(task.answers(words)[-1] for words in sequences)
    assert classes.keys() == set(CLASSES.values())
    assert all(abs(n / 2000 - 1 / 4) < 5 * (3 / 16 / 2000) ** 0.5 for n in classes.values())


def test_one_mark_in_each_half_everywhere_alike():
    split = Adding(length=6, train=6000, validation=1, test=1).generate().splits["train"]
    marks = split.inputs[:, 1].reshape(-1, 6)
    assert (marks[:, :3].sum(1) == 1).all()
    assert (marks[:, 3:].sum(1) == 1).all()
    assert np.abs(marks.mean(0) - 1 / 3).max() < 5 * (2 / 9 / 6000) ** 0.5
    assert split.inputs[:, 0].min() >= 0
    assert split.inputs[:, 0].max() <= 1


def test_fillers_and_values_are_never_keys(corpora):
    _, corpus = corpora["associative_recall"][0]
    for words in corpus.splits["train"].sequences:
        keys, values, fillers, questions = words[:6:2], words[1:6:2], words[6:8], words[8:]
        assert len(set(keys)) == 3
        assert sorted(keys) == sorted(questions)
        assert not set(keys) & {*values, *fillers}


@pytest.mark.parametrize(
    ("task", "settings", "mistake"),
    [
        ("delayed_recall", {"delay": 0}, r"tasks\.0\.delay: input should be greater than or equal to 1, not 0"),
        (
            "delayed_recall",
            {"delay": 3},
            r"tasks\.0: 5500 sequences are more than half of the 4096 distinct ones of delay 3",
        ),
        ("copy", {"delay": 0}, r"tasks\.0\.delay: input should be"),
        ("copy", {"length": 4}, r"tasks\.0: 5500 sequences are more than half of the 4096 distinct ones of delay 20"),
        ("adding", {"length": 1}, r"tasks\.0\.length: input should be"),
        ("temporal_order", {"length": 9}, r"tasks\.0\.length: input should be"),
        ("associative_recall", {"pairs": 27}, r"tasks\.0: 27 pairs need 27 keys, but there are 26$"),
        ("associative_recall", {"pairs": 1, "gap": 0}, r"tasks\.0: 5500 sequences are more than half of the 208"),
        ("reber", {"shortest": 4}, r"tasks\.0\.shortest: input should be"),
        (
            "parity",
            {"length": 13},
            r"tasks\.0: 5500 sequences are more than half of the 8192 distinct ones of length 13",
        ),
        (
            "count",
            {"length": 13},
            r"tasks\.0: 5500 sequences are more than half of the 8192 distinct ones of length 13",
        ),
        ("order", {"length": 4}, r"tasks\.0: 5500 sequences are more than half of the 512 distinct ones of length 4"),
        ("parity", {"architectures": ["gru", "gru"]}, r"tasks: the task 'parity' names 'gru' twice in architectures$"),
        ("delayed_recall", {"encoders": ["one_of_m"]}, r"with the encoder 'one_of_m'; did you mean 'one_of_n'\?"),
        ("delayed_recall", {"encoders": ["raw"]}, r"cannot be run with the encoder 'raw'"),
        (
            "delayed_recall",
            {"limits": {"probe_word": 1}},
            r"tasks\.0: limits are settings of the audit, and memory tasks have no audit$",
        ),
        ("adding", {"encoders": ["one_of_n"]}, r"cannot be run with the encoder 'one_of_n'"),
    ],
    ids=str,
)
def test_what_is_impossible_is_one_line(task, settings, mistake):
    with pytest.raises(UserError, match=mistake) as error:
        configured([{"task": task, **settings}])
    assert "\n" not in str(error.value)


def configured(entries, encoders=("one_of_n", "letter_trigram")):
    return parse_settings({"tasks": entries, "encoders": list(encoders), "architectures": ["gru"]})


def test_lists_are_axes_but_a_tasks_encoders_are_not():
    two_delays = {"task": "delayed_recall", "delay": [5, 10], "encoders": ["one_of_n", "learned_embedding"]}
    settings = configured([two_delays, "travel", "adding", "order"])
    encoders = [(task.label, [encoder.label for encoder in encoders_of(settings, task)]) for task in settings.tasks]
    assert encoders == [
        ("delayed_recall delay=5", ["one_of_n", "learned_embedding"]),
        ("delayed_recall delay=10", ["one_of_n", "learned_embedding"]),
        ("travel", ["one_of_n", "letter_trigram"]),
        ("adding", ["raw"]),
        ("order", ["one_of_n"]),
    ]


def test_a_task_gets_the_experiments_own_encoder_of_that_name():
    mine = {"encoder": "letter_trigram", "boundary": False, "name": "mine"}
    settings = configured([{"task": "order", "encoders": ["mine"]}], [mine])
    assert encoders_of(settings, settings.tasks[0]) == settings.encoders


def test_encoders_change_no_sequence():
    assert "encoders" not in Parity().settings


def test_the_register_without_memory_by_hand():
    """Two steps, x1 = 1, add 0.9, reset 0.05, ask 0.5: the second has x3 = 1 in another quarter of the sequences.

    Before the first step the memory is 0, before the second with probability 0.1; after a reset the answer is certain.
    """
    task = Register(length=2, largest=1, add=0.9, reset=0.05, ask=0.5, train=1, validation=1, test=1)
    empty = (0.5 * 1 + 0.75 * 0.1) / 1.25
    assert task.memoryless_accuracy == pytest.approx(0.05 + 0.95 * empty)
    assert task.memoryless_score == pytest.approx(0.95 * empty * (1 - empty))


@pytest.mark.parametrize("length", [5, 20])
def test_without_the_order_exactly_one_of_a_pair_is_right(length):
    """Whatever a tagger answers that sees which symbols there are, but not in which order: no pair is right.

    So the accuracy of pairs is the share of sequences in which swapping x and y changes the output, as it should.
    """
    task = Order(length=length, train=5, validation=5, test=200, distractors=1000)
    corpus = task.generate()
    split, rng, guess = corpus.splits["pairs"], np.random.default_rng(0), {}
    answers = np.full(len(split.inputs), "", dtype=object)
    for start, words in zip(split.starts, split.sequences, strict=True):
        answers[start + len(words) - 1] = guess.setdefault(tuple(sorted(words)), "xy"[rng.integers(2)])
    scores = {metric: value for _, metric, value in score_predictions(task, corpus, "pairs", answers).scores}
    assert len(set(guess.values())) == 2
    assert (scores["token_accuracy"], scores["pair_accuracy"]) == (0.5, 0)
