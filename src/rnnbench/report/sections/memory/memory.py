"""The tables of memory: memory horizons, calibrated scores, the metrics of the papers, and probes of the states."""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from rnnbench.analysis.statistics.intervals import interval_text
from rnnbench.cells._memory_cell import MemoryCell
from rnnbench.cells.elman import Elman
from rnnbench.cells.gru import Gru
from rnnbench.common.text import listed
from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.evaluation.metrics import METRICS
from rnnbench.evaluation.traces import PROBE_R2
from rnnbench.report.page.table import Group, Mark, Row, Table, TableCell, headings, identifiers, score, whole
from rnnbench.report.views import convergence, memory, queries
from rnnbench.report.views.memory import Budget
from rnnbench.report.views.queries import Frame, Tables, at
from rnnbench.report.wording.glossary import ERRORS, display_name

NONE = TableCell("\N{EN DASH}", mark="faint")


def initialization() -> str:
    """Return a sentence on the default initialization of the memories."""
    settings = ((MemoryCell, "forget_bias"), (Gru, "update_bias"), (Elman, "start"))
    forget, update, start = (kind.model_fields[name].default for kind, name in settings)
    return (
        f"By default the forget gate of an LSTM is initialized with a bias of {forget:g}, so that it keeps about "
        f"{expit(forget):.0%} of its memory at each step. The update gate of a GRU is initialized with a bias of "
        f"{update:g}, so that it keeps {expit(update):.0%}. The recurrent matrix of an Elman network has a {start} "
        "initialization."
    )


def starts(tables: Tables) -> str:
    """Return a sentence on the networks that differ in their start alone; "" where there are none."""
    groups = memory.starts(tables, memory.architectures(tables))
    if not groups:
        return ""
    texts = "; ".join(listed(list(names)) for names in groups)
    return (
        f"Networks that differ in nothing but their initialization are networks of their own: {texts}. They are shown "
        "side by side. No initialization was chosen by its score; only the learning rate was, for each by itself."
    )


def horizons_table(tables: Tables) -> Table | None:
    """Return the memory horizon of every network, with a group for each family; None without a family of lags."""
    families = tables["horizons"].groupby(["task", "setting"], sort=False)
    single = memory.single_seeds(tables)
    groups = [Group(_heading(rows), [_row(row, single) for row in rows.to_dict("records")]) for _, rows in families]
    caption = (
        "Memory horizons: the longest lag that is solved, by the setting of the task, with its interval over blocks."
    )
    columns = headings("longest lag", "95 % interval", "encoder")
    return Table(caption, "architecture", columns, groups) if groups else None


def _heading(rows: Frame) -> str:
    first = rows.iloc[0]
    return f"{first['task']}: {first['setting']} from {first['shortest']} to {first['longest']}"


def _row(row: dict, single: set[tuple[str, str, str]]) -> Row:
    """Return the memory horizon of a network; a network in `single` has one seed, and no interval."""
    horizon, low, high = (lag(row[name], row["shortest"], row["longest"]) for name in ("horizon", "low", "high"))
    has_interval = (row["task"], row["encoder"], row["architecture"]) not in single
    interval = (low if low == high else f"{low} to {high}") if has_interval else ""
    cells = [TableCell(horizon), TableCell(interval), *identifiers(row["encoder"])]
    return Row(row["architecture"], cells, converged=row["converged"])


def lag(reached: int, shortest: int, longest: int) -> str:
    """Return a memory horizon as text; one beyond the lags that were tried is a bound.

    >>> lag(40, 5, 160), lag(0, 5, 160), lag(160, 5, 160)
    ('40', '< 5', '> 160')
    """
    return f"< {shortest}" if reached == 0 else f"> {longest}" if reached == longest else str(reached)


def budget_table(tables: Tables, family: str) -> Table | None:
    """Return how many blocks solved each lag, and after how many training steps; None where no run has a curve."""
    by_lag = memory.budgets(tables, family)
    if not by_lag:
        return None
    setting = memory.setting(tables, family)
    shown = {name for networks in by_lag.values() for name in networks}
    rows = [
        Row(name, [_budget(networks.get(name)) for networks in by_lag.values()])
        for name in memory.architectures(tables)
        if name in shown
    ]
    caption = (
        f"Blocks of {family} with a calibrated score of at least {SOLVED:g} on validation at any time, and the median "
        "number of training steps after which they had it."
    )
    return Table(caption, "architecture", headings(*(f"{setting} {lag}" for lag in by_lag)), [Group("", rows)])


def _budget(budget: Budget | None) -> TableCell:
    if budget is None:
        return NONE
    steps = np.median(budget.solved_after) if len(budget.solved_after) else budget.steps
    note = f"after {whole(steps)} steps" if len(budget.solved_after) else f"in {whole(steps)} steps"
    return TableCell(f"{len(budget.solved_after)} of {budget.blocks}", note, converged=budget.converged)


