"""What a page needs to let its readers try networks: copies of them, the exact oracle, sentences that divide them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rnnbench.data.corpus import EXAMPLES, Corpus, read_corpus
from rnnbench.report.demo.automaton import packed_automaton
from rnnbench.report.demo.networks import NUMBERS, copies, packed_networks
from rnnbench.report.demo.sentences import disagreements
from rnnbench.results.runs import Runs
from rnnbench.results.specifications import ExperimentSpec, read_job
from rnnbench.tasks import Task
from rnnbench.tasks._memory import MemoryTask


def demo_of(experiment: ExperimentSpec, shown_tasks: Sequence[str]) -> list[dict[str, Any]]:
    """Return what can be tried, a part for each task of words with labels that is no test of memory.

    `shown_tasks`: the tasks that have sections of their own in the report; others have no part. NUMBERS is shared out
    among the parts.
    """
    combinations: dict[str, list[Runs]] = {}
    for runs in _runs(experiment):
        combinations.setdefault(runs.task.label, []).append(runs)
    tried = [runs for task, runs in combinations.items() if task in shown_tasks and _can_be_tried(runs[0].task)]
    parts = (_part(runs, NUMBERS // len(tried)) for runs in tried)
    return [part for part in parts if part]


def _runs(experiment: ExperimentSpec) -> Iterator[Runs]:
    for planned in experiment.jobs:
        job = read_job(planned.plan)
        if Path(job.data).exists():
            yield from (Runs(job, combination) for combination in job.combinations)


def _can_be_tried(task: Task) -> bool:
    return task.inputs == "words" and task.outputs == "labels" and not isinstance(task, MemoryTask)


def _part(combinations: Sequence[Runs], numbers: int) -> dict[str, Any] | None:
    task, corpus = combinations[0].task, read_corpus(Path(combinations[0].job.data), min(combinations[0].job.worlds))
    networks = copies(combinations, corpus)
    if not networks:
        return None
    automaton = task.automaton
    return {
        "task": task.label,
        "encoder": networks[0].runs.names["encoder"],
        "labels": corpus.labels,
        "all_labels": corpus.all_labels,
        "lower": task.words("A") == ["a"],
        "sentences": _examples(corpus),
        "copies": packed_networks(networks, numbers),
        "oracle": automaton and packed_automaton(automaton),
        "disagreements": list(disagreements(task, corpus, networks)),
    }


def _examples(corpus: Corpus) -> list[str]:
    return [" ".join(words) for words in corpus.splits[EXAMPLES].sequences]
