"""What every task must hold."""

import numpy as np
import pytest

from helpers.column_files import task_settings
from rnnbench import tasks
from rnnbench.common.registry import build, names
from rnnbench.data.corpus import NO_TARGET
from rnnbench.evaluation.ceilings import ceilings
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER, count_marks, judge_labels, judge_numbers, scores_of
from rnnbench.evaluation.predictions import NAMING
from rnnbench.tasks import SyntheticTask, Task
from rnnbench.training.combination import scorer_of

SPLITS = ("train", "validation", "test")
SIZES = {"train": 40, "validation": 20, "test": 200}


@pytest.fixture(scope="module", params=names(tasks))
def task(request, tmp_path_factory):
    settings = task_settings(request.param, tmp_path_factory.mktemp(request.param), SIZES)
    return build(tasks, request.param, Task, settings)


@pytest.fixture(scope="module")
def corpus(task):
    return task.generate()


def sequences(split):
    """Return every sequence's input as a tuple."""
    return [tuple(np.ravel(rows).tolist()) for rows in split.sequences]


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
        assert len(split.inputs) == len(split.targets) == len(split.score_mask) == positions
        assert split.inputs.ndim == (1 if task.inputs == "words" else 2)
        assert split.targets.ndim == (1 if task.outputs == "labels" else 2)
        assert all(scored.any() for scored in np.split(split.score_mask, split.starts[1:]))


def test_the_seed_makes_the_corpus(task, corpus):
    """Of a test split that is read from a file it is not the seed's to say."""
    assert same(corpus, task.generate()) == [True] * 3
    assert same(corpus, task.model_copy(update={"seed": 1}).generate()) == [
        False,
        False,
        not isinstance(task, SyntheticTask),
    ]


def test_it_comes_back_from_its_settings(task):
    settings = task.settings
    assert build(tasks, settings.pop("kind"), Task, settings | {"name": task.name}) == task


def test_its_files_are_there(task):
    assert all(file.read_bytes() for file in task.files)
    assert bool(task.files) != isinstance(task, SyntheticTask)


def test_networks_are_chosen_by_a_metric_that_there_is(task, corpus):
    one, two, three = (np.zeros(shape) for shape in ((1, 1), (1, 1, 1), (1, 1, 1, 1)))
    inside, scorer = np.ones((1, 1), dtype=bool), scorer_of(task, corpus)
    if task.outputs == "labels":
        marks = judge_labels(two.astype(int), one.astype(int), inside, scorer.bio)
    else:
        marks = judge_numbers(three, two, inside, tolerance=scorer.tolerance)
    assert scorer.metric in {"loss", *scores_of(count_marks(marks))}


def test_the_oracle_answers_like_a_network(task, corpus):
    for name, split in corpus.splits.items():
        found = task.oracle(name, split)
        assert list(found) == (["word", "prefix", "sentence"] if isinstance(task, SyntheticTask) else [])
        assert all(answers.shape == split.targets.shape for answers in found.values())
        if task.outputs == "labels" and found:
            assert set(found["sentence"]) <= {NO_TARGET, *corpus.all_labels}


def test_who_sees_more_knows_better(task, corpus):
    """True on the average over all sequences; on 200 up to what chance does: three standard errors of a share."""
    rows = [row for row in ceilings(task, corpus).rows if row["split"] == "test" and row["phenomenon"] == "all"]
    if not isinstance(task, SyntheticTask):
        assert not rows
        return
    word, prefix, sentence = (row["value"] for row in rows if row["metric"] == "token_accuracy")
    chance = 3 * 0.5 / SIZES["test"] ** 0.5
    assert word < prefix + chance
    assert prefix < sentence + chance
    assert word < sentence
    assert {row["metric"] for row in rows} <= {*HIGHER_IS_BETTER, NAMING}