def calibrated_table(tables: Tables) -> Table | None:
    """Return the mean calibrated score of every architecture on the test split of every memory task."""
    rows = {task: [_calibrated(row) for row in _test_means(tables, task)] for task in memory.tasks(tables)}
    caption = (
        "Calibrated scores on the test split: mean over blocks and its 95 % interval. "
        f"✓ solved: the mean is at least {SOLVED:g}. ○ as without memory: no seed is significantly above 0."
    )
    return _by_task(tables, caption, [], rows)


def _test_means(tables: Tables, task: str) -> list[dict | None]:
    """Return the row of `memory.means` of each architecture on the test split, None where there is none."""
    means = memory.means(tables, task, memory.encoder(tables, task))
    unfinal = memory.not_converged(tables, task)
    rows = at(means, split="test")
    rows = rows.assign(converged=~rows.index.isin(list(unfinal))).to_dict("index")
    return [rows.get(name) for name in memory.architectures(tables)]


def _calibrated(row: dict | None) -> TableCell:
    if row is None:
        return NONE
    mark: Mark = "solved" if row["value"] >= SOLVED else "memoryless" if row["memoryless"] else ""
    return TableCell(
        score(row["value"]), interval_text(row["low"], row["high"], score), mark, converged=row["converged"]
    )


def paper_table(tables: Tables) -> Table | None:
    """Return the scores by the metric of each task's paper, with the expected score of a tagger without memory."""
    scores = _selected(tables).merge(tables["memory_tasks"][["task", "metric"]])
    means = queries.over_runs(tables, scores[scores["split"] == "test"], by=[])
    memory_tasks = tables["memory_tasks"].set_index("task").to_dict("index")
    rows = {task: _paper(tables, at(means, task=task), task, memory_tasks[task]) for task in memory.tasks(tables)}
    caption = "Test scores by the metric of the task's paper: mean over blocks and its 95 % interval."
    return _by_task(tables, caption, ["metric", "without memory"], rows)


def _paper(tables: Tables, means: Frame, task: str, row: dict) -> list[TableCell]:
    reference = [TableCell(display_name(row["metric"], METRICS | ERRORS)), TableCell(score(row["without_memory"]))]
    cells = _means(tables, at(means, encoder=memory.encoder(tables, task)))
    unfinal, names = memory.not_converged(tables, task), memory.architectures(tables)
    return [
        *reference,
        *(replace(cell, converged=name not in unfinal) for name, cell in zip(names, cells, strict=True)),
    ]


def _selected(tables: Tables) -> Frame:
    return tables["scores"][tables["scores"]["selected"]]


def _means(tables: Tables, means: Frame) -> list[TableCell]:
    """Return a cell for each architecture, from means that are indexed by architecture."""
    rows = means.to_dict("index")
    return [_mean(rows.get(name)) for name in memory.architectures(tables)]


def _mean(row: dict | None) -> TableCell:
    return TableCell(score(row["mean"]), interval_text(row["low"], row["high"], score)) if row else NONE


def _by_task(tables: Tables, caption: str, first: list[str], rows: dict[str, list[TableCell]]) -> Table | None:
    """Return a row for each task: the `first` columns, and one for each architecture."""
    several_encoders = any(len(queries.encoders(tables, task)) > 1 for task in rows)
    choice = " Each task is shown for one encoder: the best on validation." if several_encoders else ""
    columns = [*headings(*first), *identifiers(*memory.architectures(tables))]
    notes = {task: f"reading {memory.encoder(tables, task)}" if several_encoders else "" for task in rows}
    lines = [Row(task, cells, note=notes[task]) for task, cells in rows.items()]
    return Table(f"{caption}{choice}", "task", columns, [Group("", lines)]) if lines else None


def probing_table(tables: Tables) -> Table | None:
    """Return the R² of linear probes for the stored number, by task and architecture; None without any probe."""
    scores = _selected(tables)
    scores = scores[(scores["metric"] == PROBE_R2) & ~scores["split"].isin(["train", "gap"])]
    splits = list(dict.fromkeys(scores["split"]))
    means = queries.over_runs(tables, scores, by=["split"])
    groups = [
        _probes(at(means, task=task), task, splits, convergence.not_converged(tables))
        for task in dict.fromkeys(scores["task"])
    ]
    caption = (
        "R² of a linear probe of the state for the stored number, fitted on validation: mean over blocks and its 95 % "
        "interval."
    )
    return Table(caption, "architecture", headings(*splits), groups) if groups else None


def _probes(means: Frame, task: str, splits: list[str], unfinal: frozenset[convergence.Combination]) -> Group:
    """Return a row for each encoder and architecture, with a cell for each split."""
    by_split = means.to_dict("index")
    pairs = dict.fromkeys((encoder, architecture) for encoder, architecture, _ in means.index)
    rows = [
        Row(
            architecture,
            [_mean(by_split.get((encoder, architecture, split))) for split in splits],
            note=encoder,
            converged=(task, encoder, architecture) not in unfinal,
        )
        for encoder, architecture in pairs
    ]
    return Group(task, rows)
