"""Copies of trained networks that run in a page: which ones, their weights and their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch

from rnnbench import encoders
from rnnbench.common.typing import Array
from rnnbench.data.batches import encode
from rnnbench.data.corpus import Corpus, Split
from rnnbench.encoders import FeatureIndex, identity_feature
from rnnbench.encoders.letter_trigram import trigrams
from rnnbench.evaluation.scoring import predict
from rnnbench.models.network import Network
from rnnbench.results.runs import Record, Runs, is_done
from rnnbench.results.specifications import RunSpec
from rnnbench.results.store import read_tensors
from rnnbench.training.combination import build_network, combination_from
from rnnbench.training.engines.eager import TorchPredictor


@dataclass(frozen=True)
class NetworkCopy:
    """The run of a combination in the first block, whose words and labels all copies share."""

    runs: Runs
    run: RunSpec
    corpus: Corpus

    @cached_property
    def built(self) -> tuple[FeatureIndex, Network]:
        """The feature index of its encoder, and the network's shape."""
        feature_index, network = build_network(combination_from(**self.runs.settings), self.corpus)
        assert feature_index is not None
        return feature_index, network

    @property
    def feature_index(self) -> FeatureIndex:
        """The code of each word."""
        return self.built[0]

    @property
    def network(self) -> Network:
        """The network's shape."""
        return self.built[1]

    @cached_property
    def weights(self) -> dict[str, Array]:
        """The trained weights by name."""
        return read_tensors(self.run.digest, *self.network.shapes)

    def predictor(self, weights: Mapping[str, Array]) -> TorchPredictor:
        """Return the network in torch, with these weights."""
        return TorchPredictor(self.network, {name: torch.from_numpy(weight)[None] for name, weight in weights.items()})

    def answers(self, split: Split, weights: Mapping[str, Array] | None = None) -> Array:
        """Return the most probable label at each position of a split (S,), with the trained weights by default."""
        encoded = encode(split, self.feature_index, self.corpus.all_labels, window=self.network.window)
        outputs = predict(self.predictor(weights or self.weights), encoded)[0]
        return outputs.argmax(-1)[np.arange(outputs.shape[1]) < split.lengths[:, None]]


def copies(combinations: Sequence[Runs], corpus: Corpus) -> dict[str, list[NetworkCopy]]:
    """Return a copy of each network of one task, by encoder.

    Combinations without a finished run are left out, and encoders without a network or whose features a page cannot
    compute.
    """
    by_encoder: dict[str, list[Runs]] = {}
    for runs in combinations:
        by_encoder.setdefault(runs.names["encoder"], []).append(runs)
    found = {name: _copies(runs, corpus) for name, runs in by_encoder.items() if _can_be_read(runs[0], corpus)}
    return {name: networks for name, networks in found.items() if networks}


def _copies(combinations: Sequence[Runs], corpus: Corpus) -> list[NetworkCopy]:
    first = [(runs, run) for runs in combinations for run, record in runs.selected if _is_first(runs, run, record)]
    return [NetworkCopy(runs, run, corpus) for runs, run in first]


def _is_first(runs: Runs, run: RunSpec, record: Record) -> bool:
    return run.seed == min(runs.job.worlds) and is_done(record)


def _can_be_read(runs: Runs, corpus: Corpus) -> bool:
    feature_index = encoders.from_settings(runs.combination.encoder).fit(corpus.splits["train"].inputs)
    return feature_index is not None and features_in_page(feature_index) is not None


def features_in_page(feature_index: FeatureIndex) -> dict[str, Any] | None:
    """Return how reading.js computes the features of a word, None where it cannot.

    >>> features_in_page(FeatureIndex(1, {"to": 0}, identity_feature))
    {'kind': 'word'}
    """
    features = feature_index.features
    if features is identity_feature:
        return {"kind": "word"}
    if isinstance(features, partial) and features.func is trigrams:
        return {"kind": "trigrams", **features.keywords}
    return None
