"""The predictions of a trained network for a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from rnnbench.cli.text import distribution_table
from rnnbench.common.errors import UserError
from rnnbench.common.typing import Array
from rnnbench.data.batches import encode
from rnnbench.data.corpus import read_corpus, split_of_words
from rnnbench.evaluation.scoring import predict
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import RunSpec
from rnnbench.results.store import read_tensors
from rnnbench.training.combination import build_network, combination_from
from rnnbench.training.engines.eager import TorchPredictor


@dataclass(frozen=True)
class Prediction:
    """One network's distribution over labels for each word of a sentence."""

    words: Sequence[str]
    in_training: Sequence[bool]
    """Whether each word occurs in the training split."""
    labels: Sequence[str]
    probabilities: Array
    """(T, K)"""


def predict_sentence(words: Sequence[str], runs: Runs, run: RunSpec) -> Prediction:
    """Return the prediction for a sentence by a run, which is one of a combination's.

    Raises UserError for a sentence without words.
    """
    if not words:
        raise UserError("the sentence has no words")
    corpus = read_corpus(Path(runs.job.data), run.seed)
    feature_index, network = build_network(combination_from(**runs.settings), corpus)
    weights = read_tensors(run.digest, *network.shapes)
    parameters = {name: torch.from_numpy(weight)[None] for name, weight in weights.items()}
    split = split_of_words([(words, [corpus.labels[0]] * len(words))])
    outputs = predict(
        TorchPredictor(network, parameters), encode(split, feature_index, corpus.labels, window=network.window)
    )
    training_words = set(corpus.splits["train"].inputs)
    return Prediction(words, [word in training_words for word in words], corpus.labels, outputs[0, 0])


def render(prediction: Prediction) -> str:
    """Return a prediction as text: a row for each word, a column for each label; words not in training have a star."""
    words = [
        word if in_training else f"{word} *"
        for word, in_training in zip(prediction.words, prediction.in_training, strict=True)
    ]
    note = "" if all(prediction.in_training) else "\n* never seen in training"
    return distribution_table(words, prediction.labels, prediction.probabilities) + note
