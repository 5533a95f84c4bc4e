"""What the tidy tables say, for pictures and report alike: orders, states, means and curves."""

import itertools
from typing import Any

import numpy as np
import pandas as pd

from rnnbench.data.corpus import ALL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.results.schemas import COMBINATION, RUN

# Frames and columns of pandas. Any, since the types that pandas itself declares (nearly every method may return nearly
# everything) tell a type checker nothing.
Frame = Any
Column = Any
Tables = dict[str, Frame]

HEADLINES = ("slot_f1", "token_accuracy", "slot_accuracy", "sequence_accuracy")
INFORMATION = {"word": "the word alone", "prefix": "the sentence up to the word", "sentence": "the whole sentence"}
STATUSES = ("done", "diverged", "failed")


def tasks(tables: Tables) -> list[str]:
    """Return every task of the tables, in order of first appearance."""
    return _unique(*(tables[name]["task"] for name in ("runs", "ceilings", "encoders", "corpora")))


def architectures(tables: Tables, task: str | None = None) -> list[str]:
    """Return every architecture, in the order of its table, or those of a task, in that of `runs`."""
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


def only(tables: Tables, tasks: set[str]) -> Tables:
    """Return the tables with no more than the rows of some tasks."""
    return {name: table[table["task"].isin(tasks)] if "task" in table else table for name, table in tables.items()}


def by_task(tables: Tables) -> dict[str, Tables]:
    """Return for each task the tables with its rows alone: who asks much of one task is answered sooner."""
    parts = {name: dict(list(table.groupby("task", sort=False))) for name, table in tables.items() if "task" in table}
    return {
        task: {
            name: parts[name].get(task, table.iloc[:0]) if name in parts else table for name, table in tables.items()
        }
        for task in tasks(tables)
    }


def metrics(tables: Tables, task: str) -> list[str]:
    """Return the metrics of a task's test split in which more is better, in the order shown."""
    found = (of_task(tables[name], task) for name in ("scores", "ceilings"))
    known = set().union(*(table.loc[table["split"] == "test", "metric"] for table in found))
    return [metric for metric in METRICS if metric in known]


def headline(tables: Tables, task: str) -> str | None:
    """Return the one metric by which a task is told in a sentence; None when nothing is scored yet."""
    known = metrics(tables, task)
    return next((metric for metric in HEADLINES if metric in known), None)


def states(tables: Tables) -> Frame:
    """Return a row for every combination, whether or not it was trained, indexed by task, encoder, architecture.

    Columns: how many of its runs are done, diverged, failed, missing; `state`: "done" when at least one run
    is, else what became of the others; the first `message`. Every combination is due every pair of seed and
    learning rate that some combination of its task has.
    """
    runs = tables["runs"]
    index = combinations(tables)
    keys = [runs[name] for name in COMBINATION]
    counts = runs.groupby([*keys, "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=index, columns=pd.Index(STATUSES), fill_value=0).astype(int)
    pairs = runs[["task", "seed", "learning_rate"]].drop_duplicates().groupby("task").size()
    due = pairs.reindex(index.get_level_values("task"), fill_value=0).to_numpy()
    counts["missing"] = (due - counts.sum(axis=1)).clip(lower=0)
    counts["state"] = np.select([counts[name] > 0 for name in STATUSES[::-1]], STATUSES[::-1], "missing")
    counts.loc[counts["done"] > 0, "state"] = "done"
    messages = runs[runs["message"] != ""].groupby(list(COMBINATION))["message"].first()
    counts["message"] = messages.reindex(index).fillna("")
    return counts


def combinations(tables: Tables) -> pd.MultiIndex:
    """Return the grid of every task's encoders x its architectures."""
    runs = tables["runs"]
    read = _listed(pd.concat([tables[name][["task", "encoder"]] for name in ("runs", "encoders")]), "encoder")
    trained = _listed(runs, "architecture")
    grid = [
        (task, *pair) for task in tasks(tables) for pair in itertools.product(read.get(task, []), trained.get(task, []))
    ]
    return pd.MultiIndex.from_tuples(grid, names=list(COMBINATION)) if grid else _no_combination()


def _listed(rows: Frame, column: str) -> dict[str, list[str]]:
    """Return each task's values of a column, in order of first appearance."""
    known = rows[["task", column]].drop_duplicates()
    return {task: list(found) for task, found in known.groupby("task", sort=False)[column]}


def _no_combination() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], [], []], names=list(COMBINATION))


