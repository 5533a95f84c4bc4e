"""Overfitting: the gap between training and test, and the training step after which the validation loss rises."""

from collections.abc import Iterator
from typing import Any

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
    """Yield the rows of the table `turning`: the step of the lowest validation loss, and by how much it rose after.

    Only selected runs that ended well count, and not their loss before training. Each run counts until its own last
    step.
    """
    done = runs.loc[runs["selected"] & (runs["status"] == "done"), list(RUN)]
    losses = history[(history["metric"] == "loss") & (history["split"] == "validation") & (history["step"] > 0)]
    losses = losses.merge(done, on=list(RUN)).dropna(subset="value").sort_values("step", kind="stable")
    if losses.empty:
        return
    groups = losses.groupby(list(RUN), sort=False)
    least = losses.loc[groups["value"].idxmin()].set_index(list(RUN))
    last = groups.last().reindex(least.index)
    turns = least.assign(last=last["step"], rise=last["value"] - least["value"]).reset_index()
    for key, group in turns.groupby(list(COMBINATION), sort=False):
        mean, low, high = interval_of_mean(group["step"].to_numpy(float))
        yield dict(zip(COMBINATION, key, strict=True)) | {
            "runs": len(group),
            "steps": round(group["last"].mean()),
            "step": mean,
            "low": low,
            "high": high,
            "turned": float((group["step"] < group["last"]).mean()),
            "rise": float(group["rise"].mean()),
        }
