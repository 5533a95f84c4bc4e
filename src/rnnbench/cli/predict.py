"""What a trained combination says of a sentence."""

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
from rnnbench.results.store import read_tensors
from rnnbench.training.combination import build_network, combination_from
from rnnbench.training.engines.eager import TorchPredictor


@dataclass(frozen=True)
class Prediction:
    """The distributions that one network gives to the words of a sentence."""

    words: Sequence[str]
    known: Sequence[bool]
    """Whether each word occurs in training."""
    labels: Sequence[str]
    probabilities: Array
    """(T, K)"""


def predict_sentence(words: Sequence[str], runs: Runs, digest: str) -> Prediction:
    """Return what the run with this digest, one of a combination's, says of a sentence.

    Raises UserError for a sentence without words.
    """
    if not words:
        raise UserError("the sentence has no words")
    corpus = read_corpus(Path(runs.job["data"]))
    codebook, network = build_network(combination_from(runs.job, runs.combination), corpus)
    weights = read_tensors(digest, *network.shapes)
    parameters = {name: torch.from_numpy(weight)[None] for name, weight in weights.items()}
    split = split_of_words([(words, [corpus.labels[0]] * len(words))])
    outputs = predict(
        TorchPredictor(network, parameters), encode(split, codebook, corpus.labels, window=network.window)
    )
    seen = set(corpus.splits["train"].inputs)
    return Prediction(words, [word in seen for word in words], corpus.labels, outputs[0, 0])


def render(prediction: Prediction) -> str:
    """Return a table for people: a row a word, a column a label; words never seen in training are marked."""
    shown = [word if known else f"{word} *" for word, known in zip(prediction.words, prediction.known, strict=True)]
    note = "" if all(prediction.known) else "\n* never seen in training"
    return distribution_table(shown, prediction.labels, prediction.probabilities) + note
