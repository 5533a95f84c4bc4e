"""Writes the two pages and the figures."""

import json
from pathlib import Path

from rnnbench.common.files import write_bytes, write_text
from rnnbench.report.build import build_details, build_report
from rnnbench.report.figures.catalogue import pictures
from rnnbench.report.figures.svg import png
from rnnbench.report.views.queries import Tables
from rnnbench.results import paths
from rnnbench.results.tables import read_tables
from rnnbench.training.run_status import RunStatus


def write_report(provenance: Path) -> None:
    """Write the report, its details and its figures from the tables, and print how many runs are done.

    `provenance`: the file that says what the tables were made with.
    """
    tables = read_tables(paths.TABLES)
    figures = pictures(tables)
    for picture in figures:
        write_text(picture.svg, paths.FIGURES / picture.file)
        write_bytes(png(picture.svg), (paths.FIGURES / picture.file).with_suffix(".png"))
    facts = json.loads(provenance.read_text(encoding="utf-8"))
    demo = json.loads(paths.DEMO.read_text(encoding="utf-8")) if paths.DEMO.exists() else []
    for build, path in ((build_report, paths.PAGE), (build_details, paths.DETAILS)):
        write_text(build(tables, facts, drawn=figures, demo=demo), path)
    print(ends_text(tables))


def ends_text(tables: Tables) -> str:
    """Return how many runs have come to which end; those that are to come are counted where there are any."""
    counts = tables["runs"]["status"].value_counts()
    statuses = [status for status in RunStatus if status != RunStatus.MISSING or status in counts]
    return ", ".join(f"{counts.get(status, 0)} runs {status}" for status in statuses)
