"""Keeps an experiment to audit, and to compare fresh runs with: python docs/reference.py reports reports/reference"""

import shutil
import sys
from pathlib import Path

import pandas as pd

from rnnbench.analysis.comparison.result_folders import read_kept
from rnnbench.results.schemas import MEASURED, SCHEMAS

DECIMALS = {"history": 5, "showcase": 4, "traces": 4}
"""Decimals that are kept of the values of the largest tables; a page shows two or three. Other tables are exact."""
FACTS = ("provenance.yaml", "configuration.yaml")


def keep(reports: Path, folder: Path) -> None:
    """Copy both pages of an experiment, its pictures, how it was made, and every table that has rows.

    Tables are parquet, a tenth of their size as CSV; the links of the details lead there.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tables").mkdir(parents=True)
    shutil.copytree(reports / "figures", folder / "figures", ignore=shutil.ignore_patterns("*.png"))
    for name in FACTS:
        shutil.copy(reports / "tables" / name, folder / "tables")
    shutil.copy(reports / "report.html", folder)
    page = (reports / "details.html").read_text(encoding="utf-8")
    page = _replaced(page, "The tables, as CSV in tables/ beside", "The tables, as parquet in tables/ beside")
    page = _replaced(page, "beside this page, as SVG and PNG.", "beside this page, as SVG.")
    for name in (*SCHEMAS, *MEASURED):
        if (reports / "tables" / f"{name}.csv").exists() and len(table := read_kept(reports, name)):
            _write(_rounded(table, DECIMALS.get(name)), folder / "tables" / f"{name}.parquet")
            link = '<a href="tables/{0}.{1}" download>{0}.{1}</a>'
            page = _replaced(page, link.format(name, "csv"), link.format(name, "parquet"))
    (folder / "details.html").write_text(page, encoding="utf-8")


def _replaced(page: str, old: str, new: str) -> str:
    if old not in page:
        raise SystemExit(f"the page says nowhere: {old}")
    return page.replace(old, new)


def _rounded(table: pd.DataFrame, decimals: int | None) -> pd.DataFrame:
    return table if decimals is None else table.assign(value=table["value"].round(decimals))


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
