"""Copies what a fresh run is compared with: python docs/reference.py reports reports/reference"""

import shutil
import sys
from pathlib import Path

import pandas as pd

WHOLE = ("claims", "ceilings", "rivals", "overfitting", "horizons", "rankings", "corpora", "encoders")
"""Tables that are kept as they are."""
SPLITS = ("train", "validation", "test", "gap")
"""Of the scores, those of selected runs on these splits are kept. The page has the others, and a new
run computes them."""


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
        rows = table[table["split"].isin(SPLITS)] if "split" in table else table
        rows.to_csv(folder / f"tables/{name}.csv", index=False)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
