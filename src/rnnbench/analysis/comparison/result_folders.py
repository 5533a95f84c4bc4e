"""The tables of an experiment that somebody kept: found in its folder and read; scores told apart by combination."""

import os
from pathlib import Path
from typing import Any

from rnnbench.common.errors import UserError
from rnnbench.results.schemas import COMBINATION, SCHEMAS

PLACES = (".", "results/tables", "tables", "reports/tables")
Frame = Any
Key = tuple[str, ...]
"""Task, encoder, architecture."""
Scores = dict[Key, dict[str, dict[int, float]]]
"""Combination -> metric -> seed -> score."""


def read_scores(folder: Path, split: str) -> Scores:
    """Return the scores that the selected runs of an experiment have on a split; NaN where a run diverged.

    Raises UserError where the folder has no such table, or one of another form.
    """
    path = _found(folder, "scores")
    table = _read(path)
    found: Scores = {}
    for row in table[table["selected"] & (table["split"] == split)].to_dict("records"):
        key = tuple(row[column] for column in COMBINATION)
        found.setdefault(key, {}).setdefault(row["metric"], {})[row["seed"]] = row["value"]
    if not found:
        raise UserError(f"{path} has no score of a selected run on {split!r}")
    return found


def read_kept(folder: Path, name: str) -> Frame:
    """Return a table of an experiment; raises UserError where the folder has none, or one of another form."""
    return _read(_found(folder, name))


def _found(folder: Path, name: str) -> Path:
    files = (f"{name}.parquet", f"{name}.csv")
    paths = [folder / place / file for place in PLACES for file in files]
    found = next((path for path in paths if os.path.exists(path)), None)  # false for what is no path at all, too
    if found is None:
        raise UserError(f"{folder} has no {' or '.join(files)}, neither in it nor in {', '.join(PLACES[1:])}")
    return found


def _read(path: Path) -> Frame:
    import pandas as pd

    schema = SCHEMAS[path.stem]
    empty = {column: [""] for column, kind in schema.items() if kind != "str"}
    csv = {"keep_default_na": False, "na_values": empty}
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, **csv)
        return table[list(schema)].astype(schema)
    except (KeyError, ValueError, OSError) as error:
        told = " ".join(str(error).split())
        raise UserError(f"{path} cannot be read as the table `{path.stem}`: {told}") from error
