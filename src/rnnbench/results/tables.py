"""The tables, and how they are read and written; `schemas.py` says what their columns are."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnbench.common.files import replacing
from rnnbench.results.schemas import MEASURED, SCHEMAS

if TYPE_CHECKING:
    import pandas as pd


def frame(name: str, rows: list[dict[str, Any]]) -> "pd.DataFrame":
    """Return rows as the table `name`: its columns, in order and typed, also when there is no row.

    Raises ValueError when a row lacks a column or has one too many.
    """
    import pandas as pd

    schema = (SCHEMAS | MEASURED)[name]
    for row in rows:
        if row.keys() != schema.keys():
            raise ValueError(f"table {name}: columns {sorted(row.keys() ^ schema.keys())} are missing or unknown")
    return pd.DataFrame(rows, columns=pd.Index(schema)).astype(schema)


def write_table(name: str, table: "pd.DataFrame", *, csv: Path, parquet: Path) -> None:
    """Write a table to `csv`/name.csv and `parquet`/name.parquet."""
    with replacing(csv / f"{name}.csv") as path:
        table.to_csv(path, index=False, lineterminator="\n")
    with replacing(parquet / f"{name}.parquet") as path:
        table.to_parquet(path, index=False)


def missing_tables(folder: Path) -> list[str]:
    """Return the names of the tables that should be in a folder, and are not."""
    return [name for name in SCHEMAS if not (folder / f"{name}.parquet").exists()]


def read_table(name: str, folder: Path) -> "pd.DataFrame":
    """Read one table of a folder of parquet files."""
    import pandas as pd

    return pd.read_parquet(folder / f"{name}.parquet")


def read_tables(folder: Path) -> "dict[str, pd.DataFrame]":
    """Read every table of a folder of parquet files; one that need not be there is empty where it is not."""
    measured = [name for name in MEASURED if (folder / f"{name}.parquet").exists()]
    empty = {name: frame(name, []) for name in MEASURED}
    return empty | {name: read_table(name, folder) for name in (*SCHEMAS, *measured)}
