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
    # In this very process, so that it ends when Snakemake is killed.
    from rnnbench.rescue import rescue

    try:
        rescue(Path(PLAN.collect.plan), log)
    except Exception as error:  # the failure before it is what people must see
        print(f"no report could be made of what there is: {error}", file=sys.stderr)


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/report.smk"
