"""Queries on the tidy tables for figures and sections: orders, states, means and curves."""

import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd

from rnnbench.analysis.statistics.estimates import Interval
from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.results.schemas import COMBINATION, RUN

# Frames and columns of pandas are typed as Any: by pandas' own declarations nearly every method may return nearly
# everything, which does not help a type checker.
Frame = Any
Column = Any
Tables = dict[str, Frame]

HEADLINES = ("slot_f1", "token_accuracy", "slot_accuracy", "sequence_accuracy")
"""Metrics that summarise a task, most preferred first."""
INFORMATION = {"word": "the word alone", "prefix": "the sentence up to the word", "sentence": "the whole sentence"}
"""What a Bayes-optimal tagger sees, in words."""
STATUSES = ("done", "diverged", "failed")
"""Values of the column `status` of the table `runs`."""
LEFT_OUT = "left out"
"""The state of an encoder with an architecture that the experiment does not combine."""


def tasks(tables: Tables) -> list[str]:
    """Return every task of the tables, in order of first appearance."""
    return _unique(*(tables[name]["task"] for name in ("runs", "ceilings", "encoders", "corpora")))


def architectures(tables: Tables, task: str | None = None) -> list[str]:
    """Return every architecture in the order of its table, or those of one task in the order of `runs`."""
    runs = tables["runs"]
    if task is None:
        return _unique(tables["architectures"]["architecture"], runs["architecture"])
    return _unique(of_task(runs, task)["architecture"])


def encoders(tables: Tables, task: str) -> list[str]:
    """Return every encoder of a task, in order of first appearance."""
    return _unique(*(of_task(tables[name], task)["encoder"] for name in ("runs", "encoders")))


def _unique(*columns: Column) -> list[str]:
    return list(dict.fromkeys(itertools.chain.from_iterable(column.unique() for column in columns)))


def of_task(table: Frame, task: str) -> Frame:
    """Return a table's rows of one task."""
    return table[table["task"] == task]


def of_tasks(tables: Tables, tasks: set[str]) -> Tables:
    """Return the tables with the rows of some tasks alone."""
    return {name: table[table["task"].isin(tasks)] if "task" in table else table for name, table in tables.items()}


def by_task(tables: Tables) -> dict[str, Tables]:
    """Return, for each task, the tables with its rows alone: many queries on one task are faster on them."""
    parts = {name: dict(list(table.groupby("task", sort=False))) for name, table in tables.items() if "task" in table}
    return {
        task: {
            name: parts[name].get(task, table.iloc[:0]) if name in parts else table for name, table in tables.items()
        }
        for task in tasks(tables)
    }


def metrics(tables: Tables, task: str) -> list[str]:
    """Return the metrics of a task's test split in which higher is better, in display order."""
    scores = (of_task(tables[name], task) for name in ("scores", "ceilings"))
    scored = set().union(*(table.loc[table["split"] == "test", "metric"] for table in scores))
    return [metric for metric in METRICS if metric in scored]


def headline(tables: Tables, task: str) -> str | None:
    """Return the one metric that summarises a task; None when nothing is scored yet."""
    scored = metrics(tables, task)
    return next((metric for metric in HEADLINES if metric in scored), None)


def states(tables: Tables) -> Frame:
    """Return a row for every combination, trained or not, indexed by task, encoder, architecture.

    Columns: the number of its runs that are done, diverged, failed, missing; `state`, which is "done" when at least one
    run is done, else failed, diverged or missing, the first of them that any run is; the first `message`. A run is
    missing where its row says so, and for every seed that another combination of the task has and this one has not:
    combinations may have different learning rates. A combination without any row is LEFT_OUT: it was not planned.
    """
    runs = tables["runs"]
    index = combinations(tables)
    keys = [runs[name] for name in COMBINATION]
    counts = pd.DataFrame({name: _count(runs, name).reindex(index, fill_value=0) for name in STATUSES}, index=index)
    expected = runs.groupby("task")["seed"].nunique().reindex(index.get_level_values("task"), fill_value=0)
    seeds = runs.groupby(keys)["seed"].nunique().reindex(index, fill_value=0)
    not_begun = (expected.to_numpy() - seeds).astype(int).where(seeds > 0, 0)
    counts["missing"] = not_begun + _count(runs, "missing").reindex(index, fill_value=0)
    counts["state"] = np.select([counts[name] > 0 for name in STATUSES[::-1]], STATUSES[::-1], "missing")
    counts.loc[counts["done"] > 0, "state"] = "done"
    counts.loc[seeds == 0, "state"] = LEFT_OUT
    messages = runs[runs["message"] != ""].groupby(list(COMBINATION))["message"].first()
    counts["message"] = messages.reindex(index).fillna("")
    return counts


def _count(runs: Frame, status: str) -> Column:
    """Return the number of runs with a status, indexed by combination."""
    return runs[runs["status"] == status].groupby(list(COMBINATION)).size()


def combinations(tables: Tables) -> pd.MultiIndex:
    """Return the grid of every task's encoders x its architectures."""
    runs = tables["runs"]
    encoders = _values_by_task(
        pd.concat([tables[name][["task", "encoder"]] for name in ("runs", "encoders")]), "encoder"
    )
    architectures = _values_by_task(runs, "architecture")
    grid = [
        (task, encoder, architecture)
        for task in tasks(tables)
        for encoder, architecture in itertools.product(encoders.get(task, []), architectures.get(task, []))
    ]
    return pd.MultiIndex.from_tuples(grid, names=list(COMBINATION)) if grid else _no_combinations()


