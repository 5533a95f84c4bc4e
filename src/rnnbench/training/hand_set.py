"""Networks whose weights are set by hand, not learnt: the lecture's LSTM for the register."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnnbench.cells._memory_cell import MemoryCell
from rnnbench.cells.lstm import Lstm
from rnnbench.cells.lstm_no_feedback import LstmNoFeedback
from rnnbench.data.batches import encode
from rnnbench.data.corpus import EXAMPLES, Corpus
from rnnbench.evaluation.predictions import score_predictions
from rnnbench.evaluation.probing import traces
from rnnbench.evaluation.scoring import predict
from rnnbench.evaluation.traces import trace_rows
from rnnbench.models.network import Network
from rnnbench.tasks import Task
from rnnbench.training.engines.eager import TorchPredictor

NAME = "lstm_by_hand"
GATES: dict[str, tuple[Sequence[float], float]] = {
    "z": ((1, 0, 0), 0),
    "z_i": ((0, 100, 0), -10),
    "z_f": ((0, 100, 0), 10),
    "z_o": ((0, 0, 100), -10),
}
"""The lecture's memory cell for the register: weights of x1, x2, x3, and bias, of each of its four inputs."""


def hand_set_lstm(*, feedback: bool = False) -> tuple[Network, dict[str, Tensor]]:
    """Return the lecture's LSTM for the register and its weights: one cell, g and h linear, the answer is a itself.

    `feedback`: as the usual LSTM, which also reads its own output, here with weight 0.
    """
    cell: MemoryCell = (Lstm if feedback else LstmNoFeedback)(g="identity", h="identity")
    network = Network(cell, layers=1, bidirectional=False, hidden=1, input_size=3, output_size=1, output_kind="numbers")
    chosen = [GATES[gate] for gate in cell.gates]
    known = {
        "layer0.forward.input": np.array([weights for weights, _ in chosen]).T,
        "layer0.forward.bias": np.array([bias for _, bias in chosen]),
        "readout.forward": np.ones((1, 1)),
    }
    values = {name: known.get(name, np.zeros(shape)) for name, shape in network.shapes.items()}
    return network, {name: torch.tensor(value, dtype=torch.float32)[None] for name, value in values.items()}


def score_rows(task: Task, corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `rivals` for the network set by hand, on every split of the register."""
    network, weights = hand_set_lstm()
    for name in corpus.scored:
        split = corpus.splits[name]
        found = predict(TorchPredictor(network, weights), encode(split, None, ()))[0]
        inside = np.arange(found.shape[1]) < split.lengths[:, None]
        for phenomenon, metric, value in score_predictions(task, corpus, name, found[inside]).scores:
            key = {"task": task.label, "rival": NAME, "split": name, "phenomenon": phenomenon}
            yield key | {"metric": metric, "value": value}


def hand_trace_rows(task: Task, corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Yield its rows of the table `traces`, on the lecture's own sequence; seed and learning rate mean nothing here."""
    (found,) = traces(*hand_set_lstm(), encode(corpus.splits[EXAMPLES], None, ()))
    key = {"task": task.label, "encoder": "raw", "architecture": NAME, "seed": 0, "learning_rate": float("nan")}
    yield from (key | row for row in trace_rows(found))
