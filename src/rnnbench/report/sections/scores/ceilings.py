"""The gap of every architecture to its Bayes-optimal ceiling, and a check that no score is above its ceiling."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, several, spread, whole
from rnnbench.report.views import ceilings, convergence, queries
from rnnbench.report.views.queries import INFORMATION, Tables
from rnnbench.report.wording.glossary import display_name


def gap_table(tables: Tables, task: str) -> Table | None:
    """Return the gap of each architecture to its own ceiling, in points; None without any ceiling."""
    metric = ceilings.gap_metric(tables, task)
    if metric is None:
        return None
    gaps = ceilings.gap_to_ceiling(tables, task).to_dict("index")
    unfinal = convergence.not_converged(tables)
    rows = [
        Row(name, _gap(gap), converged=not gap or (task, gap["encoder"], name) not in unfinal)
        for name in queries.architectures(tables, task)
        for gap in (gaps.get(name),)
    ]
    caption = (
        f"The gap between {METRICS[metric]} on the test split of {task} and that of the oracle on the same sequences, "
        "in points (hundredths): mean ± standard deviation over seeds, with the encoder of the smallest gap. "
        "The ceiling is what the oracle expects, realised is what it scored on the labels that were drawn."
    )
    columns = headings("it sees", "ceiling", "realised", "gap in points", "best encoder", "seeds")
    return Table(caption, "architecture", columns, [Group("", rows)])


def _gap(row: dict | None) -> list[TableCell]:
    if row is None:
        return [TableCell("no finished network", mark="hatched", span=6)]
    return [
        TableCell(display_name(row["information"], INFORMATION)),
        TableCell(score(row["ceiling"])),
        TableCell(score(row["realised"])),
        TableCell(points(row["mean"]), spread(100 * row["std"], digits=1)),
        TableCell(row["encoder"], identifier=True),
        TableCell(whole(row["count"])),
    ]


def points(share: float) -> str:
    """Return a share in points, with a true minus sign.

    >>> points(0.0123), points(-0.5)
    ('1.2', '\N{MINUS SIGN}50.0')
    """
    return f"{100 * share:.1f}".replace("-", "\N{MINUS SIGN}")


def verdict(tables: Tables) -> str:
    """Return a sentence on whether any score is above its ceiling; "" without any comparison."""
    shortfalls = tables["shortfalls"]
    n, excess = len(ceilings.comparisons(shortfalls)), ceilings.largest_excess(shortfalls)
    if not n:
        return ""
    comparisons = several(n, "comparison")
    if excess is None:
        return f"No network is above its ceiling, in {comparisons}."
    excess_points, errors = _points_to_hundredths(excess.value), _standard_errors(excess.standard_errors)
    largest = f"largest excess: {excess_points} points, {errors}, of {comparisons}"
    beyond = len(ceilings.beyond_ceiling(shortfalls))
    if beyond:
        return f"{several(beyond, 'score')} beat{'s' if beyond == 1 else ''} the ceiling beyond chance ({largest})."
    return f"No network beats its ceiling beyond chance ({largest})."


def _points_to_hundredths(share: float) -> str:
    return f"{100 * share:.2f}"


def _standard_errors(number: float) -> str:
    return "without a standard error" if number == float("inf") else f"{number:.1f} standard errors"


def offenders_table(tables: Tables, limit: int = 50) -> Table | None:
    """Return the scores that are above their ceiling beyond chance, the largest excess first; None without any."""
    beyond = ceilings.beyond_ceiling(tables["shortfalls"])
    rows = [Row(row["architecture"], _offender(row)) for row in beyond.head(limit).to_dict("records")]
    more = f" The first {limit} of {len(beyond)}." if len(beyond) > limit else ""
    names = ("task", "encoder", "seed", "split", "metric", "excess in points", "standard error")
    caption = f"Scores above their ceiling beyond chance.{more}"
    return Table(caption, "architecture", headings(*names), [Group("", rows)], numbers=False) if rows else None


def _offender(row: dict) -> list[TableCell]:
    numbers = (_points_to_hundredths(-row["value"]), _points_to_hundredths(row["standard_error"]))
    words = (row["task"], row["encoder"], str(row["seed"]), row["split"], display_name(row["metric"], METRICS))
    return [TableCell(text) for text in (*words, *numbers)]
