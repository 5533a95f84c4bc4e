"""The training loop: order of batches, best step, plateau, divergence, and the lecture's claim about the pair."""

import numpy as np
import pytest
import torch

from helpers.networks import CATALOGUE, ENGINES
from rnnbench.data.batches import encode
from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.one_of_n_other import OneOfNOther
from rnnbench.encoders.raw import Raw
from rnnbench.evaluation.scoring import is_better, selection_score
from rnnbench.models.network import count_parameters
from rnnbench.models.size import Size
from rnnbench.tasks.delayed_recall import DelayedRecall
from rnnbench.tasks.register import Register
from rnnbench.tasks.travel import PAIR, Travel
from rnnbench.training.combination import (
    Combination,
    build_network,
    prepare,
    split_into_stacks,
    train_combination,
)
from rnnbench.training.loop import Run, batch_order, initial_parameters
from rnnbench.training.settings import Training

every_engine = pytest.mark.parametrize("engine", ENGINES)
LENGTHS = torch.tensor([3, 9, 4, 4, 7, 2, 5, 8, 6, 1, 3])


def order(runs, epoch=1, size=1):
    lengths = {run.seed: LENGTHS for run in runs}
    return [batch.tolist() for batch in batch_order(lengths, runs, epoch, size)]


def test_every_sequence_is_in_one_batch_of_an_epoch():
    batches = order([Run(0, 0.1), Run(1, 0.1)])
    for run in (0, 1):
        assert sorted(i for batch in batches for i in batch[run]) == list(range(len(LENGTHS)))


def test_a_runs_order_depends_on_its_seed_and_epoch_alone():
    alone = [batch[0] for batch in order([Run(1, 0.1)])]
    assert alone == [batch[1] for batch in order([Run(0, 0.1), Run(1, 0.5)])]
    assert alone != [batch[0] for batch in order([Run(2, 0.1)])]
    assert alone != [batch[0] for batch in order([Run(1, 0.1)], epoch=2)]


def test_better_is_the_metric_then_the_loss_and_never_nan():
    old = selection_score(
        {"slot_f1": np.array([0.5, 0.5, 0.5, 0.5]), "loss": np.array([1.0, 1.0, 1.0, 1.0])}, "slot_f1"
    )
    new = selection_score(
        {"slot_f1": np.array([0.6, 0.5, 0.4, 0.9]), "loss": np.array([2.0, 0.9, 0.1, np.nan])}, "slot_f1"
    )
    assert is_better(new, old).tolist() == [True, True, False, False]


def trained(name, corpus, engine, *, task=None, rates=(0.01,), steps=30, check=5, patience=None):
    """Return the results of runs of seed 0 at these rates, in their order."""
    task = task or Travel()
    combination = Combination(task, OneOfN(), CATALOGUE[name], Size(hidden=16))
    if task.inputs == "numbers":
        combination = Combination(task, Raw(), CATALOGUE[name], Size(hidden=16))
    settings = Training(max_steps=steps, patience=patience or steps, check=check)
    runs = [Run(0, rate) for rate in rates]
    by_run = dict(train_combination(combination, {0: corpus}, runs, settings, "cpu", engine))
    return [by_run[run] for run in runs]


READ_LABELS = {"jordan", "jordan_target", "bidirectional_jordan_target"}
"""These cannot tell the pair apart: see `test_a_label_o_cannot_hold_a_cue` in tests/cells/test_jordan_feeds.py."""


@pytest.fixture(scope="module")
def pair_alone():
    """A corpus of the lecture's pair only."""
    split = split_of_words(PAIR)
    return Corpus(dict.fromkeys(("train", "validation", "test", "showcase"), split))


def predicted_labels(result, corpus):
    return [[corpus.labels[i] for i in row] for row in result.tensors["showcase"].argmax(-1)]


