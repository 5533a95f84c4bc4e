"""The tables about memory: horizons, calibrated scores, the papers' own scores, and what can be read from the state."""

from scipy.special import expit

from rnnbench.cells._memory_cell import MemoryCell
from rnnbench.cells.elman import Elman
from rnnbench.cells.gru import Gru
from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.evaluation.metrics import METRICS
from rnnbench.evaluation.traces import PROBE_R2
from rnnbench.report.page.glossary import ERRORS, called
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, score, spread
from rnnbench.report.views import memory, queries
from rnnbench.report.views.queries import Frame, Tables, at

NONE = TableCell("\N{EN DASH}", mark="faint")


def starts() -> str:
    """Return in a sentence how networks start unless a configuration says otherwise."""
    known = ((MemoryCell, "forget_bias"), (Gru, "update_bias"), (Elman, "start"))
    forget, update, start = (kind.model_fields[name].default for kind, name in known)
    return (
        f"Unless the configuration says otherwise, an LSTM's forget gate starts with a bias of {forget:g}, so that "
        f"about {expit(forget):.0%} of its memory stays at each step; a GRU's update gate with {update:g}, so that "
        f"{expit(update):.0%} stays; and the recurrent matrix of an Elman network starts {start}."
    )


def horizons_table(tables: Tables) -> Table | None:
    """Return the horizon of every network, in groups of one task at several lags; None where no task has several."""
    families = tables["horizons"].groupby(["task", "setting"], sort=False)
    groups = [Group(_heading(rows), [_row(row) for row in rows.to_dict("records")]) for _, rows in families]
    caption = "The longest lag that is solved, told by the task's own setting, and its interval over seeds."
    columns = headings("longest lag", "95 % interval", "encoder")
    return Table(caption, "architecture", columns, groups) if groups else None


def _heading(rows: Frame) -> str:
    first = rows.iloc[0]
    return f"{first['task']}: {first['setting']} from {first['shortest']} to {first['longest']}"


def _row(row: dict) -> Row:
    known, low, high = (lag(row[name], row["shortest"], row["longest"]) for name in ("horizon", "low", "high"))
    interval = low if low == high else f"{low} to {high}"
    return Row(row["architecture"], [TableCell(known), TableCell(interval), TableCell(row["encoder"])])


def lag(reached: int, shortest: int, longest: int) -> str:
    """Return the longest lag solved as text; what lies beyond the lags that were tried is told as a bound.

    >>> lag(40, 5, 160), lag(0, 5, 160), lag(160, 5, 160)
    ('40', '< 5', '> 160')
    """
    return f"< {shortest}" if reached == 0 else f"> {longest}" if reached == longest else str(reached)


def calibrated_table(tables: Tables) -> Table | None:
    """Return the mean calibrated score of every architecture on the test split of every memory task."""
    rows = {task: [_calibrated(found) for found in _on_test(tables, task)] for task in memory.tasks(tables)}
    caption = (
        "Calibrated scores on the test split: mean over seeds and its 95 % interval. "
        f"✓ solved: the mean is at least {SOLVED:g}. ○ as without memory: no seed is above 0 beyond its own error."
    )
    return _by_task(tables, caption, [], rows)


def _on_test(tables: Tables, task: str) -> list[dict | None]:
    """Return what `memory.means` says of each architecture on the test split, None where it says nothing."""
    means = memory.means(tables, task, memory.encoder(tables, task))
    known = at(means, split="test").to_dict("index")
    return [known.get(name) for name in memory.architectures(tables)]


def _calibrated(found: dict | None) -> TableCell:
    if found is None:
        return NONE
    mark: Mark = "solved" if found["value"] >= SOLVED else "memoryless" if found["memoryless"] else ""
    return TableCell(score(found["value"]), f"{score(found['low'])} to {score(found['high'])}", mark)


def paper_table(tables: Tables) -> Table | None:
    """Return the score that each memory task's paper tells, beside what is expected of a tagger without memory."""
    scores = _selected(tables).merge(tables["memory_tasks"][["task", "metric"]])
    means = queries.over_runs(tables, scores[scores["split"] == "test"], by=[])
    known = tables["memory_tasks"].set_index("task").to_dict("index")
    rows = {task: _paper(tables, at(means, task=task), task, known[task]) for task in memory.tasks(tables)}
    caption = "The score that the task's paper tells, on the test split: mean ± standard deviation over seeds."
    return _by_task(tables, caption, ["metric", "without memory"], rows)


def _paper(tables: Tables, means: Frame, task: str, told: dict) -> list[TableCell]:
    given = [TableCell(called(told["metric"], METRICS | ERRORS)), TableCell(score(told["without_memory"]))]
    return [*given, *_means(tables, at(means, encoder=memory.encoder(tables, task)))]


def _selected(tables: Tables) -> Frame:
    return tables["scores"][tables["scores"]["selected"]]


def _means(tables: Tables, means: Frame) -> list[TableCell]:
    """Return a cell for each architecture from means indexed by it."""
    known = means.to_dict("index")
    found = [known.get(name) for name in memory.architectures(tables)]
    return [TableCell(score(one["mean"]), spread(one["std"])) if one else NONE for one in found]


def _by_task(tables: Tables, caption: str, first: list[str], rows: dict[str, list[TableCell]]) -> Table | None:
    """Return a row for each task: the `first` columns and one for each architecture."""
    several = any(len(queries.encoders(tables, task)) > 1 for task in rows)
    chosen = " Each task is told of one encoder: the best on validation." if several else ""
    columns = headings(*first, *memory.architectures(tables))
    notes = {task: f"reading {memory.encoder(tables, task)}" if several else "" for task in rows}
    lines = [Row(task, cells, note=notes[task]) for task, cells in rows.items()]
    return Table(f"{caption}{chosen}", "task", columns, [Group("", lines)]) if lines else None


def readable_table(tables: Tables) -> Table | None:
    """Return how well a stored number can be read from the state, by task and architecture; None if not tried."""
    scores = _selected(tables)
    scores = scores[(scores["metric"] == PROBE_R2) & ~scores["split"].isin(["train", "gap"])]
    splits = list(dict.fromkeys(scores["split"]))
    means = queries.over_runs(tables, scores, by=["split"])
    groups = [_readable(at(means, task=task), task, splits) for task in dict.fromkeys(scores["task"])]
    caption = "R² of a linear map from the state to the stored number, fitted on validation: mean over seeds."
    return Table(caption, "architecture", headings(*splits), groups) if groups else None


def _readable(means: Frame, task: str, splits: list[str]) -> Group:
    known = means.to_dict("index")
    rows = {
        (encoder, name): [known.get((encoder, name, split)) for split in splits] for encoder, name, _ in means.index
    }
    return Group(
        task,
        [
            Row(
                name,
                [TableCell(score(one["mean"]), spread(one["std"])) if one else NONE for one in found],
                note=encoder,
            )
            for (encoder, name), found in rows.items()
        ],
    )
