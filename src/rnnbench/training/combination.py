"""Trains one combination: a task's corpus, an encoder, an architecture, and the runs that make up its stack."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rnnbench.common.errors import UserError
from rnnbench.data.batches import Encoded, encode
from rnnbench.data.corpus import EXAMPLES, PAIRS, WATCHED
from rnnbench.evaluation.metrics import bio, ratios
from rnnbench.evaluation.probing import probe_r2_by_run, traces
from rnnbench.evaluation.scoring import Scorer, SplitScores, predict, score, score_split
from rnnbench.evaluation.traces import PROBE_R2
from rnnbench.models.engine import Engine, Predictor
from rnnbench.models.network import Network, count_parameters, total_parameters, state_size, fit_width
from rnnbench.models.size import MAX_WEIGHTS, MAX_WIDTH
from rnnbench.tasks._memory import MemoryTask
from rnnbench.training.engines.devices import device_name, open_device
from rnnbench.training.loop import Run, Trained, train

if TYPE_CHECKING:
    from rnnbench.common.typing import Array
    from rnnbench.data.corpus import Corpus
    from rnnbench.encoders import Encoder, FeatureIndex
    from rnnbench.models.architectures import Architecture
    from rnnbench.models.size import Size
    from rnnbench.tasks import Task
    from rnnbench.training.settings import Training


from rnnbench import cells, encoders, tasks
from rnnbench.models.architectures import Architecture
from rnnbench.models.size import Size

MAX_STACK_WEIGHTS = {"cpu": 25_000_000, "cuda": 400_000_000}
"""Weights that are trained at the same time, at most: with gradients, Adam's means and the best epoch's weights that
is half a gigabyte of memory, or eight of a GPU's. A stack that is larger is trained in parts."""
MAX_STORED_ACTIVATIONS = 50_000_000
"""Steps of a batch x units: there is a number for each gate of each of them, some gigabyte in all."""
PHENOMENON_METRICS = ("token_accuracy", "slot_accuracy", "slot_f1")
"""The scores that each phenomenon gets."""
PER_SEQUENCE_COUNTS: Mapping[str, type] = dict.fromkeys(("right", "slot_right", "found", "same"), np.int32) | {
    "squared": np.float32
}
"""What is kept of every sequence, and in what form, so that differences can be told from luck; what is wanted of a
sequence is the same for all runs."""


@dataclass(frozen=True)
class Combination:
    """What a network is trained on and how it is built."""

    task: Task
    encoder: Encoder
    architecture: Architecture
    size: Size
    matched_to: Architecture | None = None
    """The architecture whose number of parameters it gets, where the size names one."""


@dataclass(frozen=True)
class Result:
    """One trained run: what the tables need, and its tensors (weights, answers to the showcase)."""

    record: dict[str, Any]
    tensors: dict[str, Array]


def train_combination(
    combination: Combination, corpus: Corpus, runs: Sequence[Run], training: Training, device: str, engine: Engine
) -> Iterator[Result]:
    """Yield one result for each run, as the parts of the stack are trained."""
    chosen = open_device(device)
    codebook, network = build_network(combination, corpus)
    _check_batches(network, corpus, training)
    splits = encode_corpus(corpus, codebook, network.window, chosen)
    scorer = scorer_of(combination.task, corpus)
    facts = {
        "hidden": network.hidden,
        "parameters": count_parameters(network),
        "device": device_name(chosen),
        "epochs": training.epochs,
        "chosen_by": scorer.metric,
    }
    for part in split_into_stacks(network, runs, chosen.type):
        trained = train(engine, network, splits, part, training, scorer)
        reader = engine.predictor(network, trained.parameters)
        found = inspect_memory(reader, splits, combination.task, corpus)
        yield from _results(reader, trained, splits, scorer, facts, found)


def scorer_of(task: Task, corpus: Corpus) -> Scorer:
    """Return how answers are scored; without slots, what is chosen by slots is chosen by single labels."""
    slots = bio(corpus.all_labels)
    metric = "token_accuracy" if slots is None and task.chosen_by.startswith("slot") else task.chosen_by
    return Scorer(slots, task.tolerance, metric)


