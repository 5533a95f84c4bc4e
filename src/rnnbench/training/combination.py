"""Trains the runs of one combination: the corpus of a task, an encoder, and an architecture."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rnnbench import cells, encoders, tasks
from rnnbench.common.errors import UserError
from rnnbench.data.batches import Encoded, encode
from rnnbench.data.bio import parse_bio
from rnnbench.data.corpus import EXAMPLES, PAIRS, WATCHED, Corpus
from rnnbench.data.word_dropout import word_dropout
from rnnbench.evaluation.metrics import STORED_COUNTS, ratios
from rnnbench.evaluation.probing import probe_r2_by_run, traces
from rnnbench.evaluation.scoring import Scorer, SplitScores, predict, score, score_split
from rnnbench.evaluation.traces import PROBE_R2
from rnnbench.models.architectures import Architecture
from rnnbench.models.engine import Engine, Predictor
from rnnbench.models.network import Network, count_parameters, fit_width, state_size, total_parameters
from rnnbench.models.size import MAX_WEIGHTS, MAX_WIDTH, Size
from rnnbench.tasks._memory import MemoryTask
from rnnbench.training.engines.devices import device_name, open_device
from rnnbench.training.loop import Run, Trained, World, train
from rnnbench.training.plateau import StoppedBy
from rnnbench.training.run_status import RunStatus

if TYPE_CHECKING:
    from rnnbench.common.registry import Values
    from rnnbench.common.typing import Array
    from rnnbench.encoders import Encoder, FeatureIndex
    from rnnbench.tasks import Task
    from rnnbench.training.settings import Training


MAX_STACK_WEIGHTS = {"cpu": 25_000_000, "cuda": 400_000_000}
"""Largest number of weights that are trained at the same time, by type of device. With gradients, Adam's moments and
the parameters that were best, that is half a gigabyte on a CPU and eight on a GPU. A larger stack is split."""
MAX_STORED_ACTIVATIONS = 50_000_000
"""Largest number of steps x units in a batch: training stores a number per gate for each, a few gigabytes in all."""
PHENOMENON_METRICS = ("token_accuracy", "slot_accuracy", "slot_f1")
"""The metrics that are computed for each phenomenon."""


@dataclass(frozen=True)
class Combination:
    """A task, an encoder and an architecture, with the size of the network."""

    task: Task
    encoder: Encoder
    architecture: Architecture
    size: Size
    matched_to: Architecture | None = None
    """The architecture whose number of parameters the network gets, where the size names one."""


@dataclass(frozen=True)
class Result:
    """One trained run: its record for the tables, and its tensors (parameters, outputs on the examples, counts)."""

    record: dict[str, Any]
    tensors: dict[str, Array]


@dataclass(frozen=True)
class Prepared:
    """What a combination makes of the corpus of one seed."""

    corpus: Corpus
    network: Network
    world: World


def train_combination(
    combination: Combination,
    corpora: Mapping[int, Corpus],
    runs: Sequence[Run],
    training: Training,
    device: str,
    engine: Engine,
    examples: Corpus | None = None,
) -> Iterator[tuple[Run, Result]]:
    """Train the runs, in stacks that fit into memory, and yield each with its result as its stack is done.

    `corpora`: seed -> the corpus of its world. `examples`: the corpus whose examples all runs answer; None: that of the
    first run.
    """
    torch_device = open_device(device)
    examples = corpora[runs[0].seed] if examples is None else examples
    prepared = {
        seed: prepare(combination, corpora[seed], examples, training, torch_device)
        for seed in dict.fromkeys(run.seed for run in runs)
    }
    for stack in split_into_stacks(prepared, runs, torch_device.type):
        network = prepared[stack[0].seed].network
        trained = train(engine, network, {run.seed: prepared[run.seed].world for run in stack}, stack, training)
        info = {
            "hidden": network.hidden,
            "parameters": count_parameters(network),
            "device": device_name(torch_device),
            "chosen_by": prepared[stack[0].seed].world.scorer.metric,
        }
        for seed in dict.fromkeys(run.seed for run in stack):
            indices = [i for i, run in enumerate(stack) if run.seed == seed]
            parameters = {name: value[indices] for name, value in trained.parameters.items()}
            predictor = engine.predictor(network, parameters)
            results = _results(predictor, prepared[seed], combination.task, trained, indices, info)
            yield from zip([stack[i] for i in indices], results, strict=True)


def prepare(
    combination: Combination, corpus: Corpus, examples: Corpus, training: Training, device: torch.device
) -> Prepared:
    """Return what a combination makes of the corpus of one seed; all runs answer the same examples."""
    feature_index, network = build_network(combination, corpus)
    _check_batches(network, corpus, training)
    corpus = Corpus({**corpus.splits, EXAMPLES: examples.splits[EXAMPLES]})
    splits = encode_corpus(corpus, feature_index, network.window, device)
    train_split = corpus.splits["train"]
    words = encode(train_split, feature_index, corpus.all_labels, device=device) if network.window else splits["train"]
    dropout = word_dropout(words, train_split.inputs, feature_index, network.window)
    return Prepared(corpus, network, World(splits, scorer_of(combination.task, corpus), dropout))


def scorer_of(task: Task, corpus: Corpus) -> Scorer:
    """Return how predictions are scored. Without slots, token accuracy replaces a slot metric as selection metric."""
    bio = parse_bio(corpus.all_labels)
    metric = "token_accuracy" if bio is None and task.selection_metric.startswith("slot") else task.selection_metric
    return Scorer(bio, task.tolerance, metric)


def split_into_stacks(prepared: Mapping[int, Prepared], runs: Sequence[Run], device: str = "cpu") -> list[list[Run]]:
    """Return the runs in stacks, in as few of similar size as have at most MAX_STACK_WEIGHTS weights each.

    Runs of a stack have networks of the same shape, and as many training sequences.
    """
    by_shape: dict[Any, list[Run]] = {}
    for run in runs:
        network, corpus = prepared[run.seed].network, prepared[run.seed].corpus
        by_shape.setdefault((network, len(corpus.splits["train"])), []).append(run)
    return [stack for (network, _), same in by_shape.items() for stack in _split(same, network, device)]


def _split(runs: Sequence[Run], network: Network, device: str) -> Iterator[list[Run]]:
    size = max(1, MAX_STACK_WEIGHTS[device] // total_parameters(network))
    number = -(-len(runs) // size)
    ends = [len(runs) * i // number for i in range(number + 1)]
    yield from (list(runs[begin:end]) for begin, end in itertools.pairwise(ends))


def build_network(combination: Combination, corpus: Corpus) -> tuple[FeatureIndex | None, Network]:
    """Return the encoder's feature index, fitted on the training words (None for numbers), and the network.

    Raises UserError where the network would be too large.
    """
    encoder = combination.encoder
    feature_index = encoder.fit(corpus.splits["train"].inputs) if encoder.inputs == "words" else None
    network = _sized_network(combination, feature_index, corpus)
    weights = total_parameters(network)
    if network.hidden > MAX_WIDTH:
        raise UserError(f"that takes {network.hidden:,} units in a layer; at most {MAX_WIDTH:,} are allowed")
    if weights > MAX_WEIGHTS:
        raise UserError(f"the network has {weights:,} weights; at most {MAX_WEIGHTS:,} are allowed")
    return feature_index, network


def _check_batches(network: Network, corpus: Corpus, training: Training) -> None:
    """Raise UserError when the activations of a single batch do not fit into memory."""
    longest = int(corpus.splits["train"].lengths.max())
    width = network.hidden * network.layers * (1 + network.bidirectional)
    batch = min(training.batch, len(corpus.splits["train"]))
    if batch * longest * width > MAX_STORED_ACTIVATIONS:
        raise UserError(
            f"a batch of {batch:,} sequences of up to {longest:,} steps, with {width:,} units at each, does not fit "
            "into memory; use a smaller batch or a narrower network"
        )


def _sized_network(combination: Combination, feature_index: FeatureIndex | None, corpus: Corpus) -> Network:
    """Return the network at the width that its size specifies."""
    encoder, size, reference = combination.encoder, combination.size, combination.matched_to
    network = _network(combination.architecture, size.hidden, encoder, feature_index, corpus)
    if reference is not None:
        target = _network(reference, reference.hidden or size.hidden, encoder, feature_index, corpus)
        return fit_width(network, total_parameters(target), total_parameters)
    if isinstance(size.parameters, int):
        return fit_width(network, size.parameters, total_parameters)
    return network if size.states is None else fit_width(network, size.states, state_size)


def _network(
    architecture: Architecture, hidden: int, encoder: Encoder, feature_index: FeatureIndex | None, corpus: Corpus
) -> Network:
    train_split, labels = corpus.splits["train"], corpus.labels
    return Network(
        cell=architecture.cell,
        layers=architecture.layers,
        bidirectional=architecture.bidirectional,
        hidden=hidden,
        input_size=(2 * architecture.window + 1)
        * (feature_index.size if feature_index else train_split.inputs.shape[1]),
        output_size=len(labels) if labels else train_split.targets.shape[1],
        output_kind="labels" if labels else "numbers",
        input_kind=encoder.inputs,
        embedding=encoder.embedding,
        window=architecture.window,
        output_scale=1.0 if labels else float(np.nanstd(train_split.targets)) or 1.0,
    )


def encode_corpus(
    corpus: Corpus, feature_index: FeatureIndex | None, window: int, device: torch.device
) -> dict[str, Encoded]:
    """Return every split as tensors on a device."""
    encoded = {
        name: encode(split, feature_index, corpus.all_labels, window=window, device=device)
        for name, split in corpus.splits.items()
    }
    return encoded | {name: replace(encoded[name], phenomena={}) for name in WATCHED}


@dataclass(frozen=True)
class MemoryInspection:
    """Traces and probes of the states of R runs; empty on tasks that are no memory tasks."""

    traces: list[dict[str, Array]]
    """For each run: name of a signal -> (T, H)."""
    probe_r2: dict[str, Array]
    """Split -> (R,)."""
    splits_with_counts: tuple[str, ...]
    """The splits whose counts are stored for every sequence. The splits that are scored during training are as long as
    a corpus, and only the analysis of memory tasks needs their counts."""


def inspect_memory(predictor: Predictor, splits: Mapping[str, Encoded], task: Task, corpus: Corpus) -> MemoryInspection:
    """Return the traces over the first example, and how well a linear probe reads the stored number from the states."""
    if not isinstance(task, MemoryTask):
        return MemoryInspection([{} for _ in range(predictor.runs)], {}, tuple(set(corpus.scored) - set(WATCHED)))
    names = (name for name in corpus.scored if name != "train")
    stored = {name: values for name in names if (values := task.stored(corpus.splits[name])) is not None}
    return MemoryInspection(
        traces(predictor.network, predictor.parameters, splits[EXAMPLES]),
        probe_r2_by_run(predictor, splits, stored),
        corpus.scored,
    )


def _results(
    predictor: Predictor,
    prepared: Prepared,
    task: Task,
    trained: Trained,
    indices: Sequence[int],
    info: dict[str, Any],
) -> Iterator[Result]:
    """Yield the results of the runs of one seed; `indices` are theirs in the stack."""
    world = prepared.world
    inspection = inspect_memory(predictor, world.splits, task, prepared.corpus)
    split_scores = {
        name: score_split(predictor, split, world.scorer) for name, split in world.splits.items() if name != EXAMPLES
    }
    examples = predict(predictor, world.splits[EXAMPLES])
    for i, in_stack in enumerate(indices):
        ended = {
            "steps": int(trained.plateau.steps[in_stack]),
            "stopped_by": str(trained.plateau.stopped_by[in_stack]),
            "least_gain": float(trained.plateau.least_gain[in_stack]),
            "best_step": int(trained.best_step[in_stack]),
            "seconds": trained.seconds * trained.plateau.steps[in_stack] / max(1, trained.plateau.steps.sum()),
            "history": [
                [step, split, metric, _finite_or_none(values[in_stack])]
                for step, split, scores in trained.history
                for metric, values in scores.items()
                if step <= trained.plateau.steps[in_stack]
            ],
        }
        yield _result(i, predictor, split_scores, examples[i], info | ended, inspection)


def _result(
    i: int,
    predictor: Predictor,
    split_scores: Mapping[str, SplitScores],
    examples: Array,
    info: dict[str, Any],
    inspection: MemoryInspection,
) -> Result:
    """Return the i-th run of those of one seed; its seconds are its share of the stack's."""
    record = {
        **info,
        "status": RunStatus.DIVERGED if info["stopped_by"] == StoppedBy.DIVERGED else RunStatus.DONE,
        "scores": [
            [split, metric, _finite_or_none(values[i])]
            for split, scores in split_scores.items()
            for metric, values in score(scores, paired=split == PAIRS).items()
        ]
        + [[split, PROBE_R2, _finite_or_none(values[i])] for split, values in inspection.probe_r2.items()],
        "phenomena": list(_phenomenon_scores(i, split_scores)),
    }
    parameters = {name: value[i].cpu().numpy() for name, value in predictor.parameters.items()}
    with_counts = {split: scores for split, scores in split_scores.items() if split in inspection.splits_with_counts}
    counts = dict(_per_sequence_counts(i, with_counts))
    return Result(record, parameters | {EXAMPLES: examples} | inspection.traces[i] | counts)


