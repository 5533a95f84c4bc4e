"""What every task must hold."""

import numpy as np
import pytest

from rnnbench import tasks
from rnnbench.describe import SPLITS, ceilings
from rnnbench.metrics import HIGHER_IS_BETTER, bio, score_labels, score_numbers
from rnnbench.registry import build, names
from rnnbench.tasks import Task

SIZES = {"train": 40, "validation": 20, "test": 200}


@pytest.fixture(scope="module", params=names(tasks))
def task(request):
    return build(tasks, request.param, Task, SIZES)


@pytest.fixture(scope="module")
def corpus(task):
    return task.generate()


def sequences(split):
    """Return every sequence's input as a tuple."""
    return [tuple(np.ravel(rows).tolist()) for rows in np.split(split.inputs, split.starts[1:])]


def same(first, second):
    return [np.array_equal(first.splits[name].inputs, second.splits[name].inputs) for name in SPLITS]


def test_splits_have_the_sizes_asked_for(corpus):
    assert {name: len(corpus.splits[name]) for name in SPLITS} == SIZES
    assert len(corpus.splits["showcase"]) > 0


def test_no_sequence_is_there_twice(corpus):
    every = [sequence for name in SPLITS for sequence in sequences(corpus.splits[name])]
    assert len(set(every)) == len(every) == sum(SIZES.values())


def test_every_position_has_an_input_and_an_answer(task, corpus):
    for split in corpus.splits.values():
        positions = split.lengths.sum()
        assert split.lengths.min() > 0
        assert len(split.inputs) == len(split.targets) == len(split.scored) == positions
        assert split.inputs.ndim == (1 if task.inputs == "words" else 2)
        assert split.targets.ndim == (1 if task.outputs == "labels" else 2)
        assert all(scored.any() for scored in np.split(split.scored, split.starts[1:]))


def test_the_seed_makes_the_corpus(task, corpus):
    assert same(corpus, task.generate()) == [True] * 3
    assert same(corpus, build(tasks, task.kind, Task, {**SIZES, "seed": 1}).generate()) == [False] * 3


def test_networks_are_chosen_by_a_metric_that_there_is(task, corpus):
    one, two, three = (np.zeros(shape) for shape in ((1, 1), (1, 1, 1), (1, 1, 1, 1)))
    inside = np.ones((1, 1), dtype=bool)
    if task.outputs == "labels":
        scores = score_labels(two.astype(int), one.astype(int), inside, bio(corpus.labels))
    else:
        scores = score_numbers(three, two, inside, tolerance=task.tolerance)
    assert task.chosen_by in {"loss", *scores}


def test_the_oracle_answers_like_a_network(task, corpus):
    for split in corpus.splits.values():
        found = task.oracle(split)
        assert list(found) == ["word", "prefix", "sentence"]
        assert all(answers.shape == split.targets.shape for answers in found.values())
    if task.outputs == "labels":
        assert set(found["sentence"]) <= set(corpus.labels)


def test_who_sees_more_knows_better(task, corpus):
    """True on the average over all sequences; on 200 up to what chance does: three standard errors of a share."""
    rows = [row for row in ceilings(task, corpus) if row["split"] == "test"]
    word, prefix, sentence = (row["value"] for row in rows if row["metric"] == "token_accuracy")
    chance = 3 * 0.5 / SIZES["test"] ** 0.5
    assert word < prefix + chance
    assert prefix < sentence + chance
    assert word < sentence
    assert {row["metric"] for row in rows} <= set(HIGHER_IS_BETTER)
