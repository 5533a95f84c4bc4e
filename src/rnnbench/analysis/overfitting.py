"""Overfitting: the gap between training and test, and the epoch after which the validation loss rises."""

from collections.abc import Iterator
from typing import Any

from rnnbench.analysis.statistics.estimates import student_interval
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.evaluation.metrics import GAP, GAP_AT_END, HIGHER_IS_BETTER
from rnnbench.results.schemas import COMBINATION, RUN

# A data frame of pandas. Its type is Any, since a type checker gains nothing from the types that pandas declares.
Frame = Any
SUFFIXES = {GAP: "", GAP_AT_END: "_at_end"}
"""Split -> ending of its columns in the table `overfitting`."""
METRICS = (*HIGHER_IS_BETTER, "loss")


def overfitting_rows(scores: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `overfitting`: the mean gap of the selected runs and its interval over seeds."""
    gaps = scores[scores["selected"] & scores["split"].isin(list(SUFFIXES)) & scores["metric"].isin(METRICS)]
    groups = gaps.dropna(subset="value").groupby([*COMBINATION, "metric", "split"], sort=False)["value"]
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for (*key, split), gaps_of_seeds in groups:
        row = rows.setdefault(tuple(key), _empty(key))
        interval = interval_of_mean(gaps_of_seeds.to_numpy(float))
        row |= {f"{name}{SUFFIXES[split]}": number for name, number in zip(MEASURES, interval, strict=True)}
        row["runs"] = max(row["runs"], len(gaps_of_seeds))
    yield from rows.values()


MEASURES = ("gap", "low", "high")
"""Columns of the table `overfitting`: the mean gap and its interval."""


def _empty(key: list[str]) -> dict[str, Any]:
    unknown = {f"{name}{suffix}": float("nan") for suffix in SUFFIXES.values() for name in MEASURES}
    return dict(zip((*COMBINATION, "metric"), key, strict=True)) | unknown | {"runs": 0}


def turning_rows(history: Frame, runs: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `turning`: the epoch of the lowest validation loss, and by how much it rose after.

    Only selected runs that ended well count, and not their loss before training.
    """
    done = runs.loc[runs["selected"] & (runs["status"] == "done"), list(RUN)]
    losses = history[(history["metric"] == "loss") & (history["split"] == "validation") & (history["epoch"] > 0)]
    losses = losses.merge(done, on=list(RUN)).dropna(subset="value").sort_values("epoch", kind="stable")
    if losses.empty:
        return
    groups = losses.groupby(list(RUN), sort=False)
    least = losses.loc[groups["value"].idxmin()].set_index(list(RUN))
    last = groups.last().reindex(least.index)
    turns = least.assign(last=last["epoch"], rise=last["value"] - least["value"]).reset_index()
    for key, group in turns.groupby(list(COMBINATION), sort=False):
        n = len(group)
        mean, spread = float(group["epoch"].mean()), float(group["epoch"].std()) if n > 1 else float("nan")
        low, high = student_interval(mean, spread, n)
        yield dict(zip(COMBINATION, key, strict=True)) | {
            "runs": n,
            "epochs": int(group["last"].max()),
            "epoch": mean,
            "low": float(low),
            "high": float(high),
            "turned": float((group["epoch"] < group["last"]).mean()),
            "rise": float(group["rise"].mean()),
        }