def split_into_stacks(network: Network, runs: Sequence[Run], device: str = "cpu") -> list[Sequence[Run]]:
    """Return the runs cut into as few parts of like size as hold no more than NUMBERS_AT_ONCE weights."""
    size = max(1, MAX_STACK_WEIGHTS[device] // sum(count_parameters(network).values()))
    number = -(-len(runs) // size)
    ends = [len(runs) * i // number for i in range(number + 1)]
    return [runs[begin:end] for begin, end in itertools.pairwise(ends)]


def build_network(combination: Combination, corpus: Corpus) -> tuple[FeatureIndex | None, Network]:
    """Return what the encoder learns from the training words, and the network that reads it.

    Raises UserError where the network would be too large.
    """
    codebook, network = _built(combination, corpus)
    weights = total_parameters(network)
    if network.hidden > MAX_WIDTH:
        raise UserError(f"that takes {network.hidden:,} units in a layer; at most {MAX_WIDTH:,} will do")
    if weights > MAX_WEIGHTS:
        raise UserError(f"the network has {weights:,} weights; at most {MAX_WEIGHTS:,} will do")
    return codebook, network


def _check_batches(network: Network, corpus: Corpus, training: Training) -> None:
    """Refuse batches of which not even one fits into memory with all that the network keeps of it."""
    longest = int(corpus.splits["train"].lengths.max())
    width = network.hidden * network.layers * (1 + network.bidirectional)
    batch = min(training.batch, len(corpus.splits["train"]))
    if batch * longest * width > MAX_STORED_ACTIVATIONS:
        told = f"{batch:,} sequences of up to {longest:,} steps, with {width:,} units at each"
        raise UserError(f"a batch of {told}, does not fit into memory; take a smaller batch or a narrower network")


def _built(combination: Combination, corpus: Corpus) -> tuple[FeatureIndex | None, Network]:
    encoder, size = combination.encoder, combination.size
    codebook = encoder.fit(corpus.splits["train"].inputs) if encoder.inputs == "words" else None
    network = _network(combination.architecture, size.hidden, encoder, codebook, corpus)
    if combination.matched_to is not None:
        like = combination.matched_to
        reference = _network(like, like.hidden or size.hidden, encoder, codebook, corpus)
        return codebook, fit_width(network, total_parameters(reference), total_parameters)
    if isinstance(size.parameters, int):
        return codebook, fit_width(network, size.parameters, total_parameters)
    return codebook, network if size.states is None else fit_width(network, size.states, state_size)


def _network(
    architecture: Architecture, hidden: int, encoder: Encoder, codebook: FeatureIndex | None, corpus: Corpus
) -> Network:
    first, labels = corpus.splits["train"], corpus.labels
    return Network(
        cell=architecture.cell,
        layers=architecture.layers,
        bidirectional=architecture.bidirectional,
        hidden=hidden,
        input_size=(2 * architecture.window + 1) * (codebook.size if codebook else first.inputs.shape[1]),
        output_size=len(labels) if labels else first.targets.shape[1],
        output_kind="labels" if labels else "numbers",
        input_kind=encoder.inputs,
        embedding=encoder.embedding,
        window=architecture.window,
        output_scale=1.0 if labels else float(np.nanstd(first.targets)) or 1.0,
    )


def encode_corpus(
    corpus: Corpus, codebook: FeatureIndex | None, window: int, device: torch.device
) -> dict[str, Encoded]:
    """Return every split as tensors on a device."""
    encoded = {
        name: encode(split, codebook, corpus.all_labels, window=window, device=device)
        for name, split in corpus.splits.items()
    }
    return encoded | {name: replace(encoded[name], phenomena={}) for name in WATCHED}


@dataclass(frozen=True)
class MemoryInspection:
    """What is found inside the memory of R runs of a stack; nothing on tasks that are no test of memory."""

    traces: list[dict[str, Array]]
    """For each run: name -> (T, H)."""
    readabilities: dict[str, Array]
    """Split -> (R,)."""
    kept: tuple[str, ...]
    """The splits of which the answers are kept by sequence: those that are looked at while training are as long as a
    corpus, and only who asks why a memory failed needs them."""


def inspect_memory(reader: Predictor, splits: Mapping[str, Encoded], task: Task, corpus: Corpus) -> MemoryInspection:
    """Return the traces over the first sequence of the showcase, and how well a stored number can be read."""
    if not isinstance(task, MemoryTask):
        return MemoryInspection([{} for _ in range(reader.runs)], {}, tuple(set(corpus.scored) - set(WATCHED)))
    judged = (name for name in corpus.scored if name != "train")
    stored = {name: values for name in judged if (values := task.stored(corpus.splits[name])) is not None}
    return MemoryInspection(
        traces(reader.network, reader.parameters, splits[EXAMPLES]),
        probe_r2_by_run(reader, splits, stored),
        corpus.scored,
    )


def _results(
    reader: Predictor,
    trained: Trained,
    splits: Mapping[str, Encoded],
    scorer: Scorer,
    facts: dict[str, Any],
    inside: MemoryInspection,
) -> Iterator[Result]:
    told = {name: score_split(reader, split, scorer) for name, split in _scored(splits)}
    shown = predict(reader, splits[EXAMPLES])
    yield from (_result(i, trained, told, shown[i], facts, inside) for i in range(len(trained.best_epoch)))


def _scored(splits: Mapping[str, Encoded]) -> Iterator[tuple[str, Encoded]]:
    return ((name, split) for name, split in splits.items() if name != EXAMPLES)


def _result(
    i: int,
    trained: Trained,
    told: Mapping[str, SplitScores],
    shown: Array,
    facts: dict[str, Any],
    inside: MemoryInspection,
) -> Result:
    """Return the i-th run of a stack; its seconds are its share of the stack's."""
    record = {
        **facts,
        "status": "diverged" if trained.diverged[i] else "done",
        "best_epoch": int(trained.best_epoch[i]),
        "seconds": trained.seconds / len(trained.best_epoch),
        "scores": [
            [split, metric, _plain(values[i])]
            for split, one in told.items()
            for metric, values in score(one, paired=split == PAIRS).items()
        ]
        + [[split, PROBE_R2, _plain(values[i])] for split, values in inside.readabilities.items()],
        "phenomena": list(_breakdown(i, told)),
        "history": [
            [epoch, split, metric, _plain(values[i])]
            for epoch, split, found in trained.history
            for metric, values in found.items()
        ],
    }
    weights = {name: value[i].cpu().numpy() for name, value in trained.parameters.items()}
    kept = {split: one for split, one in told.items() if split in inside.kept}
    return Result(record, weights | {EXAMPLES: shown} | inside.traces[i] | dict(_sequences(i, kept)))


def _breakdown(i: int, told: Mapping[str, SplitScores]) -> Iterator[list[Any]]:
    """Yield split, phenomenon, metric and value of the i-th run."""
    for split, one in told.items():
        for phenomenon, counts in one.phenomena.items():
            found = ratios(counts)
            yield from ([split, phenomenon, name, _plain(found[name][i])] for name in PHENOMENON_METRICS if name in found)


def _sequences(i: int, told: Mapping[str, SplitScores]) -> Iterator[tuple[str, Array]]:
    """Yield the i-th run's counts for each sequence, (N,)."""
    for split, one in told.items():
        kept = {name: values[i] for name, values in one.counts.items() if name in PER_SEQUENCE_COUNTS}
        yield from ((f"{split}.{name}", values.astype(PER_SEQUENCE_COUNTS[name])) for name, values in kept.items())


def _plain(value: float) -> float | None:
    """Return a number that JSON can hold; None for one that is not finite."""
    number = float(value)
    return number if abs(number) != float("inf") and number == number else None


def combination_from(job: Mapping[str, Any], combination: Mapping[str, Any]) -> Combination:
    """Return what a job's plan describes."""
    like = combination["like"]
    return Combination(
        task=tasks.from_settings(job["task"]),
        encoder=encoders.from_settings(combination["encoder"]),
        architecture=_architecture_from(combination["architecture"]),
        size=Size(**combination["size"]),
        matched_to=None if like is None else _architecture_from(like),
    )


def _architecture_from(values: Mapping[str, Any]) -> Architecture:
    own: dict[str, Any] = {**values, "cell": cells.from_settings(values["cell"])}
    return Architecture(**own)