@every_engine
@pytest.mark.parametrize("name", [name for name in CATALOGUE if name not in READ_LABELS | {"lstm_5_layers"}])
def test_networks_with_a_memory_tell_the_two_taipeis_apart(name, pair_alone, engine):
    (result,) = trained(name, pair_alone, engine, steps=150, check=5)
    arrive, leave = predicted_labels(result, pair_alone)
    if name == "feed_forward":
        assert arrive[1:] == leave[1:]
    else:
        assert [arrive[1], leave[1]] == ["B-destination", "B-place_of_departure"]


@every_engine
def test_a_diverged_run_is_reported_and_leaves_its_neighbour_alone(engine):
    task = Register(length=5, train=64, validation=16, test=16)
    corpus = task.generate()
    good, bad = trained("elman", corpus, engine, task=task, rates=(0.01, 1e30), steps=6, check=2)
    assert (good.record["status"], bad.record["status"]) == ("done", "diverged")
    (alone,) = trained("elman", corpus, engine, task=task, rates=(0.01,), steps=6, check=2)
    assert good.record["scores"][0][2] == pytest.approx(alone.record["scores"][0][2], rel=1e-4)


@every_engine
def test_the_best_step_is_the_best_of_the_history(engine):
    task = Travel(train=64, validation=32, test=8)
    (result,) = trained("elman", task.generate(), engine, task=task, steps=12, check=2)
    f1 = {
        step: v for step, split, metric, v in result.record["history"] if (split, metric) == ("validation", "slot_f1")
    }
    del f1[0]  # before the first step
    assert f1[result.record["best_step"]] == max(f1.values())
    scores = {(split, metric): value for split, metric, value in result.record["scores"]}
    assert scores["validation", "slot_f1"] == pytest.approx(max(f1.values()), abs=1e-6)


@every_engine
def test_test_split_is_scored_once_and_never_watched(engine):
    task = Travel(train=32, validation=16, test=8)
    (result,) = trained("elman", task.generate(), engine, task=task, steps=2, check=1)
    assert {split for _, split, _, _ in result.record["history"]} == {"train", "validation"}
    assert {split for split, _, _ in result.record["scores"]} >= {"train", "validation", "test"}


def test_numbers_of_parameters_decide_the_width():
    task = Travel(train=32, validation=16, test=8)
    corpus = task.generate()
    combination = Combination(task, OneOfN(), CATALOGUE["lstm"], Size(parameters=20_000))
    feature_index, network = build_network(combination, corpus)
    assert feature_index is not None
    assert abs(sum(count_parameters(network).values()) - 20_000) < 2 * 4 * (feature_index.size + 4 * network.hidden)


def test_encoding_splits_keeps_labels_and_lengths():
    sentences = [(["a", "b"], ["O", "B-x"]), (["c"], ["O"])]
    data = encode(split_of_words(sentences), OneOfN().fit(["a", "b"]), ["O", "B-x"])
    assert data.targets.tolist() == [0, 1, 0]
    assert data.lengths.tolist() == [2, 1]
    batch = data.batch(torch.tensor([[0, 1]]))
    assert batch.targets.tolist() == [[[0, 1], [0, -1]]]
    assert batch.has_target.tolist() == [[[True, True], [True, False]]]


def test_a_long_sequence_costs_no_more_than_its_words():
    sentences = [(["a"] * 10_000, ["O"] * 10_000), *([(["a"], ["O"])] * 1000)]
    data = encode(split_of_words(sentences), OneOfN().fit(["a"]), ["O", "B-x"])
    assert data.inputs.numel() == data.targets.numel() == 11_000


@every_engine
def test_a_label_that_was_never_trained_has_no_loss_and_is_a_mistake(engine):
    """A word whose label in the test split does not occur in the training split."""
    pairs = {"train": ["O"], "validation": ["O"], "test": ["B-x"], "showcase": ["O"]}
    corpus = Corpus({name: split_of_words([(["a"], labels)] * 3) for name, labels in pairs.items()})
    (result,) = trained("elman", corpus, engine, steps=2, check=1)
    scores = {(split, metric): value for split, metric, value in result.record["scores"]}
    assert scores["test", "token_accuracy"] == 0
    assert scores["test", "loss"] == 0
    assert scores["train", "token_accuracy"] == 1


