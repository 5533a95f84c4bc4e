import sys
from pathlib import Path

from rnnbench.common.errors import UserError
from rnnbench.common.fingerprint import fingerprint
from rnnbench.results.schemas import SCHEMAS


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


container: "docker://python:3.11-slim"


include: "workflow/rules/plan.smk"


try:
    if workflow.is_main_process:
        plan()
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
except OSError as error:
    print(f"{error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
    sys.exit(1)

workflow.global_resources.setdefault("gpu", 1)


wildcard_constraints:
    step="[0-9a-f]+",


localrules:
    all,
    collect,
    demo,
    report,
    failures,


rule all:
    input:
        "reports/report.html",
        "results/tables/failures.json",


onerror:
    if not workflow.is_main_process:
        return
    # In this very process, so that it ends when Snakemake is killed.
    from rnnbench.pipeline.partial_report import rescue

    try:
        rescue(Path(plan().collect.plan), log)
    except Exception as error:  # the failure before it is what people must see
        print(f"no report could be made of what there is: {error}", file=sys.stderr)


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/report.smk"
