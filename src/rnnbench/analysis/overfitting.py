"""How much networks learn by heart: the gap between training and test, and the epoch at which validation turns."""

from collections.abc import Iterator
from typing import Any

from rnnbench.analysis.statistics.estimates import student_interval
from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.evaluation.metrics import HIGHER_IS_BETTER
from rnnbench.results.schemas import COMBINATION, RUN

# Frames of pandas. Any, since the types that pandas itself declares tell a type checker nothing.
Frame = Any
GAP, GAP_AT_END = "gap", "gap_at_end"
"""What the table `scores` calls train minus test after the best epoch, and train minus validation after the last."""
SPLITS = {GAP: "", GAP_AT_END: "_at_end"}
METRICS = (*HIGHER_IS_BETTER, CALIBRATED, "loss")


def overfitting_rows(scores: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `overfitting`: the mean gap of the selected runs and its interval over seeds."""
    known = scores[scores["selected"] & scores["split"].isin(list(SPLITS)) & scores["metric"].isin(METRICS)]
    groups = known.dropna(subset="value").groupby([*COMBINATION, "metric", "split"], sort=False)["value"]
    table = groups.agg(["mean", "std", "count"])
    table["low"], table["high"] = student_interval(*(table[name].to_numpy() for name in table.columns))
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for (*key, split), row in zip(table.index, table.to_dict("records"), strict=True):
        own = found.setdefault(tuple(key), _empty(key))
        own |= {f"{name}{SPLITS[split]}": row[column] for name, column in MEASURES.items()}
        own["runs"] = max(own["runs"], int(row["count"]))
    yield from found.values()


MEASURES = {"gap": "mean", "low": "low", "high": "high"}


def _empty(key: list[str]) -> dict[str, Any]:
    unknown = {f"{name}{ending}": float("nan") for ending in SPLITS.values() for name in MEASURES}
    return dict(zip((*COMBINATION, "metric"), key, strict=True)) | unknown | {"runs": 0}


def turning_rows(history: Frame, runs: Frame) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `turning`: when the loss on validation was lowest, and by how much it rose after.

    Of the selected runs that ended well; the loss before training does not count.
    """
    done = runs.loc[runs["selected"] & (runs["status"] == "done"), list(RUN)]
    losses = history[(history["metric"] == "loss") & (history["split"] == "validation") & (history["epoch"] > 0)]
    losses = losses.merge(done, on=list(RUN)).dropna(subset="value").sort_values("epoch", kind="stable")
    if losses.empty:
        return
    groups = losses.groupby(list(RUN), sort=False)
    least = losses.loc[groups["value"].idxmin()].set_index(list(RUN))
    last = groups.last().reindex(least.index)
    turned = least.assign(last=last["epoch"], rise=last["value"] - least["value"]).reset_index()
    for key, own in turned.groupby(list(COMBINATION), sort=False):
        n = len(own)
        mean, spread = float(own["epoch"].mean()), float(own["epoch"].std()) if n > 1 else float("nan")
        low, high = student_interval(mean, spread, n)
        yield dict(zip(COMBINATION, key, strict=True)) | {
            "runs": n,
            "epochs": int(own["last"].max()),
            "epoch": mean,
            "low": float(low),
            "high": float(high),
            "turned": float((own["epoch"] < own["last"]).mean()),
            "rise": float(own["rise"].mean()),
        }