@every_engine
def test_each_run_stops_by_itself_and_keeps_what_was_best(engine):
    """At a tiny rate nothing improves: the rate falls twice, and then training ends, long before the neighbour's."""
    task = Travel(train=64, validation=32, test=8)
    slow, fast = trained("elman", task.generate(), engine, task=task, rates=(1e-9, 0.02), steps=40, check=2, patience=4)
    assert (slow.record["stopped_by"], slow.record["steps"]) == ("plateau", 3 * 4)
    assert fast.record["steps"] > slow.record["steps"]
    assert max(step for step, *_ in slow.record["history"]) == 3 * 4
    (alone,) = trained("elman", task.generate(), engine, task=task, rates=(0.02,), steps=40, check=2, patience=4)
    assert (fast.record["steps"], fast.record["best_step"]) == (alone.record["steps"], alone.record["best_step"])


@every_engine
def test_what_was_never_trained_is_not_chosen(engine):
    task = Travel(train=32, validation=16, test=8)
    (result,) = trained("elman", task.generate(), engine, task=task, rates=(1e-9,), steps=4, check=2)
    assert result.record["best_step"] >= 2


def history(result):
    """Return the steps at which a run was scored on validation."""
    return [step for step, split, metric, _ in result.record["history"] if (split, metric) == ("validation", "loss")]


def run_worlds(task, runs, engine, encoder=None, **training):
    combination = Combination(task, encoder or OneOfN(), CATALOGUE["elman"], Size(hidden=8))
    corpora = {run.seed: task.world(run.seed).generate() for run in runs}
    settings = Training(**{"max_steps": 20, "patience": 5, "check": 5} | training)
    return dict(train_combination(combination, corpora, runs, settings, "cpu", engine))


ONE_SHAPE = DelayedRecall(delay=3, train=64, validation=32, test=16)
"""A task of which every seed has the same words, so that all runs of a combination are one stack."""


@every_engine
@pytest.mark.parametrize("encoder", [OneOfN(), OneOfNOther(dropout=5.0)], ids=["one_of_n", "one_of_n_other"])
def test_runs_of_other_worlds_leave_a_run_as_it_is(engine, encoder):
    """Worlds stand side by side in a stack, words are dropped in each by itself, and runs stop at different steps."""
    runs = [Run(0, 0.02), Run(1, 0.005), Run(2, 1e-7)]
    together = run_worlds(ONE_SHAPE, runs, engine, encoder, batch=16)
    assert len({result.record["steps"] for result in together.values()}) > 1
    for run in runs:
        alone = run_worlds(ONE_SHAPE, [run], engine, encoder, batch=16)[run]
        assert alone.record["steps"] == together[run].record["steps"]
        for name in ("layer0.forward.recurrent", "layer0.forward.input", "readout.forward"):
            np.testing.assert_allclose(alone.tensors[name], together[run].tensors[name], atol=1e-5)
        for first, second in zip(alone.record["scores"], together[run].record["scores"], strict=True):
            assert first == pytest.approx(second, abs=1e-4)


def test_worlds_of_one_shape_are_one_stack():
    combination = Combination(ONE_SHAPE, OneOfN(), CATALOGUE["elman"], Size(hidden=8))
    corpora = {seed: ONE_SHAPE.world(seed).generate() for seed in (0, 1, 2)}
    prepared = {
        seed: prepare(combination, corpus, corpora[0], Training(), torch.device("cpu"))
        for seed, corpus in corpora.items()
    }
    runs = [Run(seed, 0.01) for seed in corpora]
    assert split_into_stacks(prepared, runs) == [runs]


