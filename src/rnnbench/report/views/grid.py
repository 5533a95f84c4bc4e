"""Every way of looking at encoders x architectures: a score on a split, a gap, a number of parameters, seconds."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from rnnbench.data.corpus import ALL
from rnnbench.evaluation.memory_horizon import CALIBRATED
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.views import queries
from rnnbench.report.views.queries import INFORMATION, Frame, Tables, at, of_task
from rnnbench.results.schemas import COMBINATION

GAPS = {
    "gap": "after the best epoch: train minus test",
    "gap_at_end": "after the last epoch: train minus validation",
}
SIZES = {
    "parameters": "parameters",
    "parameters_input": "parameters that read the input",
    "parameters_recurrent": "parameters that carry the memory",
    "parameters_readout": "parameters that give the answer",
    "hidden": "hidden units",
}
SECONDS = {"seconds": "training seconds"}
ORACLE, RIVALS = "The oracle, seeing", "Rivals"
TRAINED = ("validation", "train")
"""Splits that do not test: they come last."""
CALIBRATED_BY = {"without any memory": 0.0, "the oracle": 1.0}
"""What a calibrated score is measured by."""
SMALL_GAP = 0.01
"""A gap up to this is pale, though it be the largest."""


@dataclass(frozen=True)
class Reference:
    """A score that no network of the grid has, but that they are held against."""

    group: str
    name: str
    value: float

    @property
    def text(self) -> str:
        """What it is called in a sentence."""
        return f"the oracle seeing {self.name}" if self.group == ORACLE else self.name


@dataclass(frozen=True)
class Scale:
    """Where the floor and the ceiling are, and what they are."""

    low: float
    high: float
    low_is: str
    high_is: str
    logarithmic: bool = False


@dataclass(frozen=True)
class View:
    """One way of looking: `values` has mean, std and count, indexed by encoder and architecture."""

    what: str
    """score, gap, parameters or seconds."""
    split: str
    metric: str
    values: Frame
    scale: Scale
    references: list[Reference] = field(default_factory=list)


def views(tables: Tables) -> dict[str, list[View]]:
    """Return the views of every task that has networks: scores (test first), gaps, parameters, seconds.

    A task without any score has one view of scores all the same, without values.
    """
    scores = tables["scores"]
    wanted = scores[scores["selected"] & scores["metric"].isin(METRICS)]
    means = dict(list(queries.over_runs(tables, wanted, by=["split", "metric"]).groupby(level="task", sort=False)))
    costs = _costs(tables)
    return {
        task: [*_scored(tables, task, means.get(task)), *_counted(at(costs, task=task))]
        for task in queries.tasks(tables)
        if queries.architectures(tables, task)
    }


def _scored(tables: Tables, task: str, means: Frame | None) -> Iterator[View]:
    if means is None:
        yield View("score", "test", "", _no_values(), Scale(0.0, 1.0, "nothing right", "perfect"))
        return
    parts = dict(list(means.groupby(level=["split", "metric"], sort=False)))
    given = _given(tables, task)
    for split, metric in sorted(parts, key=_place):
        values = parts[split, metric].droplevel(["task", "split", "metric"])
        if split in GAPS:
            yield View("gap", split, metric, values, _gap_scale(values))
        else:
            references = given.get((split, metric), [])
            if metric == CALIBRATED:
                references = [Reference("By definition", name, value) for name, value in CALIBRATED_BY.items()]
            yield View("score", split, metric, values, _score_scale(references), references)


def _no_values() -> Frame:
    index = pd.MultiIndex.from_arrays([[], []], names=["encoder", "architecture"])
    return pd.DataFrame(index=index, columns=pd.Index(["mean", "std", "count"]), dtype=float)


def _place(part: tuple[str, str]) -> tuple[bool, bool, int, bool, int]:
    """Return what sorts parts: scores before gaps, test first, train last; other splits stay in order."""
    split, metric = part
    trained = TRAINED.index(split) + 1 if split in TRAINED else 0
    return split in GAPS, split != "test", trained, split == "gap_at_end", list(METRICS).index(metric)


def _given(tables: Tables, task: str) -> dict[tuple[str, str], list[Reference]]:
    """Return what oracle and rivals score, by split and metric."""
    found: dict[tuple[str, str], list[Reference]] = {}
    for name, column, heading in (("ceilings", "information", ORACLE), ("rivals", "rival", RIVALS)):
        rows = of_task(tables[name], task)
        rows = rows[rows["phenomenon"] == ALL].dropna(subset="value")
        order = [*INFORMATION, *dict.fromkeys(rows[column])]
        columns = (rows[key] for key in (column, "split", "metric", "value"))
        for kind, split, metric, value in sorted(zip(*columns, strict=True), key=lambda row: order.index(row[0])):
            one = Reference(heading, INFORMATION.get(kind, str(kind)), float(value))
            found.setdefault((split, metric), []).append(one)
    return found


def _score_scale(references: list[Reference]) -> Scale:
    """Return a scale from the best tagger without memory, or else the weakest rival, to the oracle."""
    known = {one.name: (one.value, one.text) for one in references}
    ceilings = [known[name] for name in (INFORMATION["sentence"], "the oracle") if name in known]
    high, high_is = next(iter(ceilings), (1.0, "perfect"))
    rivals = sorted((one.value, one.text) for one in references if one.group == RIVALS)
    without = [known[name] for name in (INFORMATION["word"], "without any memory") if name in known]
    floors = [*without, *rivals, (0.0, "nothing right")]
    low, low_is = next((pair for pair in floors if pair[0] < high), floors[-1])
    return Scale(low, high, low_is, high_is)


def _gap_scale(values: Frame) -> Scale:
    return Scale(0.0, max(float(values["mean"].max()), SMALL_GAP), "no gap", "the largest gap")


def _costs(tables: Tables) -> Frame:
    """Return sizes and seconds of every combination that has a counted run, by combination and name.

    They have neither spread nor count: a size is the same for all seeds, and seconds are measured once for a whole
    stack of runs, of which each has its share.
    """
    found = queries.parameters(tables)[[*SIZES, *SECONDS]].stack().dropna().rename_axis([*COMBINATION, "name"])
    return pd.DataFrame({"mean": found.astype(float), "std": float("nan"), "count": 0})


def _counted(costs: Frame) -> Iterator[View]:
    for name in (*SIZES, *SECONDS):
        values = at(costs, name=name)
        if len(values):
            what = "seconds" if name in SECONDS else "parameters"
            yield View(what, "", name, values, _size_scale(values["mean"]))


def _size_scale(values: Frame) -> Scale:
    known = values[values > 0]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 1.0)
    return Scale(low, high, "the least", "the most", logarithmic=True)
