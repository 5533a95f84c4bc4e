"""What a search for the learning rate is worth: scores to expect of the best of n rates that were tried."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnbench.analysis.statistics.estimates import student_interval
from rnnbench.analysis.statistics.expected_best import expected_best
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results.schemas import COMBINATION

Frame = Any


def tuning_rows(scores: Frame, runs: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `tuning`: a row for each combination and number of learning rates.

    Scores are those by which the task chooses; seed by seed, the rate that is best on validation is kept. Only seeds
    that have a score at every rate count.
    """
    chosen = runs.loc[runs["chosen_by"] != "", ["task", "chosen_by"]].drop_duplicates()
    wanted = scores[scores["split"].isin(["validation", "test"])].merge(
        chosen, left_on=["task", "metric"], right_on=["task", "chosen_by"]
    )
    for key, own in wanted.groupby([*COMBINATION, "metric"], sort=False):
        table = own.pivot_table(index="seed", columns=["split", "learning_rate"], values="value").dropna()
        if len(table):
            yield from _rows(dict(zip((*COMBINATION, "metric"), key, strict=True)), table)


def _rows(key: dict[str, Any], table: Frame) -> Iterator[dict[str, Any]]:
    sign = 1 if key["metric"] in HIGHER_IS_BETTER else -1
    validation, test = (sign * table[split].to_numpy() for split in ("validation", "test"))
    expected = {name: sign * expected_best(validation, values) for name, values in (("v", validation), ("t", test))}
    n = len(table)
    spread = expected["v"].std(0, ddof=1) if n > 1 else np.full(validation.shape[1], np.nan)
    means = expected["v"].mean(0)
    low, high = student_interval(means, spread, np.full(len(means), n))
    for i, mean in enumerate(means):
        told = {"tried": i + 1, "validation": float(mean), "low": float(low[i]), "high": float(high[i])}
        yield key | told | {"test": float(expected["t"][:, i].mean()), "runs": n}
