"""The learning rates that were tried for each combination, and whether the best lies inside of them."""

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.evaluation.metrics import METRICS
from rnnbench.report.page.table import Table, TableCell, headings, score, several
from rnnbench.report.sections.scores.combination_grid import grid
from rnnbench.report.views import queries
from rnnbench.report.views.queries import Frame, Tables, of_task
from rnnbench.report.wording.glossary import ERRORS, display_name
from rnnbench.results.schemas import COMBINATION


def summary(tables: Tables) -> str:
    """Return in a sentence which rates were tried, on how many blocks, and how often the best was at an edge.

    "" where no combination tried two rates: nothing was chosen.
    """
    rows = tables["tuning"]
    if not rows.duplicated(list(COMBINATION)).any():
        return ""
    rates = rows["learning_rate"]
    tried = f"{rates.min():g}" if rates.nunique() == 1 else f"{rates.min():g} to {rates.max():g}"
    blocks = sorted(set(rows["blocks"]))
    each = several(blocks[-1], "block") if len(blocks) == 1 else f"{blocks[0]} to {several(blocks[-1], 'block')}"
    return f"Learning rates tried: {tried}, each on {each}; {_edges(rows)}."


def _edges(rows: Frame) -> str:
    """Return for how many combinations the best rate is the lowest or the highest that was tried."""
    combinations = len(rows[list(COMBINATION)].drop_duplicates())
    at_edge = int((rows["selected"] & rows["edge"]).sum())
    if not at_edge:
        return "none ended at an edge"
    return f"{several(at_edge, 'combination')} of {combinations} ended at an edge, where another rate might be better"


def tuning_table(tables: Tables, task: str) -> Table | None:
    """Return the validation score at every learning rate that was tried on a task; None where none was."""
    rows = of_task(tables["tuning"], task)
    if rows.empty:
        return None
    rates = sorted(set(rows["learning_rate"]))
    tried = rows.set_index(["encoder", "architecture", "learning_rate"]).to_dict("index")

    def fill(encoder: str, architecture: str) -> list[TableCell] | None:
        by_rate = [tried.get((encoder, architecture, rate)) for rate in rates]
        return [_tried(row) for row in by_rate] if any(by_rate) else None

    metric = display_name(str(rows["metric"].iloc[0]), METRICS | ERRORS)
    caption = (
        f"{metric[0].upper()}{metric[1:]} on the validation split of {task} by learning rate: mean over the blocks on "
        "which rates were tried, and its 95 % interval. Bold: the rate at which all blocks were trained."
    )
    groups = grid(tables, task, queries.encoders(tables, task), fill, len(rates))
    return Table(caption, "architecture", headings(*(f"{rate:g}" for rate in rates)), groups)


def _tried(row: dict | None) -> TableCell:
    if row is None:
        return TableCell("", "not tried", "faint")
    notes = [interval_text(row["low"], row["high"], score), "at the edge" if row["selected"] and row["edge"] else ""]
    return TableCell(score(row["validation"]), ", ".join(filter(None, notes)), "best" if row["selected"] else "")