@every_engine
def test_dropped_words_are_what_a_run_is_trained_on(engine):
    """In the second epoch other words are dropped than in the first; a word that is dropped rarely leaves no trace."""
    rates = {dropout: OneOfNOther(dropout=dropout) for dropout in (1e-9, 5.0)}
    (never, often) = (
        run_worlds(ONE_SHAPE, [Run(0, 0.01)], engine, encoder, batch=16)[Run(0, 0.01)] for encoder in rates.values()
    )
    other = -1  # the last row of the input matrix
    start = initial_parameters(network_of(ONE_SHAPE), [0])["layer0.forward.input"][0].numpy()
    assert np.array_equal(never.tensors["layer0.forward.input"][other], start[other])
    assert not np.array_equal(often.tensors["layer0.forward.input"][other], start[other])
    assert len(ONE_SHAPE.generate().splits["train"]) < often.record["steps"] * 16  # more than one epoch


def network_of(task):
    """Return the network that `run_worlds` trains, with "other"."""
    combination = Combination(task, OneOfNOther(), CATALOGUE["elman"], Size(hidden=8))
    return build_network(combination, task.generate())[1]


@every_engine
def test_a_run_trains_until_a_plateau_or_the_maximum(engine):
    task = Travel(train=64, validation=32, test=8, extra=4)
    (still,) = run_worlds(task, [Run(0, 1e-9)], engine, max_steps=1000).values()
    assert (still.record["stopped_by"], still.record["steps"]) == ("plateau", 15)  # patience, then two falls
    assert history(still) == [0, 5, 10, 15]
    (short,) = run_worlds(task, [Run(0, 0.02)], engine, max_steps=12, patience=1000).values()
    assert (short.record["stopped_by"], short.record["steps"]) == ("maximum", 12)
    assert history(short) == [0, 5, 10, 12]


@every_engine
def test_twice_the_maximum_changes_nothing_of_a_run_that_ended_on_a_plateau(engine):
    first, second = (
        run_worlds(ONE_SHAPE, [Run(0, 0.02)], engine, max_steps=maximum)[Run(0, 0.02)] for maximum in (500, 1000)
    )
    assert first.record["stopped_by"] == "plateau"
    for name in ("stopped_by", "steps", "best_step", "scores", "history"):
        assert first.record[name] == second.record[name]
    assert all(np.array_equal(first.tensors[name], second.tensors[name]) for name in first.tensors)


@every_engine
def test_a_run_reads_the_corpus_of_its_seed(engine):
    """The same start and order on the corpus of another world end elsewhere."""
    combination = Combination(ONE_SHAPE, OneOfN(), CATALOGUE["elman"], Size(hidden=8))
    run, settings = Run(1, 0.01), Training(max_steps=20, patience=20, check=5)
    own, other = (
        dict(train_combination(combination, {1: ONE_SHAPE.world(seed).generate()}, [run], settings, "cpu", engine))[run]
        for seed in (1, 0)
    )
    assert not np.array_equal(own.tensors["layer0.forward.input"], other.tensors["layer0.forward.input"])


def test_all_runs_answer_the_examples_of_the_first_world():
    task = DelayedRecall(delay=3, train=64, validation=16, test=16)
    combination = Combination(task, OneOfN(), CATALOGUE["elman"], Size(hidden=8))
    corpora = {seed: task.world(seed).generate() for seed in (0, 1)}
    assert not np.array_equal(corpora[0].splits["showcase"].inputs, corpora[1].splits["showcase"].inputs)
    prepared = [
        prepare(combination, corpora[seed], corpora[0], Training(), torch.device("cpu")).world.splits["showcase"]
        for seed in (0, 1)
    ]
    words = [[sorted(set(corpora[0].splits["showcase"].inputs))[i] for i in split.inputs] for split in prepared]
    assert words[0] == words[1] == list(corpora[0].splits["showcase"].inputs)
