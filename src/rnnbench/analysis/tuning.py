"""Tuning: which learning rates were tried for a combination, and how good each was on validation."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results.runs import Runs, is_done, selection_score


def tuning_rows(runs: Runs) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `tuning` for one combination: one for each rate that was tried on a block."""
    search, choice = runs.job.search, runs.choice
    for rate in choice.tried:
        records = [record for run, record in runs.records if run.learning_rate == rate and run.seed in search.seeds]
        metric = next((record["chosen_by"] for record in records if record), None)
        if metric is None:
            continue
        sign = 1 if metric in HIGHER_IS_BETTER else -1
        scores = np.array([sign * selection_score(record)[0] for record in records if is_done(record)])
        mean, low, high = interval_of_mean(scores)
        selected = rate == choice.rate
        yield {
            **runs.names,
            "learning_rate": rate,
            "metric": metric,
            "blocks": len(records),
            "validation": mean,
            "low": low,
            "high": high,
            "selected": selected,
            "edge": selected and choice.is_at_edge,
        }
