"""The views of the grid of encoders x architectures: a score on a split, a gap, a number of parameters, seconds."""

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
    "gap": "after the best step: train minus test",
    "gap_at_end": "after the last step: train minus validation",
}
SIZES = {
    "parameters": "parameters",
    "parameters_input": "parameters that read the input",
    "parameters_recurrent": "parameters that carry the memory",
    "parameters_readout": "parameters that give the answer",
    "hidden": "hidden units",
}
SECONDS = {"seconds": "training seconds"}
ORACLE, BASELINES = "The oracle, seeing", "Baselines"
"""Headings of the references."""
TRAINED = ("validation", "train")
"""Splits that are no test split; their views come last."""
CALIBRATED_BY = {"without any memory": 0.0, "the oracle": 1.0}
"""The references of the calibrated score, which are 0 and 1 by definition."""
SMALL_GAP = 0.01
"""The scale of gaps reaches at least this far, so that gaps that are all small stay pale."""


@dataclass(frozen=True)
class Reference:
    """A score to compare the networks of the grid with: a ceiling or a baseline."""

    group: str
    name: str
    value: float

    @property
    def text(self) -> str:
        """The name of the reference in a sentence."""
        return f"the oracle seeing {self.name}" if self.group == ORACLE else self.name


@dataclass(frozen=True)
class Scale:
    """The two ends of a colour scale, and what each end stands for."""

    low: float
    high: float
    low_is: str
    high_is: str
    logarithmic: bool = False


@dataclass(frozen=True)
class View:
    """One view of the grid: `values` has mean, low, high and count, indexed by encoder and architecture."""

    what: str
    """The quantity: score, gap, parameters or seconds."""
    split: str
    metric: str
    values: Frame
    scale: Scale
    references: list[Reference] = field(default_factory=list)


def views(tables: Tables) -> dict[str, list[View]]:
    """Return the views of every task that has networks: scores (test first), gaps, parameters, seconds.

    A task without any score has one view of scores, without values.
    """
    scores = tables["scores"]
    rows = scores[scores["selected"] & scores["metric"].isin(METRICS)]
    means = dict(list(queries.over_runs(tables, rows, by=["split", "metric"]).groupby(level="task", sort=False)))
    costs = _costs(tables)
    return {
        task: [*_score_views(tables, task, means.get(task)), *_cost_views(at(costs, task=task))]
        for task in queries.tasks(tables)
        if queries.architectures(tables, task)
    }


def _score_views(tables: Tables, task: str, means: Frame | None) -> Iterator[View]:
    """Yield the views of scores and gaps of a task; `means` is None where it has none."""
    if means is None:
        yield View("score", "test", "", _no_values(), Scale(0.0, 1.0, "nothing right", "perfect"))
        return
    parts = dict(list(means.groupby(level=["split", "metric"], sort=False)))
    references_of = _references(tables, task)
    for split, metric in sorted(parts, key=_view_order):
        values = parts[split, metric].droplevel(["task", "split", "metric"])
        if split in GAPS:
            yield View("gap", split, metric, values, _gap_scale(values))
        else:
            references = references_of.get((split, metric), [])
            if metric == CALIBRATED:
                references = [Reference("By definition", name, value) for name, value in CALIBRATED_BY.items()]
            yield View("score", split, metric, values, _score_scale(references), references)


def _no_values() -> Frame:
    index = pd.MultiIndex.from_arrays([[], []], names=["encoder", "architecture"])
    return pd.DataFrame(index=index, columns=pd.Index(["mean", "low", "high", "count"]), dtype=float)


def _view_order(part: tuple[str, str]) -> tuple[bool, bool, int, bool, int]:
    """Return the sort key of a split and metric: scores before gaps, test first, train last, other splits in order."""
    split, metric = part
    trained = TRAINED.index(split) + 1 if split in TRAINED else 0
    return split in GAPS, split != "test", trained, split == "gap_at_end", list(METRICS).index(metric)


def _references(tables: Tables, task: str) -> dict[tuple[str, str], list[Reference]]:
    """Return the scores of the Bayes-optimal tagger and of the baselines, by split and metric."""
    references: dict[tuple[str, str], list[Reference]] = {}
    for name, column, heading in (("ceilings", "information", ORACLE), ("rivals", "rival", BASELINES)):
        rows = of_task(tables[name], task)
        rows = rows[rows["phenomenon"] == ALL].dropna(subset="value")
        order = [*INFORMATION, *dict.fromkeys(rows[column])]
        columns = (rows[key] for key in (column, "split", "metric", "value"))
        for kind, split, metric, value in sorted(zip(*columns, strict=True), key=lambda row: order.index(row[0])):
            reference = Reference(heading, INFORMATION.get(kind, str(kind)), float(value))
            references.setdefault((split, metric), []).append(reference)
    return references


def _score_scale(references: list[Reference]) -> Scale:
    """Return a scale from the best tagger without memory, or else the weakest baseline, to the Bayes-optimal tagger."""
    ends = {reference.name: (reference.value, reference.text) for reference in references}
    ceilings = [ends[name] for name in (INFORMATION["sentence"], "the oracle") if name in ends]
    high, high_is = next(iter(ceilings), (1.0, "perfect"))
    baselines = sorted((reference.value, reference.text) for reference in references if reference.group == BASELINES)
    memoryless = [ends[name] for name in (INFORMATION["word"], "without any memory") if name in ends]
    floors = [*memoryless, *baselines, (0.0, "nothing right")]
    low, low_is = next((pair for pair in floors if pair[0] < high), floors[-1])
    return Scale(low, high, low_is, high_is)


def _gap_scale(values: Frame) -> Scale:
    return Scale(0.0, max(float(values["mean"].max()), SMALL_GAP), "no gap", "the largest gap")


def _costs(tables: Tables) -> Frame:
    """Return sizes and seconds of every combination with a run whose parameters are counted, by combination and name.

    They have neither interval nor count: sizes hardly differ between seeds, and the seconds of a stack of runs are
    measured once and divided evenly among its runs.
    """
    costs = queries.parameters(tables)[[*SIZES, *SECONDS]].stack().dropna().rename_axis([*COMBINATION, "name"])
    return pd.DataFrame({"mean": costs.astype(float), "low": float("nan"), "high": float("nan"), "count": 0})


def _cost_views(costs: Frame) -> Iterator[View]:
    for name in (*SIZES, *SECONDS):
        values = at(costs, name=name)
        if len(values):
            what = "seconds" if name in SECONDS else "parameters"
            yield View(what, "", name, values, _cost_scale(values["mean"]))


def _cost_scale(values: Frame) -> Scale:
    positive = values[values > 0]
    low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1.0, 1.0)
    return Scale(low, high, "the least", "the most", logarithmic=True)
