"""Families of tasks that differ only in the number of training sequences, and the scores over that number."""

from rnnbench.evaluation.metrics import compared_by
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Frame, Tables
from rnnbench.results.schemas import COMBINATION

SPLITS = ("test", "gap", "gap_at_end")
"""The splits whose scores are shown over the number of training sequences."""
MAX_TASKS, MAX_FAMILIES = 8, 4
"""Largest numbers of tasks with sections of their own, and of families. A page about more would take minutes to make,
seconds to open and hours to read; the grid and the tables hold all of them."""


def families(tables: Tables) -> dict[str, dict[str, int]]:
    """Return family -> task -> number of training sequences, ascending, of families with more than one such number."""
    facts = tables["corpora"]
    rows = facts[(facts["split"] == "train") & (facts["fact"] == "sequences")]
    by_family: dict[str, dict[str, int]] = {}
    for row in rows.sort_values("value", kind="stable").to_dict("records"):
        by_family.setdefault(row["family"], {})[row["task"]] = int(row["value"])
    return {family: members for family, members in by_family.items() if len(set(members.values())) > 1}


def alone(tables: Tables) -> list[str]:
    """Return the tasks with sections of their own: those in no family, or all where every task is in a family."""
    members = {task for sizes in families(tables).values() for task in sizes}
    tasks = queries.tasks(tables)
    return [task for task in tasks if task not in members] or tasks


def shown_tables(tables: Tables) -> Tables:
    """Return the tables with the rows of the first MAX_TASKS tasks and MAX_FAMILIES families alone."""
    first_families = dict(list(families(tables).items())[:MAX_FAMILIES])
    members = {task for sizes in first_families.values() for task in sizes}
    tasks = {*alone(tables)[:MAX_TASKS], *first_families, *members}
    if tasks >= set(queries.tasks(tables)):
        return tables
    memory = tables["memory_tasks"]
    lags = set(memory.loc[memory["task"].isin(tasks), "family"])  # the table `horizons` has rows for whole families
    return queries.of_tasks(tables, tasks) | {"horizons": queries.of_tasks(tables, tasks | lags)["horizons"]}


def over_sizes(tables: Tables, family: str) -> tuple[str, Frame]:
    """Return a family's metric, and mean, std, count, low and high of the selected runs' scores over seeds.

    Indexed by encoder, architecture, split (see SPLITS), and size, the number of training sequences.
    """
    sizes = families(tables)[family]
    scores = tables["scores"]
    rows = scores[scores["task"].isin(list(sizes)) & scores["selected"] & scores["split"].isin(SPLITS)]
    metric = compared_by(set(rows["metric"])) or ""
    rows = rows[rows["metric"] == metric].dropna(subset="value")
    rows = rows.assign(size=rows["task"].map(sizes))
    keys = [*(name for name in COMBINATION if name != "task"), "split", "size"]
    return metric, queries.with_intervals(rows.groupby(keys, sort=False)["value"])


def not_converged(tables: Tables, family: str) -> frozenset[str]:
    """Return the architectures that did not converge on some task of a family, with any encoder."""
    return frozenset().union(*(convergence.architectures(tables, task) for task in families(tables)[family]))
