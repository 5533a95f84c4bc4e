"""What a page needs to let its readers try networks: copies of them, the exact oracle, sentences that divide them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnbench.data.corpus import EXAMPLES, Corpus, read_corpus
from rnnbench.report.demo.automaton import packed_automaton
from rnnbench.report.demo.networks import NUMBERS, copies, packed_networks
from rnnbench.report.demo.sentences import disagreements
from rnnbench.results.runs import Runs
from rnnbench.tasks import Task
from rnnbench.tasks._memory import MemoryTask


def demo_of(experiment: Mapping[str, Any], told: Sequence[str]) -> list[dict[str, Any]]:
    """Return what can be tried, a part for each task of words with labels that is no test of memory.

    `told`: the tasks that the report tells one by one; others have no part. Those that have share NUMBERS.
    """
    combinations: dict[str, list[Runs]] = {}
    for runs in _runs(experiment):
        combinations.setdefault(runs.task.label, []).append(runs)
    tried = [own for task, own in combinations.items() if task in told and _can_be_tried(own[0].task)]
    parts = (_part(own, NUMBERS // len(tried)) for own in tried)
    return [part for part in parts if part]


def _runs(experiment: Mapping[str, Any]) -> Iterator[Runs]:
    for plan, _, _ in experiment["train"]:
        job = json.loads(Path(plan).read_text(encoding="utf-8"))
        if not Path(job["data"]).exists():
            continue
        yield from (Runs(job, combination) for combination in job["combinations"])


def _can_be_tried(task: Task) -> bool:
    return task.inputs == "words" and task.outputs == "labels" and not isinstance(task, MemoryTask)


def _part(combinations: Sequence[Runs], numbers: int) -> dict[str, Any] | None:
    task, corpus = combinations[0].task, read_corpus(Path(combinations[0].job["data"]))
    own = copies(combinations, corpus)
    if not own:
        return None
    automaton = task.automaton
    return {
        "task": task.label,
        "encoder": own[0].runs.names["encoder"],
        "labels": corpus.labels,
        "all_labels": corpus.all_labels,
        "lower": task.words("A") == ["a"],
        "sentences": _showcase(corpus),
        "copies": packed_networks(own, numbers),
        "oracle": automaton and packed_automaton(automaton),
        "disagreements": list(disagreements(task, corpus, own)),
    }


def _showcase(corpus: Corpus) -> list[str]:
    return [" ".join(words) for words in corpus.splits[EXAMPLES].sequences]
