"""A Jordan network that is fed its targets in training, against plain loops over one sequence at a time."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from helpers.networks import CATALOGUE, ENGINES, device_for, encoded, network, random_inputs, random_weights
from rnnbench.data.batches import encode
from rnnbench.data.corpus import split_of_words
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.models.losses import mean_losses
from rnnbench.tasks.travel import PAIR
from rnnbench.training.loop import initial_parameters

K, SCALE, LENGTHS = 3, 1.7, [5, 2, 4, 1]
both_kinds = pytest.mark.parametrize("output_kind", ["labels", "numbers"])
names = pytest.mark.parametrize("name", ["jordan_target", "bidirectional_jordan_target"])


def case(name, output_kind, layers=1):
    """Return a network, its weights, its inputs (N, T, D) and its targets, of which some are missing."""
    scale = 1.0 if output_kind == "labels" else SCALE
    ours = network(name, output_size=K, output_kind=output_kind, output_scale=scale, layers=layers)
    rng, inputs = np.random.default_rng(7), random_inputs(len(LENGTHS), max(LENGTHS))
    if output_kind == "labels":
        targets = torch.from_numpy(rng.integers(-1, K + 1, inputs.shape[:2]))  # K: a label that was never trained
        targets[0, 1] = K
    else:
        targets = torch.from_numpy(rng.standard_normal((*inputs.shape[:2], K)))
        targets[torch.from_numpy(rng.random(inputs.shape[:2]) < 0.3)] = torch.nan
    return ours, random_weights(ours.shapes), inputs, targets


def fed(target, y, output_kind):
    """Return what the step after one with this target and this answer reads."""
    if output_kind == "numbers":
        return y if target.isnan().any() else target / SCALE
    return F.one_hot(target, K).double() if 0 <= target < K else y


def activations(weights, prefix, readout, bias, x, targets, output_kind):
    """Return a at each step, (T, H), of a layer that reads x (T, D) from its first to its last step."""
    memory, steps = torch.zeros(K, dtype=torch.float64), []
    for x_t, target in zip(x, targets, strict=True):
        weight, recurrent, b = (weights[f"{prefix}.{part}"][0] for part in ("input", "recurrent", "bias"))
        a = torch.tanh(x_t @ weight + memory @ recurrent + b)
        y = a @ readout + bias
        memory = fed(target, y.softmax(-1) if output_kind == "labels" else y, output_kind)
        steps.append(a)
    return torch.stack(steps)


def plain_loss(ours, weights, inputs, targets):
    """Return the mean loss of all sequences."""
    bias, total, wanted = weights["readout.bias"][0], 0.0, 0
    for x, target, length in zip(inputs, targets, LENGTHS, strict=True):
        x, target = x[:length], target[:length]
        for layer in range(ours.layers):
            sides = []
            for direction in ours.directions:
                order = range(length)[:: 1 if direction == "forward" else -1]
                prefix, readout = f"layer{layer}.{direction}", weights[f"readout.{direction}"][0]
                a = activations(weights, prefix, readout, bias, x[order], target[order], ours.output_kind)
                sides.append(a[order])
            x = torch.cat(sides, -1)
        outputs = x @ torch.cat([weights[f"readout.{direction}"][0] for direction in ours.directions]) + bias
        if ours.output_kind == "labels":
            known = (target >= 0) & (target < K)
            total = total + F.cross_entropy(outputs[known], target[known], reduction="sum")
            wanted += int((target >= 0).sum())
        else:
            known = ~target.isnan().any(-1)
            total = total + (outputs[known] - target[known] / SCALE).square().mean(-1).sum()
            wanted += int(known.sum())
    return total / wanted


@names
@both_kinds
@pytest.mark.parametrize("layers", [1, 2])
def test_loss_and_gradient_are_those_of_a_plain_loop_with_teacher_forcing(name, output_kind, layers):
    ours, weights, inputs, targets = case(name, output_kind, layers)
    batch = encoded(inputs, LENGTHS, targets).batch(torch.arange(len(LENGTHS))[None])
    results = []
    for loss_of in (lambda w: mean_losses(ours, w, batch).sum(), lambda w: plain_loss(ours, w, inputs, targets)):
        leaves = {key: value.clone().requires_grad_() for key, value in weights.items()}
        loss = loss_of(leaves)
        loss.backward()
        results.append({key: leaf.grad for key, leaf in leaves.items()} | {"loss": loss.detach()})
    for key, value in results[1].items():
        torch.testing.assert_close(results[0][key], value, rtol=1e-10, atol=1e-12)


@names
@both_kinds
@pytest.mark.parametrize("engine", ENGINES)
def test_answers_do_not_depend_on_the_targets_and_are_those_of_a_network_that_is_never_fed(name, output_kind, engine):
    ours, weights, inputs, targets = case(name, output_kind)
    device, indices = device_for(engine), torch.arange(len(LENGTHS))
    weights = {key: value.float().to(device) for key, value in weights.items()}
    own = replace(ours, cell=CATALOGUE["jordan"].cell)
    others = targets.flip(0)
    split, other = (encoded(inputs.float(), LENGTHS, t if ours.output_kind == "labels" else t.float()).to(device)
                    for t in (targets, others))  # fmt: skip
    inside = split.positions(indices.to(device))[1]
    expected = engine.predictor(own, weights).outputs(split, indices.to(device))[:, inside]
    for data in (split, other):
        outputs = engine.predictor(ours, weights).outputs(data, indices.to(device))[:, inside]
        assert torch.equal(outputs, expected)


@both_kinds
def test_without_targets_a_fed_network_learns_as_one_that_reads_its_own_answers(output_kind):
    ours, weights, inputs, targets = case("jordan_target", output_kind)
    own = replace(ours, cell=CATALOGUE["jordan"].cell)
    losses = []
    for seen in (True, False):
        missing = targets.clone()
        if not seen:  # only the last step of each sequence has a target: there is no later step to be fed it
            last = torch.arange(max(LENGTHS)) == torch.tensor(LENGTHS)[:, None] - 1
            missing[~last] = -1 if output_kind == "labels" else torch.nan
        batch = encoded(inputs, LENGTHS, missing).batch(torch.arange(len(LENGTHS))[None])
        losses.append([float(mean_losses(each, weights, batch)) for each in (ours, own)])
    (fed_loss, own_loss), without = losses
    assert fed_loss != pytest.approx(own_loss, rel=1e-3)
    assert without[0] == pytest.approx(without[1], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "unknown"),
    [("jordan", 6), ("jordan_target", 4), ("bidirectional_jordan_target", 2), ("bidirectional_jordan", 0)],
)
def test_a_label_o_cannot_hold_a_cue(name, unknown, engine):
    """Trained on the lecture's pair, networks know no more of six labels than the labels next to them say: ln 2 is lost
    on each of the others. Before the city, and before the date, both sentences have the label O.

    Fed the targets, a network knows the second label of the date from the first, and the other way round if it reads
    backward. Reading its own answers it could do as well, or better, but a sure answer O is the same in both sentences,
    and so it has no date to begin with. With two directions, an answer of its own is but half of the network's answer:
    it need not be a label, and holds the cue.
    """
    split = split_of_words(PAIR)
    index, labels = OneOfN().fit(split.inputs), sorted(set(split.targets))
    data = encode(split, index, labels, device=device_for(engine))
    ours = network(name, hidden=16, input_size=index.size, output_size=len(labels), input_kind="words")
    trainer = engine.trainer(ours, data, initial_parameters(ours, [0]), 1.0)
    trainer.train_steps([torch.tensor([[0, 1]])] * 500, np.array([0.01]))
    loss = float(mean_losses(ours, trainer.parameters, data.batch(torch.tensor([[0, 1]], device=device_for(engine)))))
    assert loss == pytest.approx(unknown * np.log(2) / len(split.targets), rel=0.01, abs=0.001)
