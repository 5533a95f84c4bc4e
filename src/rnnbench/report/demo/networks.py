"""Copies of trained networks that a page can ask: which ones, and their weights."""

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
from rnnbench.results.runs import Runs
from rnnbench.results.store import read_tensors
from rnnbench.training.combination import build_network, combination_from
from rnnbench.training.engines.eager import TorchPredictor

NUMBERS = 1_000_000
"""The copies of all networks of a page have about so many weights, 2 MB, at most: words that are rare in training are
left out, should there be more."""


@dataclass(frozen=True)
class NetworkCopy:
    """The run of a combination that is best on validation."""

    runs: Runs
    run: Mapping[str, Any]
    corpus: Corpus

    @cached_property
    def built(self) -> tuple[FeatureIndex, Network]:
        """Return the codebook and the network's shape."""
        codebook, network = build_network(combination_from(self.runs.job, self.runs.combination), self.corpus)
        assert codebook is not None
        return codebook, network

    @property
    def network(self) -> Network:
        """Return the network's shape."""
        return self.built[1]

    @cached_property
    def weights(self) -> dict[str, Array]:
        """Return the weights by name, as they were trained."""
        return read_tensors(self.run["digest"], *self.network.shapes)

    @property
    def reader(self) -> TorchPredictor:
        """Return what torch answers in its place."""
        return TorchPredictor(self.network, {name: torch.from_numpy(each)[None] for name, each in self.weights.items()})


def copies(combinations: Sequence[Runs], corpus: Corpus) -> list[NetworkCopy]:
    """Return a copy for each architecture of one task, all reading the encoder that has the fewest weights.

    None where no encoder looks words up: a page knows no other. Architectures without a finished run are left out.
    """
    by_encoder: dict[str, list[Runs]] = {}
    for runs in combinations:
        by_encoder.setdefault(runs.names["encoder"], []).append(runs)
    found = [_copies(own, corpus) for own in by_encoder.values() if _looks_up(own[0], corpus)]
    most = max(map(len, found), default=0)
    return min((own for own in found if len(own) == most), key=_numbers, default=[])


def _copies(combinations: Sequence[Runs], corpus: Corpus) -> list[NetworkCopy]:
    best = [(runs, runs.best()) for runs in combinations]
    return [NetworkCopy(runs, found[1], corpus) for runs, found in best if found]


def _looks_up(runs: Runs, corpus: Corpus) -> bool:
    codebook = encoders.from_settings(runs.combination["encoder"]).fit(corpus.splits["train"].inputs)
    return codebook is not None and codebook.features is identity_feature


def _numbers(own: Sequence[NetworkCopy]) -> int:
    return sum(weights.size for copy in own for weights in copy.weights.values())


def packed_networks(own: Sequence[NetworkCopy], numbers: int = NUMBERS) -> dict[str, Any]:
    """Return copies of networks with their weights as float16, the words that they know, and those left out.

    `numbers`: about how many weights all of them may have together.
    """
    codebook = own[0].built[0]
    kept = _kept(own, codebook, numbers)
    weights = [{name: _cut(copy, name, kept) for name in copy.network.shapes} for copy in own]
    flat = [each.astype(np.float16).reshape(-1) for tensors in weights for each in tensors.values()]
    return {
        "words": [word for word, code in codebook.index.items() if code in kept],
        "left_out": [word for word, code in codebook.index.items() if code not in kept],
        "other": codebook.other is not None,
        "networks": [_described(copy, tensors) for copy, tensors in zip(own, weights, strict=True)],
        "weights": packed_numbers(np.concatenate(flat)),
    }


def _kept(own: Sequence[NetworkCopy], codebook: FeatureIndex, numbers: int) -> list[int]:
    """Return the codes that are kept: those of the words that are most frequent in training, and that of the others."""
    each_word = sum(weight.size for copy in own for name, weight in copy.weights.items() if _is_of_words(copy, name))
    each_word //= codebook.size
    other = [] if codebook.other is None else [codebook.other]
    room = (numbers - _numbers(own)) // each_word + codebook.size - len(other)
    counts = Counter(own[0].corpus.splits["train"].inputs)
    often = sorted(codebook.index, key=lambda word: (-counts[word], word))
    return sorted(codebook.index[word] for word in often[: max(0, room)]) + other


def _is_of_words(copy: NetworkCopy, name: str) -> bool:
    """Return whether a weight has a row for each code of a word."""
    if copy.network.embedding is not None:
        return name == "embedding"
    return name.startswith("layer0.") and name.endswith(".input")


def _cut(copy: NetworkCopy, name: str, kept: Sequence[int]) -> Array:
    """Return a weight, of its rows only those of the codes that are kept, for each word of a window."""
    weight = copy.weights[name]
    if not _is_of_words(copy, name):
        return weight
    return weight.reshape(-1, copy.built[0].size, weight.shape[1])[:, kept].reshape(-1, weight.shape[1])


def _described(copy: NetworkCopy, tensors: Mapping[str, Array]) -> dict[str, Any]:
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
        "seed": copy.run["seed"],
        "learning_rate": copy.run["learning_rate"],
        "digest": copy.run["digest"],
        "tensors": [[name, each.shape] for name, each in tensors.items()],
    }