def _phenomenon_scores(i: int, split_scores: Mapping[str, SplitScores]) -> Iterator[list[Any]]:
    """Yield split, phenomenon, metric and value of the i-th run."""
    for split, scores in split_scores.items():
        for phenomenon, counts in scores.phenomena.items():
            values = ratios(counts)
            for metric in PHENOMENON_METRICS:
                if metric in values:
                    yield [split, phenomenon, metric, _finite_or_none(values[metric][i])]


def _per_sequence_counts(i: int, split_scores: Mapping[str, SplitScores]) -> Iterator[tuple[str, Array]]:
    """Yield the i-th run's counts for each sequence, (N,), by the name of the tensor that stores them."""
    for split, scores in split_scores.items():
        for name, values in scores.counts.items():
            if name in STORED_COUNTS:
                yield f"{split}.{name}", values[i].astype(STORED_COUNTS[name])


def _finite_or_none(value: float) -> float | None:
    """Return the number, or None where it is not finite: JSON has no such numbers."""
    number = float(value)
    return number if abs(number) != float("inf") and number == number else None


def combination_from(
    *, task: Values, encoder: Values, architecture: Values, size: Values, matched_to: Values | None
) -> Combination:
    """Return the combination that plain values describe."""
    return Combination(
        task=tasks.from_settings(task),
        encoder=encoders.from_settings(encoder),
        architecture=_architecture_from(architecture),
        size=Size(**size),
        matched_to=None if matched_to is None else _architecture_from(matched_to),
    )


def _architecture_from(values: Values) -> Architecture:
    settings: dict[str, Any] = {**values, "cell": cells.from_settings(values["cell"])}
    return Architecture(**settings)
