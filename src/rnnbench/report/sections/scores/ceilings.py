"""How much of what could be known was learnt, and whether a network knows more than can be known."""

from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.glossary import called
from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, score, several, spread, whole
from rnnbench.report.views import ceilings, queries
from rnnbench.report.views.queries import INFORMATION, Tables


def learnt_table(tables: Tables, task: str) -> Table | None:
    """Return each architecture's distance from its own ceiling, in points; None where no ceiling is known."""
    metric = ceilings.gap_metric(tables, task)
    if metric is None:
        return None
    known = ceilings.gap_to_ceiling(tables, task).to_dict("index")
    rows = [Row(name, _learnt(known.get(name))) for name in queries.architectures(tables, task)]
    caption = (
        f"How far {METRICS[metric]} on the test split of {task} is below the ceiling, in points (hundredths): "
        "mean ± standard deviation over seeds, reading the encoder that comes closest."
    )
    columns = headings("it sees", "ceiling", "points below", "best encoder", "seeds")
    return Table(caption, "architecture", columns, [Group("", rows)])


def _learnt(found: dict | None) -> list[TableCell]:
    if found is None:
        return [TableCell("no finished network", mark="hatched", span=5)]
    seen = called(found["information"], INFORMATION)
    distance = TableCell(points(found["mean"]), spread(100 * found["std"], digits=1))
    return [
        TableCell(seen),
        TableCell(score(found["ceiling"])),
        distance,
        TableCell(found["encoder"]),
        TableCell(whole(found["count"])),
    ]


def points(share: float) -> str:
    """Return a share in points; a minus is a minus, not a hyphen.

    >>> points(0.0123), points(-0.5)
    ('1.2', '\N{MINUS SIGN}50.0')
    """
    return f"{100 * share:.1f}".replace("-", "\N{MINUS SIGN}")


def verdict(tables: Tables) -> str:
    """Return in a sentence whether a network beats its ceiling; empty where nothing can be compared."""
    shortfalls = tables["shortfalls"]
    n, excess = len(ceilings.comparisons(shortfalls)), ceilings.largest_excess(shortfalls)
    looked_at = several(n, "comparison")
    if not n:
        return ""
    if excess is None:
        return f"No network is above its ceiling, in {looked_at}."
    largest = f"largest excess: {_precise(excess.value)} points, {_errors(excess.standard_errors)}, of {looked_at}"
    beyond = len(ceilings.beyond_ceiling(shortfalls))
    if beyond:
        return f"{several(beyond, 'score')} beat{'s' if beyond == 1 else ''} the ceiling beyond chance ({largest})."
    return f"No network beats its ceiling beyond chance ({largest})."


def _precise(share: float) -> str:
    return f"{100 * share:.2f}"


def _errors(number: float) -> str:
    return "without any standard error" if number == float("inf") else f"{number:.1f} standard errors"


def offenders_table(tables: Tables, limit: int = 50) -> Table | None:
    """Return the scores that are above their ceiling beyond chance, the furthest first; None when there is none."""
    beyond = ceilings.beyond_ceiling(tables["shortfalls"])
    rows = [Row(row["architecture"], _offender(row)) for row in beyond.head(limit).to_dict("records")]
    more = f" The first {limit} of {len(beyond)}." if len(beyond) > limit else ""
    names = ("task", "encoder", "seed", "split", "metric", "above by, points", "standard error")
    caption = f"Scores above their ceiling beyond chance.{more}"
    return Table(caption, "architecture", headings(*names), [Group("", rows)], numbers=False) if rows else None


def _offender(row: dict) -> list[TableCell]:
    numbers = (_precise(-row["value"]), _precise(row["standard_error"]))
    words = (row["task"], row["encoder"], str(row["seed"]), row["split"], called(row["metric"], METRICS))
    return [TableCell(text) for text in (*words, *numbers)]
