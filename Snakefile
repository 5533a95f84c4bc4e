import sys
from pathlib import Path

from rnnbench.configfile import parse_settings
from rnnbench.devices import device_for
from rnnbench.errors import UserError
from rnnbench.fingerprint import fingerprint
from rnnbench.plan import plan_of
from rnnbench.tables import SCHEMAS
from rnnbench.takeover import take_over


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


container: "docker://python:3.11-slim"


try:
    # Files named by --configfile come first here, but are merged over the default.
    *given, default = map(Path, workflow.configfiles)
    SETTINGS = parse_settings(config, [default, *given])
    # A job on a cluster has a snakemake of its own, which must leave alone what the others do.
    PLAN = plan_of(SETTINGS, forget=workflow.is_main_process and take_over(sys.argv))
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
except OSError as error:
    print(f"{error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
    sys.exit(1)

workflow.global_resources.setdefault("gpu", 1)


wildcard_constraints:
    step="[0-9a-f]+",


rule all:
    input:
        "reports/report.html",
        "results/tables/failures.json",


onerror:
    # What is there is told, unless somebody stopped it all.
    shell("python -m rnnbench rescue {PLAN.collect.plan} {log} || true")


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/report.smk"
