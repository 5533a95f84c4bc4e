"""Tables of an experiment of any size, with random numbers. As a script: the time and the size of its report.

PYTHONPATH=tests python -m helpers.large_tables 100800
"""

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnbench.report.views.queries import Frame, Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

ENCODERS = ("one_of_n", "one_of_n_other", "letter_trigram", "learned_embedding", "hashed_4096", "hashed_65536")
ARCHITECTURES = (
    "feed_forward", "elman", "deep_elman", "jordan", "bidirectional_elman", "lstm_no_feedback", "lstm",
    "lstm_peephole", "lstm_5_layers", "bidirectional_lstm", "gru", "bidirectional_gru", "gru_deep", "elman_wide",
)  # fmt: skip
METRICS = ("token_accuracy", "slot_accuracy", "slot_f1", "sequence_accuracy")
SPLITS = ("train", "validation", "test", "test_unseen", "test_typos", "test_longer", "test_patterns", "gap")
PHENOMENA = ("cue_before", "cue_after", "order", "switch", "correction", "homograph")
RATES = (0.003, 0.01, 0.03, 0.1)
SEEDS = 10
RUNS_PER_TASK = len(ENCODERS) * len(ARCHITECTURES) * SEEDS * len(RATES)
"""Number of runs of one task."""


def large_tables(tasks: int, *, checks: int = 3) -> Tables:
    """Return the tables of that many tasks; half of them are memory tasks at several lags."""
    rng = np.random.default_rng(0)
    names = [f"travel size={n}" if n % 2 else f"recall{n // 10} delay={n}" for n in range(tasks)]
    runs = _grid(task=names, encoder=ENCODERS, architecture=ARCHITECTURES, seed=range(SEEDS), learning_rate=RATES)
    runs["selected"] = runs["learning_rate"] == RATES[1]
    chosen = runs[runs["selected"]]
    tables: dict[str, Frame] = {name: frame(name, []) for name in SCHEMAS}
    filled = {
        "runs": runs.assign(status="done", parameters=rng.integers(1000, 200_000, len(runs)), seconds=1.0, engine="x"),
        "scores": _scored(runs, rng, split=SPLITS, metric=METRICS),
        "history": _scored(
            runs, rng, step=range(100, 100 * checks + 1, 100), split=("train", "validation"), metric=METRICS[:3]
        ),
        "phenomena": _scored(chosen, rng, split=("test",), phenomenon=PHENOMENA, metric=METRICS[:2]),
        "showcase": _showcase(chosen, rng),
        "calibrated": _scored(_memory(chosen), rng, split=("test", "test_2x")).assign(times=1, standard_error=0.01),
        "overfitting": _scored(_combinations(names), rng, metric=METRICS).assign(gap=0.1, low=0.0, high=0.2, runs=10),
        "tuning": _tuning(names),
        "convergence": _combinations(names).assign(runs=SEEDS, plateau=1.0, converged=True),
    }
    filled |= _descriptions(names) | {"rankings": _rankings(names, rng)}
    return {name: _typed(name, filled.get(name, table)) for name, table in tables.items()}


def _descriptions(names: list[str]) -> dict[str, Frame]:
    """Return the tables that describe tasks, encoders and architectures."""
    return {
        "encoders": _grid(task=names, encoder=ENCODERS),
        "ceilings": _grid(
            task=names,
            split=SPLITS[2:7],
            information=("word", "prefix", "sentence"),
            phenomenon=("all",),
            metric=METRICS,
        ).assign(value=0.9, realised=0.9, standard_error=0.01),
        "architectures": _grid(architecture=ARCHITECTURES).assign(
            base=ARCHITECTURES, settings=ARCHITECTURES, start="{}", cell="elman", layers=1, fair="equal width", size="8"
        ),
        "memory_tasks": pd.DataFrame(
            {"task": name, "family": name.split()[0], "setting": "delay", "at": int(name.split("=")[1]), "lag": 1}
            for name in names
            if name.startswith("recall")
        ),
    }


def _tuning(names: list[str]) -> Frame:
    tried = _grid(task=names, encoder=ENCODERS, architecture=ARCHITECTURES, learning_rate=RATES)
    return tried.assign(metric="slot_f1", blocks=3, validation=0.8, selected=tried["learning_rate"] == RATES[1])


def _rankings(names: list[str], rng: np.random.Generator) -> Frame:
    return _combinations(names).assign(
        fair="equal width",
        metric="slot_f1",
        mean=rng.uniform(0.7, 0.9, len(names) * len(ENCODERS) * len(ARCHITECTURES)),
        low=0.7,
        high=0.9,
        behind=0.05,
        behind_low=0.0,
        behind_high=0.1,
        best_above=0.6,
        blocks=SEEDS,
        spread=0.02,
        spread_p=0.5,
    )


def _grid(**columns: Any) -> Frame:
    return pd.MultiIndex.from_product(list(columns.values()), names=list(columns)).to_frame(index=False)


def _combinations(names: list[str]) -> Frame:
    return _grid(task=names, encoder=ENCODERS, architecture=ARCHITECTURES)


def _memory(runs: Frame) -> Frame:
    return runs[runs["task"].str.startswith("recall")]


def _scored(runs: Frame, rng: np.random.Generator, **columns: Any) -> Frame:
    """Return each run with each combination of the further columns, and a value between 0 and 1."""
    crossed = runs.merge(_grid(**columns), how="cross")
    return crossed.assign(value=rng.uniform(0, 1, len(crossed)))


def _showcase(runs: Frame, rng: np.random.Generator) -> Frame:
    steps = [(0, t, word) for t, word in enumerate(["arrive", "taipei", "on", "november", "2nd"])]
    steps += [(1, t, word) for t, word in enumerate(["leave", "taipei", "on", "november", "2nd"])]
    table = runs.merge(pd.DataFrame(steps, columns=["sequence", "position", "input"]), how="cross")
    table["target"] = np.where(table["sequence"] == 0, "B-destination", "B-place_of_departure")
    return _scored(table, rng, output=("O", "B-destination", "B-place_of_departure"))


def _typed(name: str, table: Frame) -> Frame:
    """Return a table with all its columns; columns that are not in it become zero or empty."""
    zeros = {"str": "", "bool": False, "Int64": 0, "int64": 0, "float64": 0.0}
    missing = {column: zeros[kind] for column, kind in SCHEMAS[name].items() if column not in table}
    return table.assign(**missing)[list(SCHEMAS[name])].astype(SCHEMAS[name])


def _measure(folder: Path, tables: Tables) -> None:
    from rnnbench.cli.commands import report
    from rnnbench.common.files import write_text
    from rnnbench.results import paths

    for name, table in tables.items():
        (folder / paths.TABLES).mkdir(parents=True, exist_ok=True)
        table.to_parquet(folder / paths.TABLES / f"{name}.parquet", index=False)
    write_text("{}", folder / paths.PROVENANCE_JSON)
    write_text("[]", folder / paths.DEMO)
    begin = time.perf_counter()
    report(Namespace(now=False))
    print(
        f"{len(tables['runs']):,} runs: {time.perf_counter() - begin:.1f} s, {paths.PAGE.stat().st_size / 1e6:.2f} MB"
    )


if __name__ == "__main__":
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        _measure(Path(name), large_tables(int(sys.argv[1]) // RUNS_PER_TASK))
