"""The copies of a task as plain values: weights as bytes, and the features that have room in the page."""

import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rnnbench.common.typing import Array
from rnnbench.encoders import FeatureIndex
from rnnbench.report.demo.networks import NetworkCopy, features_in_page
from rnnbench.report.demo.rounding import CHECKED_SENTENCES, RoundedNetwork, round_network, word_weights
from rnnbench.report.page.packing import packed_numbers


@dataclass(frozen=True)
class EncoderCopies:
    """The networks that read words in one way. A feature is a word or a letter trigram, whatever has a dimension."""

    encoder: str
    networks: Sequence[RoundedNetwork]
    counts: Mapping[str, int]
    """How often each word of the training split occurs there."""

    @property
    def feature_index(self) -> FeatureIndex:
        """The dimension of each feature."""
        return self.networks[0].copy.feature_index

    @cached_property
    def feature_counts(self) -> dict[str, int]:
        """How many running words of the training split have each feature, the most frequent first."""
        counts = dict.fromkeys(self.feature_index.index, 0)
        for word, count in self.counts.items():
            for feature in {*self.feature_index.features(word)}:
                counts[feature] += count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def features(self) -> list[str]:
        """All features, the most frequent first."""
        return list(self.feature_counts)

    @property
    def width(self) -> float:
        """Mean number of weights of a feature in a network."""
        tensors = [network.tensors[name].multiples for network in self.networks for name in self._word_weights(network)]
        return sum(tensor.size for tensor in tensors) / self.feature_index.size / len(self.networks)

    def weights(self, kept: int) -> dict[str, str]:
        """Return the weights of all networks, packed, of features only the `kept` most frequent."""
        codes = [self.feature_index.index[feature] for feature in self.features[:kept]]
        codes += [] if self.feature_index.other is None else [self.feature_index.other]
        rows = [
            _in_bytes(self._rows(network, name, codes), tensor.n_bytes)
            for network in self.networks
            for name, tensor in network.tensors.items()
        ]
        return packed_numbers(np.concatenate(rows), strategy=zlib.Z_HUFFMAN_ONLY)

    def packed(self, kept: int) -> dict[str, Any]:
        """Return all that network.js and reading.js need, of features only the `kept` most frequent."""
        features = features_in_page(self.feature_index)
        assert features is not None
        left_out = list(self.feature_counts.values())[kept:]
        tested = self.networks[0].copy.corpus.splits["test"].first(CHECKED_SENTENCES)
        return {
            "encoder": self.encoder,
            "features": features,
            "index": None if features["kind"] == "word" else self.features,
            "kept": kept,
            "most_left_out": max(left_out, default=0),
            "other": self.feature_index.other is not None,
            "agreement": min(network.agreement for network in self.networks),
            "tested": int(tested.lengths.sum()),
            "networks": [self._described(network, kept) for network in self.networks],
            "weights": self.weights(kept),
        }

    def _word_weights(self, network: RoundedNetwork) -> set[str]:
        return word_weights(network.copy.network)

    def _rows(self, network: RoundedNetwork, name: str, codes: Sequence[int]) -> Array:
        """Return a weight; where it has a row for each feature of a window's words, only those with these codes."""
        weight = network.tensors[name].multiples
        if name not in self._word_weights(network):
            return weight
        return weight.reshape(-1, self.feature_index.size, weight.shape[1])[:, codes].reshape(-1, weight.shape[1])

    def _described(self, network: RoundedNetwork, kept: int) -> dict[str, Any]:
        codes = range(kept + (self.feature_index.other is not None))
        shapes = {name: self._rows(network, name, codes).shape for name in network.tensors}
        tensors = [[name, shapes[name], tensor.step, tensor.n_bytes] for name, tensor in network.tensors.items()]
        return {**_shape(network.copy), "tensors": tensors}


def packed_encoders(copies: Mapping[str, Sequence[NetworkCopy]], letters: int) -> list[dict[str, Any]]:
    """Return the copies of a task, an entry for each encoder, whose weights have at most so many letters together.

    Where there is no room for all features, those are kept that occur most often for each weight that they cost.
    """
    corpus = next(iter(copies.values()))[0].corpus
    counts = Counter(corpus.splits["train"].inputs.tolist())
    encoders = [EncoderCopies(name, [round_network(copy) for copy in of], counts) for name, of in copies.items()]
    return [encoder.packed(kept) for encoder, kept in zip(encoders, _kept(encoders, letters), strict=True)]


def _in_bytes(multiples: Array, n_bytes: int) -> Array:
    """Return multiples of a step with half of the range added, which makes them positive: all low bytes come first.

    >>> _in_bytes(np.array([0, 2, -1]), 1).tolist(), _in_bytes(np.array([0, 2, -1]), 2).tolist()
    ([128, 130, 127], [0, 2, 255, 128, 128, 127])
    """
    positive = multiples.reshape(-1) + (1 << (8 * n_bytes - 1))
    return np.concatenate([positive >> (8 * byte) & 255 for byte in range(n_bytes)]).astype(np.uint8)


def _kept(encoders: Sequence[EncoderCopies], letters: int) -> list[int]:
    """Return how many features of each encoder are kept."""
    worth = [
        (-count / encoder.width, number)
        for number, encoder in enumerate(encoders)
        for count in encoder.feature_counts.values()
    ]
    order = [number for _, number in sorted(worth)]

    def kept(n: int) -> list[int]:
        return [order[:n].count(number) for number in range(len(encoders))]

    def size(n: int) -> int:
        return sum(len(encoder.weights(k)["text"]) for encoder, k in zip(encoders, kept(n), strict=True))

    return kept(max(0, bisect_right(range(len(order) + 1), letters, key=size) - 1))


def _shape(copy: NetworkCopy) -> dict[str, Any]:
    """Return all of a network but its weights, as network.js reads it."""
    network, cell = copy.network, copy.network.cell
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
    }
