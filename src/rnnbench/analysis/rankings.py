"""The rankings of networks on a task behind each encoder: how far each is behind the best, block by block."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.stats import levene

from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.analysis.statistics.paired import share_above
from rnnbench.common.typing import Array
from rnnbench.evaluation.metrics import compared_by

Frame = Any


def ranking_rows(scores: Frame, architectures: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `rankings`, best first, for each task, quantity that sizes match on, and encoder.

    Blocks are the seeds that every network has; within a block all networks are trained on the same sequences and have
    related initial weights.
    """
    tested = scores[scores["selected"] & (scores["split"] == "test")].dropna(subset="value")
    tested = tested.merge(architectures[["architecture", "fair"]], on="architecture")
    for (task, matched_on), group in tested.groupby(["task", "fair"], sort=False):
        metric = compared_by(set(group["metric"]))
        for encoder, values in group[group["metric"] == metric].groupby("encoder", sort=False):
            table = values.pivot_table(index="seed", columns="architecture", values="value", sort=False).dropna()
            key = {"task": task, "fair": matched_on, "metric": metric, "encoder": encoder}
            yield from _rows(key, list(table.columns), table.to_numpy().T)


def _rows(key: dict[str, Any], names: list[str], scores: Array) -> Iterator[dict[str, Any]]:
    """Yield the rows of K networks with scores (K, B) in B blocks; in all metrics that rank, higher is better."""
    networks, blocks = scores.shape
    if blocks < 2 or networks < 2:
        return
    means = scores.mean(1)
    best = scores[means.argmax()]
    shared = {"blocks": blocks, "spread_p": spread_p_value(scores)}
    for i in np.argsort(-means, kind="stable"):
        mean, behind = interval_of_mean(scores[i]), interval_of_mean(best - scores[i])
        yield {
            **key,
            **shared,
            "architecture": names[i],
            **dict(zip(("mean", "low", "high"), mean, strict=True)),
            **dict(zip(("behind", "behind_low", "behind_high"), behind, strict=True)),
            "best_above": share_above(best - scores[i]),
            "spread": float(scores[i].std(ddof=1)),
        }


def spread_p_value(scores: Array) -> float:
    """Return the p-value of K networks having the same spread over B blocks, from scores (K, B).

    It is the test of Brown & Forsythe (1974), that of Levene with distances from the median. It is 1 where no network
    differs from block to block, and of two blocks: there both distances of a network are the same, so that nothing says
    how sure a spread is.
    """
    if scores.shape[1] < 3 or not (scores.max(1) > scores.min(1)).any():
        return 1.0
    return float(levene(*scores, center="median").pvalue)
