"""Memory tasks: families of tasks that differ in the lag, mean calibrated scores, and the training that a lag takes."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from rnnbench.analysis.statistics.intervals import interval_of_mean
from rnnbench.common.typing import Array
from rnnbench.evaluation.memory_horizon import SOLVED, calibrated
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables, at, encoders, of_task
from rnnbench.results.schemas import RUN

SAME_BUT_START = ["cell", "layers", "bidirectional", "window", "settings", "size"]
"""The columns in which networks are equal that differ in nothing but their start."""
MEAN_COLUMNS = ["times", "value", "low", "high", "seeds", "solved", "memoryless"]
MIN_STANDARD_ERRORS = 3
"""A seed shows memory when its calibrated score is above 0 by more than this many standard errors."""


def tasks(tables: Tables) -> list[str]:
    """Return the memory tasks, families in order of first appearance, lags ascending."""
    return [task for rows in families(tables).values() for task in rows["task"]]


def architectures(tables: Tables) -> list[str]:
    """Return the architectures that were trained on any memory task, in the order of all."""
    runs = tables["runs"]
    trained = set(runs.loc[runs["task"].isin(tables["memory_tasks"]["task"]), "architecture"])
    return [name for name in queries.architectures(tables) if name in trained]


def families(tables: Tables) -> dict[str, Frame]:
    """Return the rows of `memory_tasks` of each family, lags ascending."""
    groups = tables["memory_tasks"].groupby("family", sort=False)
    return {str(name): rows.sort_values("at", kind="stable") for name, rows in groups}


def several_lags(tables: Tables) -> dict[str, Frame]:
    """Return the families that have more than one lag."""
    return {name: rows for name, rows in families(tables).items() if len(rows) > 1}


def setting(tables: Tables, family: str) -> str:
    """Return in words the setting in which the tasks of a family differ, such as delay."""
    return str(families(tables)[family]["setting"].iloc[0]).replace("_", " ")


def starts(tables: Tables, names: Iterable[str]) -> list[dict[str, str]]:
    """Return groups of these networks that differ in nothing but their start: architecture -> start."""
    rows = tables["architectures"]
    groups = rows[rows["architecture"].isin(list(names))].groupby(SAME_BUT_START, sort=False)
    return [
        dict(zip(group["architecture"], group["start"], strict=True))
        for _, group in groups
        if group["start"].nunique() > 1
    ]


def encoder(tables: Tables, *labels: str) -> str:
    """Return the encoder with which some tasks and the rest of their families are reported.

    It is the one with the best mean calibrated score on validation, the first of those that are equal; test scores play
    no part in the choice. The empty string where there is no encoder.
    """
    memory_tasks = tables["memory_tasks"]
    families = set(memory_tasks.loc[memory_tasks["task"].isin(labels), "family"])
    members = [*labels, *memory_tasks.loc[memory_tasks["family"].isin(families), "task"]]
    names = list(dict.fromkeys(name for task in members for name in encoders(tables, task)))
    rows = tables["calibrated"]
    rows = rows[rows["task"].isin(members) & (rows["split"] == "validation")]
    means = rows.groupby("encoder")["value"].mean()
    return max(names, key=lambda name: means.get(name, -float("inf")), default="")


def runs_of(tables: Tables, task: str, encoder: str) -> Frame:
    """Return the rows of `calibrated` that have a score, of architectures with at least one finished run."""
    tables_of_task = (of_task(tables[name], task) for name in ("calibrated", "runs"))
    rows, runs = (table[table["encoder"] == encoder] for table in tables_of_task)
    done = set(runs.loc[runs["status"] == "done", "architecture"])
    return rows[rows["architecture"].isin(done)].dropna(subset="value")


def means(tables: Tables, task: str, encoder: str) -> Frame:
    """Return the mean calibrated scores of a task's networks, indexed by architecture and split.

    Columns: times (see `calibrated`); value; low and high, its 95 % interval over blocks; seeds, the number of seeds
    with a score; solved, how many of them solve the task; memoryless, 1 where no seed is above 0 beyond its own
    standard error. (An interval that holds 0 may also mean that seeds disagree.)
    """
    groups = runs_of(tables, task, encoder).groupby(["architecture", "split"], sort=False)
    index = pd.MultiIndex.from_tuples(groups.groups, names=["architecture", "split"]) if len(groups) else _no_networks()
    return pd.DataFrame([_mean(rows) for _, rows in groups], index=index, columns=pd.Index(MEAN_COLUMNS))


def _mean(rows: Frame) -> tuple[float, ...]:
    """Return the values of MEAN_COLUMNS for the runs of one architecture on one split."""
    mean = interval_of_mean(rows["value"].to_numpy(float))
    solved = int((rows["value"] >= SOLVED).sum())
    memoryless = int((rows["value"] <= MIN_STANDARD_ERRORS * rows["standard_error"]).all())
    return rows["times"].iloc[0], mean.value, mean.low, mean.high, len(rows), solved, memoryless


def _no_networks() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=["architecture", "split"])


def over_lags(tables: Tables, family: str) -> Frame:
    """Return the mean scores on the test split at every lag of a family, indexed by architecture and lag."""
    rows = families(tables)[family]
    chosen = encoder(tables, *rows["task"])
    lags = zip(rows["task"], rows["at"], strict=True)
    scores = {lag: at(means(tables, task, chosen), split="test") for task, lag in lags}
    return pd.concat(scores, names=["at"]).swaplevel()


def horizons(tables: Tables, family: str) -> dict[str, int]:
    """Return each architecture's memory horizon in a family, with the family's encoder; 0 where no lag is solved."""
    rows = tables["horizons"]
    rows = rows[(rows["task"] == family) & (rows["encoder"] == encoder(tables, *families(tables)[family]["task"]))]
    return dict(zip(rows["architecture"], rows["horizon"].astype(int), strict=True))


def single_seeds(tables: Tables) -> set[tuple[str, str, str]]:
    """Return family, encoder and architecture of each network that has one seed alone, and so no interval."""
    rows = tables["calibrated"].merge(tables["memory_tasks"][["task", "family"]], on="task")
    seeds = rows.groupby(["family", "encoder", "architecture"])["seed"].nunique()
    return set(seeds.index[seeds == 1])


def over_lengths(tables: Tables, task: str) -> Frame:
    """Return the mean scores on test and the longer tests, indexed by architecture and times the training length."""
    scores = means(tables, task, encoder(tables, task)).reset_index("split")
    on_tests = scores[(scores["split"] == "test") | (scores["times"] > 1)]
    return on_tests.set_index("times", append=True).sort_index(level="times", kind="stable")


def not_converged(tables: Tables, *labels: str) -> frozenset[str]:
    """Return the architectures that did not converge on some of these tasks, with the encoder that is shown."""
    return frozenset().union(*(convergence.architectures(tables, task, encoder(tables, task)) for task in labels))


@dataclass(frozen=True)
class Budget:
    """How much training one network took to solve one lag, block by block."""

    blocks: int
    """Number of blocks with a run."""
    solved_after: Array
    """The training steps after which a block had a calibrated score of at least SOLVED on validation, ascending; only
    of the blocks that had one."""
    steps: int
    """The training steps of the longest run."""
    converged: bool


def budgets(tables: Tables, family: str) -> dict[int, dict[str, Budget]]:
    """Return lag -> architecture -> its training budget, with the encoder that is shown for the family.

    Scores are those of `history` on validation, calibrated, of the selected runs.
    """
    rows = families(tables)[family]
    reads = encoder(tables, *rows["task"])
    by_lag = {int(row["at"]): _budgets(tables, row, reads) for row in rows.to_dict("records")}
    return {lag: by_network for lag, by_network in by_lag.items() if by_network}


def _budgets(tables: Tables, memory_task: dict, reads: str) -> dict[str, Budget]:
    history, runs = (of_task(tables[name], memory_task["task"]) for name in ("history", "runs"))
    selected = runs.loc[runs["selected"] & (runs["encoder"] == reads), list(RUN)]
    shown = (history["split"] == "validation") & (history["metric"] == memory_task["calibrated_by"])
    curves = history[shown].merge(selected, on=list(RUN))
    curves["value"] = calibrated(memory_task["calibrated_by"], curves["value"], memory_task["zero"])
    unfinal = convergence.architectures(tables, memory_task["task"], reads)
    budgets = {}
    for name, rows in curves.groupby("architecture", sort=False):
        after = rows[rows["value"] >= SOLVED].groupby("seed")["step"].min()
        budgets[str(name)] = Budget(
            rows["seed"].nunique(), after.sort_values().to_numpy(), int(rows["step"].max()), name not in unfinal
        )
    return budgets
