"""The cells that torch does not have, against plain loops in numpy over one sequence."""

import numpy as np
import pytest

from helpers.networks import batch, network, random_inputs, random_weights

HIDDEN = 4


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


def lstm_step(z, z_i, z_f, z_o, c):
    c = np.tanh(z) * sigmoid(z_i) + c * sigmoid(z_f)
    return np.tanh(c) * sigmoid(z_o), c


def peephole(x, w):
    a = c = np.zeros(HIDDEN)
    for x_t in x:
        joined = np.concatenate([x_t, a, c])
        gates = joined @ np.concatenate([w["input"], w["recurrent"]]) + w["bias"]
        a, c = lstm_step(*gates.reshape(4, HIDDEN), c)
        yield a


def peephole_diagonal(x, w):
    a = c = np.zeros(HIDDEN)
    for x_t in x:
        z, z_i, z_f, z_o = (x_t @ w["input"] + a @ w["recurrent"] + w["bias"]).reshape(4, HIDDEN)
        write, keep = sigmoid(z_i + w["p_i"] * c), sigmoid(z_f + w["p_f"] * c)
        c = np.tanh(z) * write + c * keep
        a = np.tanh(c) * sigmoid(z_o + w["p_o"] * c)
        yield a


def no_feedback(x, w):
    c = np.zeros(HIDDEN)
    for x_t in x:
        a, c = lstm_step(*(x_t @ w["input"] + w["bias"]).reshape(4, HIDDEN), c)
        yield a


def jordan(x, w, readout, bias, output):
    y = np.zeros(len(bias))
    for x_t in x:
        a = np.tanh(x_t @ w["input"] + y @ w["recurrent"] + w["bias"])
        y = output(a @ readout + bias)
        yield a


def feed_forward(x, w):
    for x_t in x:
        yield np.tanh(x_t @ w["input"] + w["bias"])


LOOPS = {
    "lstm_peephole": peephole,
    "lstm_peephole_diagonal": peephole_diagonal,
    "lstm_no_feedback": no_feedback,
    "feed_forward": feed_forward,
}


def layer_weights(weights, direction="forward"):
    """Return the weights of the first run's layer in one direction, as arrays."""
    prefix = f"layer0.{direction}."
    return {name.removeprefix(prefix): w[0].numpy() for name, w in weights.items() if name.startswith(prefix)}


@pytest.mark.parametrize("name", LOOPS)
def test_equals_a_plain_loop(name):
    ours = network(name, hidden=HIDDEN)
    weights, inputs = random_weights(ours.shapes), random_inputs(1, 6)
    a = np.stack(list(LOOPS[name](inputs[0].numpy(), layer_weights(weights))))
    expected = a @ weights["readout.forward"][0].numpy() + weights["readout.bias"][0].numpy()
    np.testing.assert_allclose(ours.forward(weights, batch(inputs))[0, 0], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("output_kind", "output"), [("labels", softmax), ("numbers", lambda x: x)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_jordan_equals_a_plain_loop(output_kind, output, bidirectional):
    ours = network("jordan", hidden=HIDDEN, output_kind=output_kind, bidirectional=bidirectional)
    weights, inputs = random_weights(ours.shapes), random_inputs(1, 6)
    bias, expected = weights["readout.bias"][0].numpy(), weights["readout.bias"][0].numpy()
    for direction, turn in zip(ours.directions, (1, -1), strict=False):
        readout = weights[f"readout.{direction}"][0].numpy()
        outputs = jordan(inputs[0].numpy()[::turn], layer_weights(weights, direction), readout, bias, output)
        expected = expected + np.stack(list(outputs))[::turn] @ readout
    np.testing.assert_allclose(ours.forward(weights, batch(inputs))[0, 0], expected, rtol=1e-10, atol=1e-10)
