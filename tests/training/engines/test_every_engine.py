"""Every engine computes the outputs, states and training steps of torch in float64."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.native_cases import CASES, single_precision, weights_of
from helpers.networks import CATALOGUE, ENGINES, device_for
from rnnbench.training.engines.eager import TorchPredictor, TorchTrainer

OTHERS = [engine for engine in ENGINES if engine.id != "torch"]
every_engine = pytest.mark.parametrize("engine", OTHERS)
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

    Batches are of different sizes and lengths, and the last runs have another learning rate.
    """
    ours, data = case_of(name, inputs)
    start, ends = reference_of(name, inputs)
    start = start_on(engine, start)
    trainer = engine.trainer(ours, single_precision(data).to(device_for(engine)), start, RATES, CLIP)
    for begin in range(0, STEPS, 25):
        trainer.train_steps(*(part[begin : begin + 25] for part in batches(data)))
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
    wild, tame = (engine.trainer(ours, on_device, start, [0.003, 0.003, rate], CLIP) for rate in (1e38, 0.01))
    for trainer in (wild, tame):
        trainer.train_steps(*(part[:5] for part in batches(data)))
    for key, value in tame.parameters.items():
        torch.testing.assert_close(wild.parameters[key][:2], value[:2], rtol=1e-5, atol=1e-6)
    assert not all(value[2].isfinite().all() for value in wild.parameters.values())


@every_engine
def test_a_batch_without_targets_changes_nothing(engine):
    case = replace(CASES[0], target_share=0.0)
    ours, data = case.network("gru"), case.split()
    start = start_on(engine, weights_of(ours))
    trainer = engine.trainer(ours, single_precision(data).to(device_for(engine)), start, [0.1], CLIP)
    trainer.train_steps([torch.arange(len(data))[None]], [1.0])
    trainer.train_steps([], [])
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
    once, again = (engine.trainer(ours, on_device, start, RATES, CLIP) for _ in range(2))
    for trainer in (once, again):
        trainer.train_steps(*batches(data))
    for key, value in once.parameters.items():
        assert torch.equal(value, again.parameters[key])


RATES, CLIP = [0.003, 0.003, 0.01], 0.5


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
    """Return the batches of three runs, (3, B) each with B from 1 to 4, and the factors on the learning rate."""
    rng = np.random.default_rng(2)
    indices = [np.stack([rng.choice(len(data), 1 + i % 4, replace=False) for _ in RATES]) for i in range(STEPS)]
    return [torch.from_numpy(batch) for batch in indices], [1 - i / STEPS for i in range(STEPS)]


@functools.cache
def reference_of(name, inputs):
    """Return initial weights of three runs, and their weights after training with torch in float64."""
    ours, data = case_of(name, inputs)
    start = {
        key: value * torch.tensor([1.0, -0.7, 0.9]).view(3, *[1] * (value.ndim - 1))
        for key, value in weights_of(ours).items()
    }
    exact = TorchTrainer(ours, data, start, RATES, CLIP)
    exact.train_steps(*batches(data))
    return start, exact.parameters
