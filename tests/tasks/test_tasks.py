"""The contract of every task."""

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
    rows = [sequence for name in SPLITS for sequence in sequences(corpus.splits[name])]
    assert len(set(rows)) == len(rows) == sum(SIZES.values())


def test_every_position_has_an_input_and_an_answer(task, corpus):
    for split in corpus.splits.values():
        positions = split.lengths.sum()
        assert split.lengths.min() > 0
        assert len(split.inputs) == len(split.targets) == len(split.score_mask) == positions
        assert split.inputs.ndim == (1 if task.inputs == "words" else 2)
        assert split.targets.ndim == (1 if task.outputs == "labels" else 2)
        assert all(scored.any() for scored in np.split(split.score_mask, split.starts[1:]))


def test_the_seed_makes_the_corpus(task, corpus):
    """A test split that is read from a file does not depend on the seed."""
    assert same(corpus, task.generate()) == [True] * 3
    assert same(corpus, task.model_copy(update={"seed": 1}).generate()) == [
        False,
        False,
        not isinstance(task, SyntheticTask),
    ]


def test_every_seed_has_a_world_of_its_own(task, corpus):
    """Another corpus with the same splits of the same sizes, the same whenever it is drawn; files stay as they are."""
    assert task.world(0) is task
    assert task.draws_worlds == isinstance(task, SyntheticTask)
    if not task.draws_worlds:
        assert task.world(1) is task
        return
    first, again, second = (task.world(seed).generate() for seed in (1, 1, 2))
    assert same(first, again) == [True] * 3
    assert same(first, corpus) == same(first, second) == same(second, corpus) == [False] * 3
    sizes = [{name: len(split) for name, split in each.splits.items()} for each in (corpus, first, second)]
    assert sizes[0] == sizes[1] == sizes[2]
    assert build(tasks, task.kind, Task, settings_of(task.world(1))).generate().splits.keys() == corpus.splits.keys()


def settings_of(task):
    return {name: value for name, value in task.settings.items() if name != "kind"}


def test_it_comes_back_from_its_settings(task):
    settings = task.settings
    assert build(tasks, settings.pop("kind"), Task, settings | {"name": task.name}) == task


def test_its_files_are_there(task):
    assert all(file.read_bytes() for file in task.files)
    assert bool(task.files) != isinstance(task, SyntheticTask)


def test_networks_are_chosen_by_a_metric_that_there_is(task, corpus):
    scored, scorer = np.ones((1, 1), dtype=bool), scorer_of(task, corpus)
    if task.outputs == "labels":
        predicted, labels = np.zeros((1, 1, 1), dtype=int), np.zeros((1, 1), dtype=int)
        marks = judge_labels(predicted, labels, scored, scorer.bio)
    else:
        marks = judge_numbers(np.zeros((1, 1, 1, 1)), np.zeros((1, 1, 1)), scored, tolerance=scorer.tolerance)
    assert scorer.metric in {"loss", *scores_of(count_marks(marks))}


def test_the_oracle_answers_like_a_network(task, corpus):
    for name, split in corpus.splits.items():
        oracle = task.oracle(name, split)
        assert list(oracle) == (["word", "prefix", "sentence"] if isinstance(task, SyntheticTask) else [])
        assert all(answers.shape == split.targets.shape for answers in oracle.values())
        if task.outputs == "labels" and oracle:
            assert set(oracle["sentence"]) <= {NO_TARGET, *corpus.all_labels}


def test_more_information_gives_higher_ceilings(task, corpus):
    """True in expectation; on 200 sequences up to chance: three standard errors of a share."""
    rows = [row for row in ceilings(task, {0: corpus}).rows if row["split"] == "test" and row["phenomenon"] == "all"]
    if not isinstance(task, SyntheticTask):
        assert not rows
        return
    word, prefix, sentence = (row["value"] for row in rows if row["metric"] == "token_accuracy")
    chance = 3 * 0.5 / SIZES["test"] ** 0.5
    assert word < prefix + chance
    assert prefix < sentence + chance
    assert word < sentence
    assert {row["metric"] for row in rows} <= {*HIGHER_IS_BETTER, NAMING}
