"""Reads the tables of a finished experiment from its folder, and its scores by combination."""

import os
import zlib
from pathlib import Path
from typing import Any

from rnnbench.common.errors import UserError
from rnnbench.results.schemas import COMBINATION, MEASURED, SCHEMAS

PLACES = (".", "results/tables", "tables", "reports/tables")
"""Folders below that of an experiment in which its tables may be."""
ENDINGS = (".parquet", ".csv", ".csv.gz")
"""How the files of tables may end."""
Frame = Any
CombinationKey = tuple[str, ...]
"""Task, encoder, architecture."""
FolderScores = dict[CombinationKey, dict[str, dict[int, float]]]
"""Combination -> metric -> seed -> score."""


def read_scores(folder: Path, split: str) -> FolderScores:
    """Return the scores of the selected runs of an experiment on a split; NaN where a run diverged.

    Raises UserError where the folder has no such table, or one with other columns.
    """
    path = _path_of_table(folder, "scores")
    table = _read(path, "scores")
    scores: FolderScores = {}
    for row in table[table["selected"] & (table["split"] == split)].to_dict("records"):
        key = tuple(row[column] for column in COMBINATION)
        scores.setdefault(key, {}).setdefault(row["metric"], {})[row["seed"]] = row["value"]
    if not scores:
        raise UserError(f"{path} has no score of a selected run on {split!r}")
    return scores


def read_kept(folder: Path, name: str) -> Frame:
    """Return a table of an experiment; raises UserError where the folder has none, or one with other columns."""
    return _read(_path_of_table(folder, name), name)


def _path_of_table(folder: Path, name: str) -> Path:
    files = [f"{name}{ending}" for ending in ENDINGS]
    paths = [folder / place / file for place in PLACES for file in files]
    # os.path.exists is false also for text that no path can have.
    path = next((path for path in paths if os.path.exists(path)), None)
    if path is None:
        raise UserError(
            f"{folder} has no {', '.join(files[:-1])} or {files[-1]}, neither in it nor in {', '.join(PLACES[1:])}"
        )
    return path


def _read(path: Path, name: str) -> Frame:
    import pandas as pd

    schema = (SCHEMAS | MEASURED)[name]
    empty = {column: [""] for column, kind in schema.items() if kind != "str"}
    csv = {"keep_default_na": False, "na_values": empty}
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, **csv)
        return table[list(schema)].astype(schema)
    except (KeyError, ValueError, OSError, EOFError, zlib.error) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path} cannot be read as the table `{name}`: {reason}") from error
