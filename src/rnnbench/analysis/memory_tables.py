"""Rows of the tables that only memory tasks have: what is known before training, calibrated scores, traces."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from rnnbench.analysis.statistics.estimates import paired_difference
from rnnbench.data.corpora import Corpora
from rnnbench.data.corpus import Corpus, merge_pairs
from rnnbench.evaluation.memory_horizon import calibrated, families, span
from rnnbench.evaluation.metrics import RATIOS
from rnnbench.evaluation.traces import is_trace, trace_rows
from rnnbench.results.runs import Runs, is_done, selection_score
from rnnbench.results.store import read_tensors
from rnnbench.tasks._memory import MemoryTask

Row = dict[str, Any]


def memory_rows(tasks: Iterable[MemoryTask]) -> Iterator[Row]:
    """Yield the rows of the table `memory_tasks`."""
    for family, members in families(tasks).items():
        for task in members:
            metric, paper_score = task.paper_score
            yield {
                "task": task.label,
                "kind": task.kind,
                "family": family,
                "setting": task.axis,
                "at": getattr(task, task.axis),
                "lag": task.lag,
                "metric": metric,
                "without_memory": paper_score,
                "calibrated_by": task.calibrated_by,
                "zero": task.memoryless_score,
                "literature": task.literature,
            }


def calibrated_rows(runs: Runs, task: MemoryTask, corpora: Corpora) -> Iterator[Row]:
    """Yield the rows of the table `calibrated` for one combination: all selected runs, also those that diverged."""
    metric = task.calibrated_by
    count = RATIOS[metric].numerator
    for run, _ in runs.selected:
        corpus = corpora[run.seed]
        totals = {name: _scored_positions(corpus, name) for name in corpus.scored}
        counts = read_tensors(run.digest, *(f"{split}.{count}" for split in totals))
        for split, total in totals.items():
            zero = task.task_of_split(split).memoryless_score
            score = paired_difference(merge_pairs(split, counts[f"{split}.{count}"]), 0 * total, total)
            value, error = calibrated(metric, score.value, zero), score.standard_error / abs(span(metric, zero))
            columns = {"split": split, "times": task.longer.get(split, 1), "value": value, "standard_error": error}
            yield runs.key(run) | columns


def _scored_positions(corpus: Corpus, name: str) -> Any:
    """Return how many positions of each sequence, or of each pair that was drawn as one, count in a score."""
    split = corpus.splits[name]
    return merge_pairs(name, np.add.reduceat(split.score_mask.astype(np.int64), split.starts))


def traces_of(runs: Runs) -> Iterator[Row]:
    """Yield the rows of the table `traces` for one combination: the selected run that is best on validation."""
    done = [(selection_score(record), run) for run, record in runs.selected if is_done(record)]
    if done:
        _, run = max(done, key=lambda pair: pair[0])
        traces = {name: values for name, values in read_tensors(run.digest).items() if is_trace(name)}
        yield from (runs.key(run) | row for row in trace_rows(traces))
