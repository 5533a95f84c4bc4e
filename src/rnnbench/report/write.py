"""Where the report lies, and what it is made of."""

import json
from pathlib import Path

from rnnbench.common.files import write_bytes, write_text
from rnnbench.report.build import build_report
from rnnbench.report.figures.catalogue import pictures
from rnnbench.report.figures.svg import png
from rnnbench.report.views.queries import Tables
from rnnbench.results.tables import read_tables

REPORT, FIGURES = Path("reports/report.html"), Path("reports/figures")
FACTS, DEMO = Path("results/tables/facts.json"), Path("results/tables/demo.json")
RESCUED = Path("results/tables/rescued.json")
"""The facts of tables that were made of what there is after something failed."""


def write_report(facts: Path) -> None:
    """Write the report and its figures from the tables, and print how many runs are done."""
    tables = read_tables(FACTS.parent)
    drawn = pictures(tables)
    for picture in drawn:
        write_text(picture.svg, FIGURES / picture.file)
        write_bytes(png(picture.svg), (FIGURES / picture.file).with_suffix(".png"))
    made = json.loads(facts.read_text(encoding="utf-8"))
    demo = json.loads(DEMO.read_text(encoding="utf-8")) if DEMO.exists() else []
    write_text(build_report(tables, made, drawn=drawn, demo=demo), REPORT)
    print(ends_text(tables))


def ends_text(tables: Tables) -> str:
    """Return how many runs have come to which end."""
    counts = tables["runs"]["status"].value_counts()
    ends = ["done", "diverged", "failed", *(["missing"] if "missing" in counts else [])]
    return ", ".join(f"{counts.get(status, 0)} runs {status}" for status in ends)
