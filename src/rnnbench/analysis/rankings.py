"""The rankings of networks on a task over all encoders and seeds, and which of them do not differ significantly."""

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any

import numpy as np

from rnnbench.analysis.statistics.intervals import bootstrap_interval, interquartile_mean
from rnnbench.analysis.statistics.paired import probability_of_improvement
from rnnbench.analysis.statistics.ranks import ranking
from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import compared_by

Frame = Any


def ranking_rows(scores: Frame, architectures: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `rankings`, best first, for each task and each quantity that networks are matched on.

    Blocks are pairs of encoder and seed that every network has; within a block all networks are trained on the same
    sequences and have related initial weights.
    """
    tested = scores[scores["selected"] & (scores["split"] == "test")].dropna(subset="value")
    tested = tested.merge(architectures[["architecture", "fair"]], on="architecture")
    for (task, matched_on), group in tested.groupby(["task", "fair"], sort=False):
        metric = compared_by(set(group["metric"]))
        if metric is None:
            continue
        table = group[group["metric"] == metric].pivot_table(
            index=["encoder", "seed"], columns="architecture", values="value", sort=False
        )
        yield from _rows({"task": task, "fair": matched_on, "metric": metric}, table.dropna())


def _rows(key: dict[str, Any], table: Frame) -> Iterator[dict[str, Any]]:
    if len(table) < 2 or table.shape[1] < 2:
        return
    values = table.to_numpy()
    result = ranking(values)
    shared = {"blocks": len(table), "p_value": result.p_value, "critical_difference": result.critical_difference}
    best = int(np.argmin(result.ranks))
    encoders = table.index.get_level_values("encoder")
    for i in np.argsort(result.ranks, kind="stable"):
        strata = [values[encoders == encoder, i] for encoder in dict.fromkeys(encoders)]
        rng = generator(purpose="rankings", task=key["task"], architecture=str(table.columns[i]))
        middle = bootstrap_interval(_stacked(strata), interquartile_mean, rng)
        ties = "".join(ascii_lowercase[j % 26] for j, group in enumerate(result.groups) if i in group)
        yield (
            key
            | shared
            | {
                "architecture": str(table.columns[i]),
                "rank": float(result.ranks[i]),
                "ties": ties,
                "middle": middle.value,
                "low": middle.low,
                "high": middle.high,
                "best_above": probability_of_improvement(values[:, best], values[:, i]),
            }
        )


def _stacked(strata: list[Array]) -> Array:
    """Return C strata as an array (C, S), cut to the S seeds of the shortest one."""
    seeds = min(map(len, strata))
    return np.stack([scores[:seeds] for scores in strata])
