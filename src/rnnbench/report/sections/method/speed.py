"""How fast: what `rnnbench bench` measured."""

from collections.abc import Iterator
from typing import Any

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, percent, whole
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import BENCH, GPU_RATES, RATES

ENGINES = {"torch_nn": "torch.nn, one at a time", "torch": "torch, stacked", "native": "native"}
RUNS = (("run_seconds", "torch_nn"), ("run_seconds", "native"), ("run_ratio", "native"))
NOTHING = "\N{EN DASH}"
Figures = dict[tuple[str, str], float]
"""(measure, engine) -> value."""


def shown(tables: Tables) -> list[Table]:
    """Return the tables of the section; none where nothing was measured."""
    return [table for make in (runs_table, spent_table, rates_table, gpu_table) if (table := make(tables))]


def rates_table(tables: Tables) -> Table | None:
    """Return steps a second of every engine, a group of rows for each network."""
    known = _by(tables, "subject", "reads", "hidden", "length", measures=RATES)
    groups: dict[str, list[Row]] = {}
    for (subject, reads, hidden, length), figures in known.items():
        note = "reading words" if reads == "words" else ""
        groups.setdefault(subject, []).append(Row(f"{hidden} units, {length} steps", _rates(figures), note=note))
    columns = headings(*(f"{words}, steps/s" for words in ENGINES.values()), "native over torch.nn", "share of peak")
    caption = "Steps a second on one core, 32 sequences a step."
    shown = [Group(name, rows) for name, rows in groups.items()]
    return Table(caption, "network", columns, shown) if shown else None


def _rates(figures: Figures) -> list[TableCell]:
    steps = [figures.get(("steps", engine)) for engine in ENGINES]
    times, share = figures.get(("steps_ratio", "native")), figures.get(("peak_share", "native"))
    return [
        *(TableCell(NOTHING if value is None else whole(value)) for value in steps),
        TableCell(NOTHING if times is None else f"{times:.1f}"),
        TableCell(NOTHING if share is None else percent(share)),
    ]


def gpu_table(tables: Tables) -> Table | None:
    """Return steps a second on a GPU by the number of runs that are trained together, a group for each network."""
    known = _by(tables, "subject", "hidden", "runs", measures=GPU_RATES)
    groups: dict[str, list[Row]] = {}
    for (subject, hidden, runs), figures in known.items():
        if ("gpu_steps", "cuda") in figures:
            groups.setdefault(subject, []).append(Row(f"{hidden} units, {runs} runs", list(_gpu(figures))))
    columns = headings("torch, steps/s", "cuda, steps/s", "over torch.nn", "share of arithmetic", "share of memory")
    caption = (
        "Steps a second on a GPU over all runs, 32 sequences of 20 words a step; torch.nn trains one run at a time."
    )
    shown = [Group(name, rows) for name, rows in groups.items()]
    return Table(caption, "network", columns, shown) if shown else None


def _gpu(figures: Figures) -> Iterator[TableCell]:
    stacked = figures.get(("gpu_steps", "torch"))
    yield TableCell(NOTHING if stacked is None else whole(stacked))
    yield TableCell(whole(figures["gpu_steps", "cuda"]))
    yield TableCell(f"{figures['gpu_ratio', 'cuda']:.1f}")
    yield from (TableCell(percent(figures[f"gpu_{floor}_share", "cuda"])) for floor in ("arithmetic", "bytes"))


def runs_table(tables: Tables) -> Table | None:
    """Return seconds of a run from end to end: a process for each with torch.nn, and native code."""
    found = _by(tables, "subject", measures=("run_seconds", "run_ratio"))
    rows = [Row(subject, [TableCell(f"{figures[key]:.3g}") for key in RUNS]) for (subject,), figures in found.items()]
    caption = "Seconds for each run from end to end on one core: start-up, reading the corpus, training, scoring."
    columns = headings("a process each, torch.nn", "one process, native", "times")
    return Table(caption, "network", columns, [Group("", rows)]) if rows else None


def spent_table(tables: Tables) -> Table | None:
    """Return where the time of the experiment went."""
    seconds = _values(tables, "experiment_seconds")
    rows = [
        Row(part, [TableCell(f"{value:.0f}"), TableCell(percent(value / sum(seconds.values())))])
        for part, value in seconds.items()
    ]
    walls = _values(tables, "experiment_wall").values()
    caption = "Where the time of the experiment went, all processes together"
    caption += "".join(f"; from first to last {wall / 60:.1f} minutes" for wall in walls)
    return Table(f"{caption}.", "part", headings("seconds", "share"), [Group("", rows)]) if rows else None


def _values(tables: Tables, measure: str) -> dict[str, float]:
    """Return subject -> value of a measure that knows no engine."""
    return {
        subject: figures[measure, ""] for (subject,), figures in _by(tables, "subject", measures=(measure,)).items()
    }


def _by(tables: Tables, *columns: str, measures: tuple[str, ...]) -> dict[tuple[Any, ...], Figures]:
    """Return what was measured, by the values of some columns, in the order of the table."""
    found: dict[tuple[Any, ...], Figures] = {}
    for row in tables[BENCH].to_dict("records") if BENCH in tables else ():
        if row["measure"] in measures:
            key = tuple(row[column] for column in columns)
            found.setdefault(key, {})[row["measure"], row["engine"]] = row["value"]
    return found
