"""A network with hand-set weights: the lecture's LSTM for the register task."""

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
"""The lecture's memory cell for the register task: gate -> (weights of x1, x2, x3), bias."""


def hand_set_lstm(*, feedback: bool = False) -> tuple[Network, dict[str, Tensor]]:
    """Return the lecture's LSTM for the register task and its parameters, name -> (1, ...).

    It has one unit, linear g and h, and outputs its activation a. With `feedback` the cell is the usual LSTM, whose
    gates also read its own output; their weights of it are 0.
    """
    cell: MemoryCell = (Lstm if feedback else LstmNoFeedback)(g="identity", h="identity")
    network = Network(cell, layers=1, bidirectional=False, hidden=1, input_size=3, output_size=1, output_kind="numbers")
    gates = [GATES[gate] for gate in cell.gates]
    nonzero = {
        "layer0.forward.input": np.array([weights for weights, _ in gates]).T,
        "layer0.forward.bias": np.array([bias for _, bias in gates]),
        "readout.forward": np.ones((1, 1)),
    }
    values = {name: nonzero.get(name, np.zeros(shape)) for name, shape in network.shapes.items()}
    return network, {name: torch.tensor(value, dtype=torch.float32)[None] for name, value in values.items()}


def score_rows(task: Task, corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `rivals` for the hand-set network, on every scored split of the register task."""
    network, weights = hand_set_lstm()
    for name in corpus.scored:
        split = corpus.splits[name]
        outputs = predict(TorchPredictor(network, weights), encode(split, None, ()))[0]
        inside = np.arange(outputs.shape[1]) < split.lengths[:, None]
        for phenomenon, metric, value in score_predictions(task, corpus, name, outputs[inside]).scores:
            key = {"task": task.label, "rival": NAME, "split": name, "phenomenon": phenomenon}
            yield key | {"metric": metric, "value": value}


def hand_trace_rows(task: Task, corpus: Corpus) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `traces` for the hand-set network, on the lecture's sequence.

    It has no seed and no learning rate: the columns hold 0 and NaN.
    """
    (signals,) = traces(*hand_set_lstm(), encode(corpus.splits[EXAMPLES], None, ()))
    key = {"task": task.label, "encoder": "raw", "architecture": NAME, "seed": 0, "learning_rate": float("nan")}
    yield from (key | row for row in trace_rows(signals))
