"""The tables of speed: the measurements of `rnnbench bench`."""

from collections.abc import Iterator
from typing import Any

from rnnbench.report.page.table import Group, Row, Table, TableCell, headings, percent, whole
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import BENCH, GPU_RATES, RATES

ENGINES = {"torch_nn": "torch.nn, one at a time", "torch": "torch, stacked", "native": "native"}
RUN_COLUMNS = (("run_seconds", "torch_nn"), ("run_seconds", "native"), ("run_ratio", "native"))
NONE = "\N{EN DASH}"
Measurements = dict[tuple[str, str], float]
"""Measurements of one network: (measure, engine) -> value."""


def speed_tables(tables: Tables) -> list[Table]:
    """Return the tables of the section; none without any measurement."""
    return [table for make in (runs_table, time_table, rates_table, gpu_table) if (table := make(tables))]


def rates_table(tables: Tables) -> Table | None:
    """Return the steps per second of every engine, with a group of rows for each network."""
    measured = _measurements(tables, "subject", "reads", "hidden", "length", measures=RATES)
    groups: dict[str, list[Row]] = {}
    for (subject, reads, hidden, length), values in measured.items():
        note = "reading words" if reads == "words" else ""
        groups.setdefault(subject, []).append(Row(f"{hidden} units, {length} steps", _rates(values), note=note))
    columns = headings(*(f"{name}, steps/s" for name in ENGINES.values()), "native over torch.nn", "share of peak")
    caption = "Training steps per second on one core, with batches of 32 sequences."
    networks = [Group(name, rows) for name, rows in groups.items()]
    return Table(caption, "network", columns, networks) if networks else None


def _rates(values: Measurements) -> list[TableCell]:
    steps = [values.get(("steps", engine)) for engine in ENGINES]
    ratio, share = values.get(("steps_ratio", "native")), values.get(("peak_share", "native"))
    return [
        *(TableCell(NONE if value is None else whole(value)) for value in steps),
        TableCell(NONE if ratio is None else f"{ratio:.1f}"),
        TableCell(NONE if share is None else percent(share)),
    ]


def gpu_table(tables: Tables) -> Table | None:
    """Return the steps per second on a GPU by the number of runs in a stack, with a group for each network."""
    measured = _measurements(tables, "subject", "hidden", "runs", measures=GPU_RATES)
    groups: dict[str, list[Row]] = {}
    for (subject, hidden, runs), values in measured.items():
        if ("gpu_steps", "cuda") in values:
            groups.setdefault(subject, []).append(Row(f"{hidden} units, {runs} runs", list(_gpu(values))))
    columns = headings("torch, steps/s", "cuda, steps/s", "over torch.nn", "share of arithmetic", "share of memory")
    caption = (
        "Training steps per second on a GPU, summed over all runs, with batches of 32 sequences of 20 words. torch.nn "
        "trains one run at a time."
    )
    networks = [Group(name, rows) for name, rows in groups.items()]
    return Table(caption, "network", columns, networks) if networks else None


def _gpu(values: Measurements) -> Iterator[TableCell]:
    torch_steps = values.get(("gpu_steps", "torch"))
    yield TableCell(NONE if torch_steps is None else whole(torch_steps))
    yield TableCell(whole(values["gpu_steps", "cuda"]))
    yield TableCell(f"{values['gpu_ratio', 'cuda']:.1f}")
    yield from (TableCell(percent(values[f"gpu_{floor}_share", "cuda"])) for floor in ("arithmetic", "bytes"))


def runs_table(tables: Tables) -> Table | None:
    """Return the seconds of a run from end to end: with torch.nn in a process of its own, and with native code."""
    measured = _measurements(tables, "subject", measures=("run_seconds", "run_ratio"))
    rows = [
        Row(subject, [TableCell(f"{values[key]:.3g}") for key in RUN_COLUMNS])
        for (subject,), values in measured.items()
    ]
    caption = "Seconds per run from end to end on one core: start-up, reading the corpus, training, scoring."
    columns = headings("torch.nn, one process per run", "native, one process for all", "ratio")
    return Table(caption, "network", columns, [Group("", rows)]) if rows else None


def time_table(tables: Tables) -> Table | None:
    """Return the seconds that each part of the experiment took."""
    seconds = _values(tables, "experiment_seconds")
    rows = [
        Row(part, [TableCell(f"{value:.0f}"), TableCell(percent(value / sum(seconds.values())))])
        for part, value in seconds.items()
    ]
    wall_times = _values(tables, "experiment_wall").values()
    caption = "Where the time of the experiment went, summed over all processes"
    caption += "".join(f"; {wall_time / 60:.1f} minutes from start to end" for wall_time in wall_times)
    return Table(f"{caption}.", "part", headings("seconds", "share"), [Group("", rows)]) if rows else None


def _values(tables: Tables, measure: str) -> dict[str, float]:
    """Return subject -> value of a measure without engines."""
    return {
        subject: values[measure, ""]
        for (subject,), values in _measurements(tables, "subject", measures=(measure,)).items()
    }


def _measurements(tables: Tables, *columns: str, measures: tuple[str, ...]) -> dict[tuple[Any, ...], Measurements]:
    """Return the measurements, grouped by the values of some columns, in the order of the table."""
    groups: dict[tuple[Any, ...], Measurements] = {}
    for row in tables[BENCH].to_dict("records") if BENCH in tables else ():
        if row["measure"] in measures:
            key = tuple(row[column] for column in columns)
            groups.setdefault(key, {})[row["measure"], row["engine"]] = row["value"]
    return groups
