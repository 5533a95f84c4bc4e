"""Who is best on a task over all encoders and seeds, and who cannot be told apart."""

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
    """Yield the rows of the table `rankings`, best first, for each task and each way of being comparable.

    Blocks are pairs of encoder and seed that every network has; in each they read the same words and start alike.
    """
    tested = scores[scores["selected"] & (scores["split"] == "test")].dropna(subset="value")
    tested = tested.merge(architectures[["architecture", "fair"]], on="architecture")
    for (task, fair), own in tested.groupby(["task", "fair"], sort=False):
        metric = compared_by(set(own["metric"]))
        if metric is None:
            continue
        table = own[own["metric"] == metric].pivot_table(
            index=["encoder", "seed"], columns="architecture", values="value", sort=False
        )
        yield from _rows({"task": task, "fair": fair, "metric": metric}, table.dropna())


def _rows(about: dict[str, Any], table: Frame) -> Iterator[dict[str, Any]]:
    if len(table) < 2 or table.shape[1] < 2:
        return
    found, values = ranking(table.to_numpy()), table.to_numpy()
    told = {"blocks": len(table), "p_value": found.p_value, "critical_difference": found.critical_difference}
    best = int(np.argmin(found.ranks))
    encoders = table.index.get_level_values("encoder")
    for i in np.argsort(found.ranks, kind="stable"):
        strata = [values[encoders == encoder, i] for encoder in dict.fromkeys(encoders)]
        rng = generator(purpose="rankings", task=about["task"], architecture=str(table.columns[i]))
        middle = bootstrap_interval(_even(strata), interquartile_mean, rng)
        ties = "".join(ascii_lowercase[j % 26] for j, group in enumerate(found.groups) if i in group)
        yield (
            about
            | told
            | {
                "architecture": str(table.columns[i]),
                "rank": float(found.ranks[i]),
                "ties": ties,
                "middle": middle.value,
                "low": middle.low,
                "high": middle.high,
                "best_above": probability_of_improvement(values[:, best], values[:, i]),
            }
        )


def _even(strata: list[Array]) -> Array:
    """Return strata of S seeds as (C, S); seeds that not all have are left out at the end."""
    seeds = min(map(len, strata))
    return np.stack([one[:seeds] for one in strata])
