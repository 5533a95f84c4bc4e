"""What the tables say of memory tasks: families of lags, and mean calibrated scores with their intervals."""

import pandas as pd

from rnnbench.analysis.statistics.estimates import mean_interval
from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables, encoders, of_task

MEASURED = ["times", "value", "low", "high", "seeds", "solved", "memoryless"]
ERRORS = 3
"""A seed that is not above 0 by so many standard errors shows no memory."""


def tasks(tables: Tables) -> list[str]:
    """Return the memory tasks: families in order of first appearance, lags ascending."""
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
    """Return the families of which more than one lag was tried."""
    return {name: rows for name, rows in families(tables).items() if len(rows) > 1}


def encoder(tables: Tables, *alike: str) -> str:
    """Return the one encoder by which tasks and all others of their families are told: the best mean on validation.

    The first where all are alike. Test scores are no part of the choice.
    """
    known = tables["memory_tasks"]
    families = set(known.loc[known["task"].isin(alike), "family"])
    together = [*alike, *known.loc[known["family"].isin(families), "task"]]
    names = list(dict.fromkeys(name for task in together for name in encoders(tables, task)))
    rows = tables["calibrated"]
    rows = rows[rows["task"].isin(together) & (rows["split"] == "validation")]
    found = rows.groupby("encoder")["value"].mean()
    return max(names, key=lambda name: found.get(name, -float("inf")), default="")


def runs_of(tables: Tables, task: str, encoder: str) -> Frame:
    """Return the rows of `calibrated` with a score, of the architectures of which at least one run is done."""
    rows, runs = (_reading(of_task(tables[name], task), encoder) for name in ("calibrated", "runs"))
    done = set(runs.loc[runs["status"] == "done", "architecture"])
    return rows[rows["architecture"].isin(done)].dropna(subset="value")


def means(tables: Tables, task: str, encoder: str) -> Frame:
    """Return the mean calibrated scores of a task's networks, indexed by architecture and split.

    Columns: times (see `calibrated`), value, low and high (the 95 % interval, which ends at 1 at the latest: nobody
    answers better than right), seeds with a score, how many of them solved it, and whether no seed is above 0 beyond
    its own error (memoryless: 1 or 0): an interval that holds 0 would not say so where seeds disagree.
    """
    groups = runs_of(tables, task, encoder).groupby(["architecture", "split"], sort=False)
    index = pd.MultiIndex.from_tuples(groups.groups, names=["architecture", "split"]) if len(groups) else _nothing()
    return pd.DataFrame([_mean(rows) for _, rows in groups], index=index, columns=pd.Index(MEASURED))


def _mean(rows: Frame) -> tuple[float, ...]:
    found = mean_interval(rows["value"].to_numpy(float), rows["standard_error"].to_numpy(float))
    solved = int((rows["value"] >= SOLVED).sum())
    memoryless = int((rows["value"] <= ERRORS * rows["standard_error"]).all())
    return rows["times"].iloc[0], found.value, found.low, min(found.high, 1.0), len(rows), solved, memoryless


def _nothing() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=["architecture", "split"])


def _reading(rows: Frame, encoder: str) -> Frame:
    return rows[rows["encoder"] == encoder]


def over_lags(tables: Tables, family: str) -> Frame:
    """Return the mean scores on the test split at every lag of a family, indexed by architecture and lag's setting."""
    rows = families(tables)[family]
    chosen = encoder(tables, *rows["task"])
    each = {at: _test(means(tables, task, chosen)) for task, at in zip(rows["task"], rows["at"], strict=True)}
    return pd.concat(each, names=["at"]).swaplevel()


def horizons(tables: Tables, family: str) -> dict[str, int]:
    """Return each architecture's memory horizon in a family, with the encoder by which it is told; 0: none."""
    rows = tables["horizons"]
    own = rows[(rows["task"] == family) & (rows["encoder"] == encoder(tables, *families(tables)[family]["task"]))]
    return dict(zip(own["architecture"], own["horizon"].astype(int), strict=True))


def over_lengths(tables: Tables, task: str) -> Frame:
    """Return the mean scores on test and the longer tests, indexed by architecture and times the training length."""
    found = means(tables, task, encoder(tables, task)).reset_index("split")
    tested = found[(found["split"] == "test") | (found["times"] > 1)]
    return tested.set_index("times", append=True).sort_index(level="times", kind="stable")


def _test(found: Frame) -> Frame:
    return found[found.index.get_level_values("split") == "test"].droplevel("split")
