"""The tables of significance: distances from the best network, and performance profiles."""

from typing import Any

import numpy as np

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.analysis.statistics.paired import LEVEL
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.profiles import selected_scores, tied
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.views import convergence, queries
from rnnbench.report.views.queries import Tables, of_task

QUANTILES = {"worst run": 0.0, "a quarter is below": 0.25, "median": 0.5, "a quarter is above": 0.75, "best run": 1.0}


def rankings_table(tables: Tables, task: str) -> Table | None:
    """Return the networks of a task, best first behind each encoder; None without a ranking."""
    rows = of_task(tables["rankings"], task)
    if rows.empty:
        return None
    unfinal = convergence.not_converged(tables)
    several_fair = rows["fair"].nunique() > 1
    groups = [
        Group(
            ", ".join([str(encoder), *([str(fair)] if several_fair else []), _spread_text(ranked.iloc[0])]),
            [_ranked(row, (task, encoder, row["architecture"]) not in unfinal) for row in ranked.to_dict("records")],
        )
        for (fair, encoder), ranked in rows.groupby(["fair", "encoder"], sort=False)
    ]
    metric = METRICS.get(rows.iloc[0]["metric"], rows.iloc[0]["metric"])
    caption = f"Networks on {task} by {metric}, each compared with the best one seed by seed."
    columns = headings(f"mean {metric}", "behind the best", "the best is above it", "spread", "seeds")
    return Table(caption, "architecture", columns, groups)


def _spread_text(row: Any) -> str:
    """Return whether networks may be called more or less stable than others."""
    return f"spreads {'differ' if row['spread_p'] <= LEVEL else 'may all be the same'} (p {row['spread_p']:.2g})"


def _ranked(row: dict, converged: bool) -> Row:
    best = row["behind"] == row["behind_low"] == row["behind_high"] == 0
    cells = [
        TableCell(score(row["mean"]), interval_text(row["low"], row["high"], score)),
        TableCell(
            "best" if best else score(row["behind"]), interval_text(row["behind_low"], row["behind_high"], score)
        ),
        TableCell("" if best else f"{100 * row['best_above']:.0f} %"),
        TableCell(score(row["spread"])),
        TableCell(whole(row["blocks"])),
    ]
    return Row(row["architecture"], cells, converged=converged)


def profiles_table(tables: Tables, task: str) -> Table | None:
    """Return quantiles of the test scores of every network, over encoders and seeds.

    None without any score, or where profiles would show nothing.
    """
    runs, metric = selected_scores(tables, task), queries.headline(tables, task)
    if metric is None or runs.empty or tied(runs):
        return None
    rows, unfinal = [], convergence.architectures(tables, task)
    for architecture, group in runs.groupby("architecture", sort=False):
        values = group["value"].to_numpy(float)
        cells = [TableCell(score(value)) for value in np.quantile(values, [*QUANTILES.values()])]
        name = str(architecture)
        rows.append(Row(name, [*cells, TableCell(whole(len(values)))], converged=name not in unfinal))
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
