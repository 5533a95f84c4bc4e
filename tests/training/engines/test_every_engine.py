"""What every engine does, in the same words: it answers and trains as torch in float64 does."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.native_cases import CASES, weights_of
from helpers.networks import CATALOGUE, ENGINES, device_for
from rnnbench.training.engines.eager import TorchPredictor, TorchTrainer

OTHERS = [engine for engine in ENGINES if engine.id != "torch"]
every_engine = pytest.mark.parametrize("engine", OTHERS)
every_architecture = pytest.mark.parametrize("name", CATALOGUE)
READERS = [("words", None, 0), ("words", 5, 0), ("words", 5, 1), ("words", None, 1), ("numbers", None, 0)]
STEPS = 100


@every_engine
@every_architecture
@pytest.mark.parametrize("case", CASES[:20:3], ids=str)
def test_readers_put_out_what_torch_puts_out(name, case, engine):
    ours, data = case.network(name), case.split()
    weights, chosen = weights_of(ours), torch.arange(len(data)).flip(0)
    exact, found = TorchPredictor(ours, weights), answering(engine, ours, weights)
    there = single(data).to(device_for(engine))
    inside = data.positions(chosen)[1]
    outputs = [exact.outputs(data, chosen)[:, inside], found.outputs(there, chosen)[:, inside].cpu().double()]
    torch.testing.assert_close(*outputs, rtol=1e-4, atol=2e-5)
    states = [exact.states(data, chosen), found.states(there, chosen).cpu().double()]
    torch.testing.assert_close(*states, rtol=1e-4, atol=2e-5)


@every_engine
@every_architecture
@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_hundred_steps_end_where_torch_in_float64_ends(name, reader, engine):
    """Rounding grows from step to step, and Adam divides by small numbers: 1e-3 of the way that the weights went.

    Batches are of different sizes and lengths, and the last runs have another learning rate.
    """
    ours, data = walk(name, reader)
    start, ends = walked(name, reader)
    start = started(engine, start)
    learner = engine.trainer(ours, single(data).to(device_for(engine)), start, RATES, CLIP)
    for begin in range(0, STEPS, 25):
        learner.train_steps(*(part[begin : begin + 25] for part in batches(data)))
    for key, value in ends.items():
        for run in range(len(RATES)):
            way = (value[run] - start[key][run].cpu()).norm()
            assert way > 0
            assert (learner.parameters[key][run].cpu() - value[run]).norm() <= 1e-3 * way, (key, run)


@every_engine
@pytest.mark.parametrize("name", ["lstm", "jordan", "bidirectional_lstm"])
def test_a_run_that_diverges_leaves_its_neighbours_alone(name, engine):
    ours, data = walk(name, READERS[0])
    start = started(engine, walked(name, READERS[0])[0])
    there = single(data).to(device_for(engine))
    wild, tame = (engine.trainer(ours, there, start, [0.003, 0.003, rate], CLIP) for rate in (1e38, 0.01))
    for learner in (wild, tame):
        learner.train_steps(*(part[:5] for part in batches(data)))
    for key, value in tame.parameters.items():
        torch.testing.assert_close(wild.parameters[key][:2], value[:2], rtol=1e-5, atol=1e-6)
    assert not all(value[2].isfinite().all() for value in wild.parameters.values())


@every_engine
def test_a_batch_that_wants_no_answer_moves_nothing(engine):
    case = replace(CASES[0], asked=0.0)
    ours, data = case.network("gru"), case.split()
    start = started(engine, weights_of(ours))
    learner = engine.trainer(ours, single(data).to(device_for(engine)), start, [0.1], CLIP)
    learner.train_steps([torch.arange(len(data))[None]], [1.0])
    learner.train_steps([], [])
    for key, value in learner.parameters.items():
        assert torch.equal(value, start[key])


@every_engine
def test_the_same_is_done_twice_to_the_bit(engine):
    ours, data = walk("bidirectional_lstm", READERS[1])
    start = {key: value.to(device_for(engine), torch.float32) for key, value in walked("lstm", READERS[1])[0].items()}
    start = {
        key: start.get(key, torch.ones(3, *shape, device=device_for(engine))) for key, shape in ours.shapes.items()
    }
    there = single(data).to(device_for(engine))
    once, again = (engine.trainer(ours, there, start, RATES, CLIP) for _ in range(2))
    for learner in (once, again):
        learner.train_steps(*batches(data))
    for key, value in once.parameters.items():
        assert torch.equal(value, again.parameters[key])


RATES, CLIP = [0.003, 0.003, 0.01], 0.5


def single(data):
    """Return a split in the precision that networks are trained in."""
    return replace(
        data,
        **{key: value.float() for key in ("inputs", "targets") if (value := getattr(data, key)).is_floating_point()},
    )


def answering(engine, ours, weights):
    return engine.predictor(ours, started(engine, weights))


def started(engine, weights):
    """Return weights where the engine wants them, in single precision."""
    return {key: value.to(device_for(engine), torch.float32) for key, value in weights.items()}


@functools.cache
def walk(name, reader):
    reads, embedding, window = reader
    lengths = (4, 3, 5, 1) * 5
    case = replace(CASES[0], reads=reads, embedding=embedding, window=window, hidden=8, lengths=lengths)
    return case.network(name), case.split()


def batches(data):
    """Return the batches of three runs, (3, B) each with B from 1 to 4, and their paces."""
    rng = np.random.default_rng(2)
    chosen = [np.stack([rng.choice(len(data), 1 + i % 4, replace=False) for _ in RATES]) for i in range(STEPS)]
    return [torch.from_numpy(batch) for batch in chosen], [1 - i / STEPS for i in range(STEPS)]


@functools.cache
def walked(name, reader):
    """Return weights of three runs, and where torch in float64 moves them."""
    ours, data = walk(name, reader)
    start = {
        key: value * torch.tensor([1.0, -0.7, 0.9]).view(3, *[1] * (value.ndim - 1))
        for key, value in weights_of(ours).items()
    }
    exact = TorchTrainer(ours, data, start, RATES, CLIP)
    exact.train_steps(*batches(data))
    return start, exact.parameters