def means(tables: Tables, split: str) -> Frame:
    """Return mean, std and count over the selected runs, indexed by task, encoder, architecture, metric.

    A diverged run counts by the weights of its best epoch, where it has any; a combination of which no run is
    done has no mean.
    """
    scores = tables["scores"]
    return over_runs(tables, scores[scores["selected"] & (scores["split"] == split)], by=["metric"])


def over_runs(tables: Tables, scores: Frame, by: list[str]) -> Frame:
    """Return mean, std and count of some runs' scores, indexed by combination and then `by`; see `means`."""
    groups = scores.dropna(subset="value").groupby([*COMBINATION, *by], sort=False)
    table = groups["value"].agg(["mean", "std", "count"])
    runs = tables["runs"]
    done = runs.loc[runs["status"] == "done", list(COMBINATION)].drop_duplicates()
    own = table.index.droplevel(by)
    return table[own.isin(pd.MultiIndex.from_frame(done))]


def tried(tables: Tables, task: str, encoder: str) -> Frame:
    """Return every run's test score by the headline metric: architecture, learning_rate, seed, selected, value."""
    scores = tables["scores"]
    own = scores[(scores["task"] == task) & (scores["encoder"] == encoder) & (scores["split"] == "test")]
    own = own[own["metric"] == headline(tables, task)].dropna(subset="value")
    return own[["architecture", "learning_rate", "seed", "selected", "value"]]


def matrix(values: Column, rows: list[str], columns: list[str]) -> np.ndarray:
    """Return a series indexed by (encoder, architecture) as architectures x encoders; nan where it has no value."""
    grid = pd.MultiIndex.from_product([columns, rows])
    return values.reindex(grid).to_numpy(float).reshape(len(columns), len(rows)).T


def at(values: Frame, **levels: object) -> Frame:
    """Return the part of an indexed frame or column with these values of index levels; the levels are gone from it."""
    for level, value in levels.items():
        values = values[values.index.get_level_values(level) == value].droplevel(level)
    return values


def parameters(tables: Tables) -> Frame:
    """Return sizes and mean seconds of every combination that has a counted run, indexed by combination."""
    names = ["hidden", "parameters", "parameters_input", "parameters_recurrent", "parameters_readout"]
    counted = tables["runs"].dropna(subset="parameters").astype(dict.fromkeys(names, float))
    grouped = counted.groupby(list(COMBINATION), sort=False)
    return grouped[names].max().join(grouped["seconds"].mean())


def ceilings(tables: Tables, task: str, metric: str) -> dict[str, float]:
    """Return the score of the oracle on the whole test split for each kind of information that the tables know."""
    table = of_task(tables["ceilings"], task)
    whole = (table["split"] == "test") & (table["phenomenon"] == ALL)
    rows = table[whole & (table["metric"] == metric)]
    known = dict(zip(rows["information"], rows["value"], strict=True))
    return {information: known[information] for information in INFORMATION if information in known}


def curves(tables: Tables, task: str, metric: str) -> Frame:
    """Return the selected runs' scores after every epoch, a column for each split."""
    history = of_task(tables["history"], task)
    runs = of_task(tables["runs"], task)
    chosen = runs.loc[runs["selected"], list(RUN)]
    wanted = history[history["metric"] == metric].merge(chosen, on=list(RUN))
    keys = ["encoder", "architecture", "seed", "epoch"]
    table = wanted.pivot_table(index=keys, columns="split", values="value", sort=False)
    return table.reindex(columns=pd.Index(["train", "validation"]))


def over_seeds(values: Column) -> Frame:
    """Return mean and std over seeds, indexed by encoder, architecture, epoch."""
    grouped = values.dropna().groupby(["encoder", "architecture", "epoch"], sort=False)
    return grouped.agg(["mean", "std"]).fillna({"std": 0.0})


def best_encoders(tables: Tables, task: str) -> list[str]:
    """Return a task's encoders, the one with the best mean test score over architectures first."""
    names, metric = encoders(tables, task), headline(tables, task)
    if metric is None:
        return names
    score = at(means(tables, "test"), task=task, metric=metric)["mean"].groupby("encoder").mean()
    return sorted(names, key=lambda name: -score.get(name, -np.inf))
