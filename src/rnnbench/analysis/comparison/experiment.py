"""The scores of an experiment that are compared: from the store while it goes on, or from a folder of its tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rnnbench.analysis.collect import scores_of
from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.analysis.comparison.sides import KINDS, Names
from rnnbench.analysis.convergence import convergence_rows
from rnnbench.analysis.evidence.findings import SequenceScoresLookup, no_sequence_scores
from rnnbench.analysis.evidence.scores import SELECTION_SPLIT
from rnnbench.analysis.per_sequence import PerSequenceScores
from rnnbench.results.runs import Runs
from rnnbench.tasks import SyntheticTask

Row = dict[str, Any]


@dataclass(frozen=True)
class Experiment:
    """The runs of an experiment, as far as they are trained."""

    combinations: Sequence[Names]
    """All of the plan, or all that tables have."""
    scores: Sequence[Row]
    """Rows of the table `scores`."""
    chosen_by: dict[tuple[str, ...], str]
    """Combination -> the metric by which its learning rate was chosen."""
    before_training: Sequence[Row] = ()
    """Rows of the table `history`: validation before training, in the metric by which rates were chosen."""
    not_converged: frozenset[tuple[str, ...]] = frozenset()
    """Combinations of which too many runs were still improving when they were stopped."""
    fixed: frozenset[str] = frozenset()
    """The tasks whose test sentences are the same for every seed, where the scores of single sentences are known."""
    per_sequence: SequenceScoresLookup = no_sequence_scores


def of_store(combinations: Sequence[Runs]) -> Experiment:
    """Return what the store has of combinations."""
    counts = PerSequenceScores()
    for runs in combinations:
        counts.add(runs)
    return Experiment(
        combinations=[runs.names for runs in combinations],
        scores=[row for runs in combinations for row in scores_of(runs)],
        chosen_by={
            tuple(runs.names.values()): record["chosen_by"]
            for runs in combinations
            for _, record in runs.records
            if record
        },
        before_training=[row for runs in combinations for row in _before_training(runs)],
        not_converged=_not_converged(convergence_rows(_ends(combinations))),
        fixed=frozenset(runs.task.label for runs in combinations if not isinstance(runs.task, SyntheticTask)),
        per_sequence=counts,
    )


def of_folder(folder: Path) -> Experiment:
    """Return what the tables in a folder have, parquet or CSV; raises UserError where it lacks a table.

    Tables have no scores of single sentences: on a corpus of the user's own, other test sentences have no say.
    """
    scores, runs = (read_kept(folder, name).to_dict("records") for name in ("scores", "runs"))
    chosen_by = {_names(row): row["chosen_by"] for row in runs if row["chosen_by"]}
    history = read_kept(folder, "history")
    untrained = history[(history["step"] == 0) & (history["split"] == SELECTION_SPLIT)].to_dict("records")
    return Experiment(
        combinations=list(_distinct(runs)),
        scores=scores,
        chosen_by=chosen_by,
        before_training=[row for row in untrained if row["metric"] == chosen_by.get(_names(row))],
        not_converged=_not_converged(read_kept(folder, "convergence").to_dict("records")),
    )


def _before_training(runs: Runs) -> Iterator[Row]:
    done = ((run, record) for run, record in runs.records if record)
    for run, record in done:
        for step, split, metric, value in record["history"]:
            if (step, split, metric) == (0, SELECTION_SPLIT, record["chosen_by"]):
                yield {**runs.key(run), "metric": metric, "value": value}


def _ends(combinations: Sequence[Runs]) -> pd.DataFrame:
    """Return what stopped each selected run."""
    rows = [
        {**runs.names, "selected": True, "stopped_by": record["stopped_by"]}
        for runs in combinations
        for _, record in runs.selected
    ]
    return pd.DataFrame(rows, columns=pd.Index([*KINDS, "selected", "stopped_by"]))


def _distinct(rows: Iterable[Row]) -> Iterable[Names]:
    return (dict(zip(KINDS, names, strict=True)) for names in dict.fromkeys(map(_names, rows)))


def _not_converged(rows: Iterable[Row]) -> frozenset[tuple[str, ...]]:
    return frozenset(_names(row) for row in rows if not row["converged"])


def _names(row: Row) -> tuple[str, ...]:
    return tuple(row[kind] for kind in KINDS)
