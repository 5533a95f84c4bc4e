"""Every engine computes the outputs, states and training steps of torch in float64."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.native_cases import CASES, DIMENSIONS, single_precision, weights_of
from helpers.networks import CATALOGUE, ENGINES, device_for
from rnnbench.training.engines.eager import TorchPredictor, TorchTrainer

OTHERS = [engine for engine in ENGINES if engine.id != "torch"]
every_engine = pytest.mark.parametrize("engine", OTHERS)
all_engines = pytest.mark.parametrize("engine", ENGINES)
every_architecture = pytest.mark.parametrize("name", CATALOGUE)
INPUTS = [("words", None, 0), ("words", 5, 0), ("words", 5, 1), ("words", None, 1), ("numbers", None, 0)]
STEPS = 100


@every_engine
@every_architecture
@pytest.mark.parametrize("case", CASES[:20:3], ids=str)
def test_predictors_compute_what_torch_computes(name, case, engine):
    ours, data = case.network(name), case.split()
    weights, indices = weights_of(ours), torch.arange(len(data)).flip(0)
    exact, predictor = TorchPredictor(ours, weights), engine.predictor(ours, start_on(engine, weights))
    on_device = single_precision(data).to(device_for(engine))
    inside = data.positions(indices)[1]
    outputs = [exact.outputs(data, indices)[:, inside], predictor.outputs(on_device, indices)[:, inside].cpu().double()]
    torch.testing.assert_close(*outputs, rtol=1e-4, atol=2e-5)
    states = [exact.states(data, indices), predictor.states(on_device, indices).cpu().double()]
    torch.testing.assert_close(*states, rtol=1e-4, atol=2e-5)


@every_engine
@every_architecture
@pytest.mark.parametrize("inputs", INPUTS, ids=str)
def test_a_hundred_steps_end_where_torch_in_float64_ends(name, inputs, engine):
    """Rounding grows from step to step, and Adam divides by small numbers: the tolerance is 1e-3 of the change.

    Batches are of different sizes and lengths, and runs have learning rates of their own, which change.
    """
    ours, data = case_of(name, inputs)
    start, ends = reference_of(name, inputs)
    start = start_on(engine, start)
    trainer = engine.trainer(ours, single_precision(data).to(device_for(engine)), start, CLIP)
    train_in_periods(trainer, data)
    for key, value in ends.items():
        for run in range(len(RATES)):
            change = (value[run] - start[key][run].cpu()).norm()
            assert change > 0
            assert (trainer.parameters[key][run].cpu() - value[run]).norm() <= 1e-3 * change, (key, run)


@every_engine
@pytest.mark.parametrize("name", ["lstm", "jordan", "bidirectional_lstm"])
def test_a_run_that_diverges_leaves_its_neighbours_alone(name, engine):
    ours, data = case_of(name, INPUTS[0])
    start = start_on(engine, reference_of(name, INPUTS[0])[0])
    on_device = single_precision(data).to(device_for(engine))
    wild, tame = (engine.trainer(ours, on_device, start, CLIP) for _ in range(2))
    for trainer, rate in ((wild, 1e38), (tame, 0.01)):
        trainer.train_steps(batches(data)[:5], np.array([0.003, 0.003, rate]))
    for key, value in tame.parameters.items():
        torch.testing.assert_close(wild.parameters[key][:2], value[:2], rtol=1e-5, atol=1e-6)
    assert not all(value[2].isfinite().all() for value in wild.parameters.values())


@every_engine
def test_a_batch_without_targets_changes_nothing(engine):
    case = replace(CASES[0], target_share=0.0)
    ours, data = case.network("gru"), case.split()
    start = start_on(engine, weights_of(ours))
    trainer = engine.trainer(ours, single_precision(data).to(device_for(engine)), start, CLIP)
    trainer.train_steps([torch.arange(len(data))[None]], np.array([0.1]))
    trainer.train_steps([], np.array([0.1]))
    for key, value in trainer.parameters.items():
        assert torch.equal(value, start[key])


@every_engine
def test_the_same_is_done_twice_to_the_bit(engine):
    ours, data = case_of("bidirectional_lstm", INPUTS[1])
    start = {
        key: value.to(device_for(engine), torch.float32) for key, value in reference_of("lstm", INPUTS[1])[0].items()
    }
    start = {
        key: start.get(key, torch.ones(3, *shape, device=device_for(engine))) for key, shape in ours.shapes.items()
    }
    on_device = single_precision(data).to(device_for(engine))
    once, again = (engine.trainer(ours, on_device, start, CLIP) for _ in range(2))
    for trainer in (once, again):
        train_in_periods(trainer, data)
    for key, value in once.parameters.items():
        assert torch.equal(value, again.parameters[key])


@all_engines
@pytest.mark.parametrize("name", ["jordan", "bidirectional_lstm"])
def test_a_run_that_has_stopped_stays_as_it_is_to_the_bit_and_goes_on_as_if_nothing_had_been(name, engine):
    """The second run stops for a while; alone it would have taken the same steps without that while."""
    ours, data = case_of(name, INPUTS[1])
    start, on_device = start_on(engine, reference_of(name, INPUTS[1])[0]), single_precision(data).to(device_for(engine))
    stack, alone = (engine.trainer(ours, on_device, weights, CLIP) for weights in (start, runs_of(start, 1)))
    first, middle, last = (batches(data)[begin : begin + 12] for begin in (0, 12, 24))
    stack.train_steps(first, RATES)
    before = {key: value.clone() for key, value in stack.parameters.items()}
    stack.train_steps(middle, RATES * [1, 0, 1])
    for key, value in stack.parameters.items():
        assert torch.equal(value[1], before[key][1])
        assert not torch.equal(value[0], before[key][0])
    stack.train_steps(last, RATES)
    for steps in (first, last):
        alone.train_steps([batch[1:2] for batch in steps], RATES[1:2])
    assert_equal(runs_of(stack.parameters, 1), alone.parameters, exact=engine is NATIVE)


@all_engines
@pytest.mark.parametrize("name", ["jordan", "bidirectional_lstm"])
def test_a_run_does_not_depend_on_which_others_have_stopped(name, engine):
    ours, data = case_of(name, INPUTS[1])
    start, on_device = start_on(engine, reference_of(name, INPUTS[1])[0]), single_precision(data).to(device_for(engine))
    ends = []
    for others in (1, 0):
        trainer = engine.trainer(ours, on_device, start, CLIP)
        trainer.train_steps(batches(data)[:30], RATES * [1, others, others])
        ends.append(runs_of(trainer.parameters, 0))
    assert_equal(*ends, exact=engine is NATIVE)


@all_engines
@pytest.mark.parametrize("inputs", INPUTS, ids=str)
def test_a_split_that_is_read_later_is_as_good_as_one_that_was_there_from_the_start(inputs, engine):
    ours, data = case_of("bidirectional_lstm", inputs)
    start = start_on(engine, reference_of("bidirectional_lstm", inputs)[0])
    first, second = (single_precision(split).to(device_for(engine)) for split in (data, with_other_inputs(data)))
    kept, steps = first.inputs.clone(), batches(data)[:20]

    def end_of(*splits):
        """Return the weights after 20 steps on the last of the splits, each of which is read."""
        trainer = engine.trainer(ours, splits[0], start, CLIP)
        trainer.train_steps(steps[:3], np.zeros(3))  # so that what is recorded at the first steps is there
        for split in splits[1:]:
            trainer.read(split)
        trainer.train_steps(steps, RATES)
        return {key: value.clone() for key, value in trainer.parameters.items()}

    assert_equal(end_of(first, second), end_of(second), exact=True)
    assert_equal(end_of(first, second, first), end_of(first), exact=True)
    assert not torch.equal(end_of(first)["readout.bias"], end_of(second)["readout.bias"])
    assert torch.equal(first.inputs, kept)  # whose split it is has not been written to


@all_engines
def test_a_split_of_other_shapes_is_refused(engine):
    ours, data = case_of("elman", INPUTS[0])
    data = data.to(device_for(engine))
    trainer = engine.trainer(ours, data, start_on(engine, weights_of(ours)), CLIP)
    for other in (data.first(3), replace(data, lengths=data.lengths.flip(0))):
        with pytest.raises(ValueError, match="other shapes"):
            trainer.read(other)


RATES, CLIP = np.array([0.003, 0.003, 0.01]), 0.5
NATIVE = next(engine.values[0] for engine in ENGINES if engine.id == "native")


def assert_equal(first, second, *, exact):
    """Compare two sets of weights: to the bit, or to rounding."""
    assert first.keys() == second.keys()
    for key, value in first.items():
        torch.testing.assert_close(value, second[key], **({"rtol": 0, "atol": 0} if exact else TOLERANCE))


TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def runs_of(weights, run):
    """Return the weights of one run, name -> (1, ...)."""
    return {key: value[run : run + 1].clone() for key, value in weights.items()}


def with_other_inputs(data):
    """Return a split of the same shapes, with other words (whose codes are others, too) or other numbers."""
    rng = np.random.default_rng(5)
    inputs = data.inputs[torch.from_numpy(rng.permutation(len(data.inputs)))]
    if data.codes is None:
        return replace(data, inputs=inputs)
    word, dimension = data.codes.dimensions // DIMENSIONS, data.codes.dimensions % DIMENSIONS
    codes = replace(data.codes, dimensions=word * DIMENSIONS + DIMENSIONS - 1 - dimension)
    return replace(data, inputs=inputs, codes=codes)


def train_in_periods(trainer, data):
    """Train in four periods with falling rates; in the third the second run stands still."""
    for period in range(4):
        still = [1, period != 2, 1]
        trainer.train_steps(batches(data)[25 * period : 25 * (period + 1)], RATES * still * 0.7**period)


def start_on(engine, weights):
    """Return weights on the engine's device, in single precision."""
    return {key: value.to(device_for(engine), torch.float32) for key, value in weights.items()}


@functools.cache
def case_of(name, inputs):
    input_kind, embedding, window = inputs
    lengths = (4, 3, 5, 1) * 5
    case = replace(CASES[0], input_kind=input_kind, embedding=embedding, window=window, hidden=8, lengths=lengths)
    return case.network(name), case.split()


def batches(data):
    """Return the batches of three runs, (3, B) each with B from 1 to 4."""
    rng = np.random.default_rng(2)
    indices = [np.stack([rng.choice(len(data), 1 + i % 4, replace=False) for _ in RATES]) for i in range(STEPS)]
    return [torch.from_numpy(batch) for batch in indices]


@functools.cache
def reference_of(name, inputs):
    """Return initial weights of three runs, and their weights after training with torch in float64."""
    ours, data = case_of(name, inputs)
    start = {
        key: value * torch.tensor([1.0, -0.7, 0.9]).view(3, *[1] * (value.ndim - 1))
        for key, value in weights_of(ours).items()
    }
    exact = TorchTrainer(ours, data, start, CLIP)
    train_in_periods(exact, data)
    return start, exact.parameters
