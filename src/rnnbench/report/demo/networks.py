"""Copies of trained networks that run in a page: which ones, and their weights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch

from rnnbench import encoders
from rnnbench.common.typing import Array
from rnnbench.data.corpus import Corpus
from rnnbench.encoders import FeatureIndex, identity_feature
from rnnbench.models.network import Network
from rnnbench.report.page.packing import packed_numbers
from rnnbench.results.runs import Record, Runs, is_done
from rnnbench.results.specifications import RunSpec
from rnnbench.results.store import read_tensors
from rnnbench.training.combination import build_network, combination_from
from rnnbench.training.engines.eager import TorchPredictor

NUMBERS = 1_000_000
"""Largest number of weights in a page, all networks together: about 2 MB. Rare words of the training split are left out
until they fit."""


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

    @property
    def predictor(self) -> TorchPredictor:
        """The same network in torch."""
        weights = {name: torch.from_numpy(weight)[None] for name, weight in self.weights.items()}
        return TorchPredictor(self.network, weights)


def copies(combinations: Sequence[Runs], corpus: Corpus) -> list[NetworkCopy]:
    """Return a copy for each architecture of one task, all with the encoder by which they have the fewest weights.

    Only encoders that look words up count, since a page has no other. Architectures without a finished run are left
    out, and encoders with fewer architectures than others; the list is empty where no encoder is left.
    """
    by_encoder: dict[str, list[Runs]] = {}
    for runs in combinations:
        by_encoder.setdefault(runs.names["encoder"], []).append(runs)
    candidates = [_copies(runs, corpus) for runs in by_encoder.values() if _looks_up(runs[0], corpus)]
    most = max(map(len, candidates), default=0)
    return min((networks for networks in candidates if len(networks) == most), key=_n_weights, default=[])


def _copies(combinations: Sequence[Runs], corpus: Corpus) -> list[NetworkCopy]:
    first = [(runs, run) for runs in combinations for run, record in runs.selected if _is_first(runs, run, record)]
    return [NetworkCopy(runs, run, corpus) for runs, run in first]


def _is_first(runs: Runs, run: RunSpec, record: Record) -> bool:
    return run.seed == min(runs.job.worlds) and is_done(record)


def _looks_up(runs: Runs, corpus: Corpus) -> bool:
    """Return whether the encoder has one code for each word."""
    feature_index = encoders.from_settings(runs.combination.encoder).fit(corpus.splits["train"].inputs)
    return feature_index is not None and feature_index.features is identity_feature


def _n_weights(networks: Sequence[NetworkCopy]) -> int:
    return sum(weight.size for network in networks for weight in network.weights.values())


def packed_networks(networks: Sequence[NetworkCopy], numbers: int = NUMBERS) -> dict[str, Any]:
    """Return copies of networks with their weights as float16, the words that they know, and those left out.

    `numbers`: about how many weights all of them may have together.
    """
    feature_index = networks[0].feature_index
    codes = _kept_codes(networks, feature_index, numbers)
    weights = [{name: _rows_of_codes(copy, name, codes) for name in copy.network.shapes} for copy in networks]
    flat = [weight.astype(np.float16).reshape(-1) for tensors in weights for weight in tensors.values()]
    return {
        "words": [word for word, code in feature_index.index.items() if code in codes],
        "left_out": [word for word, code in feature_index.index.items() if code not in codes],
        "other": feature_index.other is not None,
        "networks": [_described(copy, tensors) for copy, tensors in zip(networks, weights, strict=True)],
        "weights": packed_numbers(np.concatenate(flat)),
    }


def _kept_codes(networks: Sequence[NetworkCopy], feature_index: FeatureIndex, numbers: int) -> list[int]:
    """Return the codes of the words that are most frequent in training, as many as fit, and that of all other words."""
    of_words = sum(copy.weights[name].size for copy in networks for name in _word_weights(copy.network))
    per_word = of_words // feature_index.size
    other = [] if feature_index.other is None else [feature_index.other]
    n_words = (numbers - _n_weights(networks)) // per_word + feature_index.size - len(other)
    counts = Counter(networks[0].corpus.splits["train"].inputs)
    by_frequency = sorted(feature_index.index, key=lambda word: (-counts[word], word))
    return sorted(feature_index.index[word] for word in by_frequency[: max(0, n_words)]) + other


def _word_weights(network: Network) -> set[str]:
    """Return the names of the weights that have a row for each code of a word."""
    if network.embedding is not None:
        return {"embedding"}
    return {f"layer0.{direction}.input" for direction in network.directions}


def _rows_of_codes(copy: NetworkCopy, name: str, codes: Sequence[int]) -> Array:
    """Return a weight, of which only the rows of these codes where it has a row for each code of a window's words."""
    weight = copy.weights[name]
    if name not in _word_weights(copy.network):
        return weight
    return weight.reshape(-1, copy.feature_index.size, weight.shape[1])[:, codes].reshape(-1, weight.shape[1])


def _described(copy: NetworkCopy, tensors: Mapping[str, Array]) -> dict[str, Any]:
    """Return all of a network but its weights, as network.js reads it."""
    network = copy.network
    cell = network.cell
    return {
        "architecture": copy.runs.names["architecture"],
        "cell": cell.settings,
        "gates": cell.gates,
        "input_gates": cell.input_gates,
        "memory_gates": cell.memory_gates,
        "states": cell.states,
        "feedback": cell.feedback,
        "vectors": cell.vectors,
        "layers": network.layers,
        "directions": network.directions,
        "hidden": network.hidden,
        "embedding": network.embedding,
        "window": network.window,
        "seed": copy.run.seed,
        "learning_rate": copy.run.learning_rate,
        "digest": copy.run.digest,
        "tensors": [[name, tensor.shape] for name, tensor in tensors.items()],
    }
