"""When a job of the workflow failed: tables and report of what there is."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rnnbench.pipeline.steps import make_step
from rnnbench.report.write import DEMO, FACTS, REPORT, RESCUED, write_report

STOPPED = ("Terminating processes on user request", "Will exit after finishing currently running jobs")
"""What Snakemake's log says when somebody stopped it."""


def write_partial_report(plan: Path, logs: Iterable[str]) -> None:
    """Make tables and report of what there is, unless they are there or somebody stopped it all.

    The facts of finished tables are taken away, so that the next snakemake makes the tables anew: what failed may end
    well, and orphans of a killed snakemake may write results while this is read.
    """
    told = "".join(Path(log).read_text(encoding="utf-8", errors="replace") for log in logs if Path(log).exists())
    if any(text in told for text in STOPPED) or _is_told(json.loads(plan.read_text(encoding="utf-8"))):
        return
    print("Some jobs failed; the report is made of what there is ...", file=sys.stderr, flush=True)
    FACTS.unlink(missing_ok=True)
    make_step("collect", plan, RESCUED)
    make_step("demo", plan, DEMO)
    write_report(RESCUED)


def _is_told(experiment: Mapping[str, Any]) -> bool:
    """Return whether everything was made, and the report after it."""
    needs = [*experiment["facts"], *(output for _, output, _ in experiment["train"]), FACTS]
    files = [Path(path) for path in needs]
    return all(file.exists() for file in [*files, REPORT]) and all(
        file.stat().st_mtime <= REPORT.stat().st_mtime for file in files
    )
