"""Keeps what a fresh run is held against: python docs/reference.py reports reports/reference"""

import shutil
import sys
from pathlib import Path

import pandas as pd

WHOLE = ("claims", "ceilings", "rivals", "overfitting", "horizons", "rankings", "corpora", "encoders")
"""Tables that are kept as they are."""
SPLITS = ("train", "validation", "test", "gap")
"""Of scores, those of selected runs on these splits are kept; the page has the others, and they can be made anew."""


def keep(reports: Path, folder: Path) -> None:
    """Copy what is small: the page, how it was made, and tables without the runs that were not selected."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tables").mkdir(parents=True)
    shutil.copy(reports / "report.html", folder)
    for name in (*(f"{table}.csv" for table in WHOLE), "provenance.yaml", "configuration.yaml"):
        shutil.copy(reports / "tables" / name, folder / "tables")
    for name in ("scores", "runs"):
        table = pd.read_csv(reports / f"tables/{name}.csv", dtype=str, keep_default_na=False)
        table = table[table["selected"] == "True"]
        kept = table[table["split"].isin(SPLITS)] if "split" in table else table
        kept.to_csv(folder / f"tables/{name}.csv", index=False)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
