"""Tasks that differ in the number of training sequences alone, and what networks make of more of them."""

from rnnbench.analysis.statistics.estimates import student_interval
from rnnbench.evaluation.metrics import compared_by
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables
from rnnbench.results.schemas import COMBINATION

SPLITS = ("test", "gap", "gap_at_end")
MAX_TASKS, FAMILIES = 8, 4
"""So many tasks are told one by one with all their pictures and tables, and so many families: a page about more would
take minutes to make, seconds to open, and hours to read. The grid and the tables have them all."""


def families(tables: Tables) -> dict[str, dict[str, int]]:
    """Return family -> task -> training sequences, fewest first, of families of more than one such number."""
    facts = tables["corpora"]
    known = facts[(facts["split"] == "train") & (facts["fact"] == "sequences")]
    sizes = dict(zip(known["task"], known["value"].astype(int), strict=True))
    found: dict[str, dict[str, int]] = {}
    for task, size in sorted(sizes.items(), key=lambda item: item[1]):
        found.setdefault(task.partition(" ")[0], {})[task] = size
    return {family: own for family, own in found.items() if len(set(own.values())) > 1}


def alone(tables: Tables) -> list[str]:
    """Return the tasks that are told one by one: all that are in no such family, if there are any."""
    together, every = {task for own in families(tables).values() for task in own}, queries.tasks(tables)
    return [task for task in every if task not in together] or every


def shown_tables(tables: Tables) -> Tables:
    """Return the tables of the first tasks that are told one by one, and of the first families."""
    shown = list(families(tables).items())[:FAMILIES]
    tasks = {*alone(tables)[:MAX_TASKS], *(family for family, _ in shown), *(task for _, own in shown for task in own)}
    if tasks >= set(queries.tasks(tables)):
        return tables
    lags = {task.partition(" ")[0] for task in tasks}  # horizons are of whole families
    return queries.only(tables, tasks) | {"horizons": queries.only(tables, tasks | lags)["horizons"]}


def over_sizes(tables: Tables, family: str) -> tuple[str, Frame]:
    """Return the metric by which a family is told, and mean, low and high over seeds of the selected runs' scores.

    Indexed by encoder, architecture, split (see SPLITS), and number of training sequences.
    """
    sizes = families(tables)[family]
    scores = tables["scores"]
    own = scores[scores["task"].isin(list(sizes)) & scores["selected"] & scores["split"].isin(SPLITS)]
    metric = compared_by(set(own["metric"])) or ""
    own = own[own["metric"] == metric].dropna(subset="value").assign(size=lambda rows: rows["task"].map(sizes))
    keys = [*(name for name in COMBINATION if name != "task"), "split", "size"]
    table = own.groupby(keys, sort=False)["value"].agg(["mean", "std", "count"])
    table["low"], table["high"] = student_interval(*(table[name].to_numpy() for name in table.columns))
    return metric, table