def _values_by_task(rows: Frame, column: str) -> dict[str, list[str]]:
    """Return each task's values of a column, in order of first appearance."""
    pairs = rows[["task", column]].drop_duplicates()
    return {task: list(values) for task, values in pairs.groupby("task", sort=False)[column]}


def _no_combinations() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], [], []], names=list(COMBINATION))


def means(tables: Tables, split: str) -> Frame:
    """Return mean, std, count, low and high over the selected runs, by task, encoder, architecture, metric.

    low, high: the 95 % interval of the mean over blocks. A diverged run counts with the weights of its best step, if it
    has one. A combination without any run that is done has no mean.
    """
    scores = tables["scores"]
    return over_runs(tables, scores[scores["selected"] & (scores["split"] == split)], by=["metric"])


def over_runs(tables: Tables, scores: Frame, by: list[str]) -> Frame:
    """Return `means` of scores, indexed by combination and the columns `by`."""
    table = with_intervals(scores.dropna(subset="value").groupby([*COMBINATION, *by], sort=False)["value"])
    runs = tables["runs"]
    done = runs.loc[runs["status"] == "done", list(COMBINATION)].drop_duplicates()
    return table[table.index.droplevel(by).isin(pd.MultiIndex.from_frame(done))]


def with_intervals(groups: Any) -> Frame:
    """Return mean, std and count of each group of scores, and the ends of the 95 % interval of its mean: low, high."""
    table = groups.agg(["mean", "std", "count"])
    table[["low", "high"]] = np.array([_interval(tuple(values))[1:] for _, values in groups]).reshape(-1, 2)
    return table


@functools.lru_cache(maxsize=100_000)
def _interval(values: tuple[float, ...]) -> Interval:
    """Return `interval_of_mean`; a page asks for that of the same scores in several places."""
    return interval_of_mean(np.array(values))


def run_scores(tables: Tables, task: str, encoder: str) -> Frame:
    """Return every run's test score by the headline metric: architecture, learning_rate, seed, selected, value."""
    scores = tables["scores"]
    rows = scores[(scores["task"] == task) & (scores["encoder"] == encoder) & (scores["split"] == "test")]
    rows = rows[rows["metric"] == headline(tables, task)].dropna(subset="value")
    return rows[["architecture", "learning_rate", "seed", "selected", "value"]]


def matrix(values: Column, rows: list[str], columns: list[str]) -> np.ndarray:
    """Return a series indexed by (encoder, architecture) as (architectures, encoders); NaN where it has no value."""
    grid = pd.MultiIndex.from_product([columns, rows])
    return values.reindex(grid).to_numpy(float).reshape(len(columns), len(rows)).T


def at(values: Frame, **levels: object) -> Frame:
    """Return the part of a frame or column that has these values of index levels, without those levels."""
    for level, value in levels.items():
        values = values[values.index.get_level_values(level) == value].droplevel(level)
    return values


def parameters(tables: Tables) -> Frame:
    """Return sizes and mean seconds of every combination with a run whose parameters are counted, by combination.

    Where seeds have training words of their own, the sizes of one network differ a little between them. These are means
    over seeds, rounded to integers.
    """
    names = ["hidden", "parameters", "parameters_input", "parameters_recurrent", "parameters_readout"]
    counted = tables["runs"].dropna(subset="parameters").astype(dict.fromkeys(names, float))
    sizes = counted.drop_duplicates([*COMBINATION, "seed"]).groupby(list(COMBINATION), sort=False)[names].mean()
    return sizes.round().join(counted.groupby(list(COMBINATION), sort=False)["seconds"].mean())


def ceilings(tables: Tables, task: str, metric: str) -> dict[str, float]:
    """Return the Bayes-optimal ceilings on the whole test split: information -> score."""
    table = of_task(tables["ceilings"], task)
    whole = (table["split"] == "test") & (table["phenomenon"] == ALL)
    rows = table[whole & (table["metric"] == metric)]
    scores = dict(zip(rows["information"], rows["value"], strict=True))
    return {information: scores[information] for information in INFORMATION if information in scores}


def curves(tables: Tables, task: str, metric: str) -> Frame:
    """Return the scores of the selected runs at every step that they were checked: columns train and validation."""
    history = of_task(tables["history"], task)
    runs = of_task(tables["runs"], task)
    selected = runs.loc[runs["selected"], list(RUN)]
    rows = history[history["metric"] == metric].merge(selected, on=list(RUN))
    keys = ["encoder", "architecture", "seed", "step"]
    table = rows.pivot_table(index=keys, columns="split", values="value", sort=False)
    return table.reindex(columns=pd.Index(["train", "validation"]))


def over_seeds(values: Column) -> Frame:
    """Return mean and std over seeds, indexed by encoder, architecture, step.

    Runs stop at different steps. After its end a run counts with its last value, so that all runs count at every step
    of their combination, until the last of them has stopped.
    """
    network = ["encoder", "architecture"]
    by_seed = values.dropna().unstack("seed").sort_index(level="step", kind="stable")
    carried = by_seed.groupby(network, sort=False).ffill()
    table = pd.DataFrame({"mean": carried.mean(axis=1), "std": carried.std(axis=1).fillna(0.0)})
    order = values.index.droplevel(["seed", "step"]).unique()
    places = order.get_indexer(table.index.droplevel("step"))
    return table.iloc[np.argsort(places, kind="stable")]


def best_encoders(tables: Tables, task: str) -> list[str]:
    """Return a task's encoders, the one with the best mean test score over architectures first."""
    names, metric = encoders(tables, task), headline(tables, task)
    if metric is None:
        return names
    score = at(means(tables, "test"), task=task, metric=metric)["mean"].groupby("encoder").mean()
    return sorted(names, key=lambda name: -score.get(name, -np.inf))
