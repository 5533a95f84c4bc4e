"""When a job of the workflow failed: tables and report of what there is."""

import sys
from collections.abc import Iterable
from pathlib import Path

from rnnbench.pipeline.plan.plan import Plan
from rnnbench.pipeline.steps import make_step
from rnnbench.report.write import write_report
from rnnbench.results import paths

STOPPED = ("Terminating processes on user request", "Will exit after finishing currently running jobs")
"""What Snakemake's log holds when somebody stopped it."""


def write_partial_report(plan: Plan, logs: Iterable[str]) -> None:
    """Make tables and report of what there is, unless they are there or somebody stopped it all.

    The provenance of finished tables is deleted, so that the next snakemake makes the tables anew: what failed may end
    well, and orphans of a killed snakemake may write results while this is read.
    """
    text = "".join(Path(log).read_text(encoding="utf-8", errors="replace") for log in logs if Path(log).exists())
    if any(line in text for line in STOPPED) or _is_complete(plan):
        return
    print("Some jobs failed; the report is made of what there is ...", file=sys.stderr, flush=True)
    paths.PROVENANCE_JSON.unlink(missing_ok=True)
    collect = Path(plan.collect.plan)
    make_step("collect", collect, paths.PARTIAL_PROVENANCE_JSON)
    make_step("demo", collect, paths.DEMO)
    write_report(paths.PARTIAL_PROVENANCE_JSON)


def _is_complete(plan: Plan) -> bool:
    """Return whether everything was made, and the report after it."""
    outputs = [*plan.experiment.row_files, *(job.output for job in plan.experiment.jobs), paths.PROVENANCE_JSON]
    files = [Path(output) for output in outputs]
    return all(file.exists() for file in [*files, paths.PAGE, paths.DETAILS]) and all(
        file.stat().st_mtime <= page.stat().st_mtime for file in files for page in (paths.PAGE, paths.DETAILS)
    )
