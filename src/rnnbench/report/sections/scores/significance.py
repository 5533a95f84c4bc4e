"""The tables of significance: ranks with their ties, and performance profiles."""

import numpy as np

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.profiles import selected_scores
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, of_task

QUANTILES = {"worst run": 0.0, "a quarter is below": 0.25, "median": 0.5, "a quarter is above": 0.75, "best run": 1.0}


def rankings_table(tables: Tables, task: str) -> Table | None:
    """Return the networks of a task by their mean rank over encoders and seeds; None without a ranking."""
    rows = of_task(tables["rankings"], task)
    if rows.empty:
        return None
    groups = [
        Group(fair, [_ranked(row) for row in ranked.to_dict("records")])
        for fair, ranked in rows.groupby("fair", sort=False)
    ]
    first = rows.iloc[0]
    metric, blocks = METRICS.get(first["metric"], first["metric"]), int(first["blocks"])
    caption = (
        f"Ranks on {task} by {metric}, over {blocks} pairs of encoder and seed. Networks that share a letter do not "
        f"differ significantly: their mean ranks are closer than {first['critical_difference']:.2f} (Nemenyi)."
    )
    columns = headings("mean rank", "ties", f"{metric}, interquartile mean", "the best is above it")
    return Table(caption, "architecture", columns, groups)


def _ranked(row: dict) -> Row:
    cells = [
        TableCell(f"{row['rank']:.2f}"),
        TableCell(row["ties"] or "\N{EN DASH}"),
        TableCell(score(row["middle"]), interval_text(row["low"], row["high"], score)),
        TableCell(f"{100 * row['best_above']:.0f} %"),
    ]
    return Row(row["architecture"], cells)


def profiles_table(tables: Tables, task: str) -> Table | None:
    """Return quantiles of the test scores of every network, over encoders and seeds; None without any score."""
    runs, metric = selected_scores(tables, task), queries.headline(tables, task)
    if metric is None or runs.empty:
        return None
    rows = []
    for architecture, group in runs.groupby("architecture", sort=False):
        values = group["value"].to_numpy(float)
        cells = [TableCell(score(value)) for value in np.quantile(values, [*QUANTILES.values()])]
        rows.append(Row(str(architecture), [*cells, TableCell(whole(len(values)))]))
    caption = f"{METRICS[metric]} on {task}, all encoders and seeds."
    return Table(caption, "architecture", headings(*QUANTILES, "runs"), [Group("", rows)])


def fairness(tables: Tables) -> list[str]:
    """Return in words what all networks have equal, such as their width, and the networks with another size."""
    networks = tables["architectures"]
    equal = [fair for fair in dict.fromkeys(networks["fair"]) if fair]
    first = networks[networks["fair"] == networks["fair"].iloc[0]] if len(networks) else networks
    usual_size = first["size"].mode().iloc[0] if len(first) else ""
    others = [f"{row['architecture']} ({row['size']})" for row in first.to_dict("records") if row["size"] != usual_size]
    return [*equal, *([f"with a size of their own: {', '.join(others)}"] if others else [])]
