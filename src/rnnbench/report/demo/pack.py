"""What a page needs to let its readers try networks: copies of them, the exact oracle, sentences that divide them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnbench.data.corpus import EXAMPLES, Corpus, read_corpus
from rnnbench.report.demo.automaton import packed_automaton
from rnnbench.report.demo.networks import NetworkCopy, copies
from rnnbench.report.demo.packed_encoders import packed_encoders
from rnnbench.report.demo.sentences import disagreements
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import ExperimentSpec, read_job
from rnnbench.tasks import Task
from rnnbench.tasks._memory import MemoryTask

LETTERS = 1_400_000
"""Largest number of letters (bytes) that the networks and the oracles take in a page, all tasks together. Rare words
of the training split are left out until they fit."""


def demo_of(experiment: ExperimentSpec, shown_tasks: Sequence[str]) -> list[dict[str, Any]]:
    """Return what can be tried, a part for each task of words with labels that is no test of memory.

    `shown_tasks`: the tasks that have sections of their own in the report; others have no part. LETTERS is shared out
    among the parts.
    """
    combinations: dict[str, list[Runs]] = {}
    for runs in _runs(experiment):
        combinations.setdefault(runs.task.label, []).append(runs)
    tried = [runs for task, runs in combinations.items() if task in shown_tasks and _can_be_tried(runs[0].task)]
    parts = (_part(runs, LETTERS // len(tried)) for runs in tried)
    return [part for part in parts if part]


def _runs(experiment: ExperimentSpec) -> Iterator[Runs]:
    for planned in experiment.jobs:
        job = read_job(planned.plan)
        if Path(job.data).exists():
            yield from (Runs(job, combination) for combination in job.combinations)


def _can_be_tried(task: Task) -> bool:
    return task.inputs == "words" and task.outputs == "labels" and not isinstance(task, MemoryTask)


def _part(combinations: Sequence[Runs], letters: int) -> dict[str, Any] | None:
    corpus = read_corpus(Path(combinations[0].job.data), min(combinations[0].job.worlds))
    by_encoder = copies(combinations, corpus)
    return part_of(combinations[0].task, by_encoder, letters) if by_encoder else None


def part_of(task: Task, by_encoder: Mapping[str, Sequence[NetworkCopy]], letters: int) -> dict[str, Any]:
    """Return the part of a task with these networks, by encoder, in about so many letters."""
    corpus = next(iter(by_encoder.values()))[0].corpus
    encoder = max(by_encoder, key=lambda name: len(by_encoder[name]))
    oracle = task.automaton and packed_automaton(task.automaton)
    counts = Counter(corpus.splits["train"].inputs.tolist())
    return {
        "task": task.label,
        "encoder": encoder,
        "architectures": [copy.runs.names["architecture"] for copy in by_encoder[encoder]],
        "labels": corpus.labels,
        "all_labels": corpus.all_labels,
        "lower": task.words("A") == ["a"],
        "sentences": _examples(corpus),
        "words": sorted(counts, key=lambda word: (-counts[word], word)),
        "encoders": packed_encoders(by_encoder, letters - len(json.dumps(oracle))),
        "oracle": oracle,
        "disagreements": list(disagreements(task, corpus, by_encoder[encoder])),
    }


def _examples(corpus: Corpus) -> list[str]:
    return [" ".join(words) for words in corpus.splits[EXAMPLES].sequences]
