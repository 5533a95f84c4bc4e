"""Who is best and who cannot be told apart, what tuning is worth, and in which way comparisons are fair."""

import numpy as np

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.figures.profiles import selected_scores
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, whole
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.sections.training.overfitting import between
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Tables, of_task


def rankings_table(tables: Tables, task: str) -> Table | None:
    """Return the networks of a task by their mean rank over encoders and seeds; None where there is no ranking."""
    rows = of_task(tables["rankings"], task)
    if rows.empty:
        return None
    groups = [
        Group(fair, [_ranked(row) for row in own.to_dict("records")]) for fair, own in rows.groupby("fair", sort=False)
    ]
    first = rows.iloc[0]
    metric, blocks = METRICS.get(first["metric"], first["metric"]), int(first["blocks"])
    caption = (
        f"Ranks on {task} by {metric}, over {blocks} pairs of encoder and seed. Networks that share a letter cannot be "
        f"told apart: their mean ranks are closer than {first['critical_difference']:.2f} (Nemenyi)."
    )
    columns = headings("mean rank", "ties", f"{metric}, middle half", "the best is above it")
    return Table(caption, "architecture", columns, groups)


def _ranked(row: dict) -> Row:
    middle = TableCell(score(row["middle"]), between(row["low"], row["high"]).replace("+", ""))
    cells = [
        TableCell(f"{row['rank']:.2f}"),
        TableCell(row["ties"] or "\N{EN DASH}"),
        middle,
        TableCell(f"{100 * row['best_above']:.0f} %"),
    ]
    return Row(row["architecture"], cells)


SHARES = {"worst run": 0.0, "a quarter is below": 0.25, "median": 0.5, "a quarter is above": 0.75, "best run": 1.0}


def profiles_table(tables: Tables, task: str) -> Table | None:
    """Return quantiles of the test scores of every network's selected runs, all encoders; None without a score."""
    found, metric = selected_scores(tables, task), queries.headline(tables, task)
    if metric is None or found.empty:
        return None
    scores = {name: own["value"].to_numpy(float) for name, own in found.groupby("architecture", sort=False)}
    rows = [
        Row(
            str(name),
            [*(TableCell(score(value)) for value in np.quantile(own, [*SHARES.values()])), TableCell(whole(len(own)))],
        )
        for name, own in scores.items()
    ]
    caption = f"{METRICS[metric]} on {task}, all encoders and seeds."
    return Table(caption, "architecture", headings(*SHARES, "runs"), [Group("", rows)])


def tuning_table(tables: Tables, task: str) -> Table | None:
    """Return what is expected of the best of n learning rates; None where a single one was tried."""
    rows = of_task(tables["tuning"], task)
    tried = sorted(set(rows["tried"]))
    if len(tried) < 2:
        return None
    found = rows.set_index(["encoder", "architecture", "tried"]).to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        own = [found.get((encoder, architecture, n)) for n in tried]
        return [cell for one in own for cell in _tuned(one)] if any(own) else None

    metric = str(rows["metric"].iloc[0])
    columns = headings(*(f"{part}, {n} tried" for n in tried for part in ("validation", "test")))
    named = METRICS.get(metric, metric)
    caption = f"{named} on {task} to be expected of the best of n learning rates, with its 95 % interval."
    groups = grid(tables, task, queries.encoders(tables, task), fill, len(columns))
    return Table(caption, "architecture", columns, groups)


def _tuned(found: dict[str, float] | None) -> list[TableCell]:
    if found is None:
        return [TableCell("\N{EN DASH}", mark="faint")] * 2
    return [
        TableCell(score(found["validation"]), between(found["low"], found["high"]).replace("+", "")),
        TableCell(score(found["test"])),
    ]


def fairness(tables: Tables) -> list[str]:
    """Return in words in which ways networks are comparable, and who has a size of its own."""
    networks = tables["architectures"]
    told = [fair for fair in dict.fromkeys(networks["fair"]) if fair]
    first = networks[networks["fair"] == networks["fair"].iloc[0]] if len(networks) else networks
    usual = first["size"].mode().iloc[0] if len(first) else ""
    own = [f"{row['architecture']} ({row['size']})" for row in first.to_dict("records") if row["size"] != usual]
    return [*told, *([f"with a size of their own: {', '.join(own)}"] if own else [])]
