import sys
from pathlib import Path

from rnnbench.configfile import parse_settings
from rnnbench.devices import device_for
from rnnbench.errors import UserError
from rnnbench.fingerprint import fingerprint
from rnnbench.plan import plan_of
from rnnbench.tables import SCHEMAS


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


container: "docker://python:3.11-slim"


try:
    # Files named by --configfile come first here, but are merged over the default.
    *given, default = map(Path, workflow.configfiles)
    SETTINGS = parse_settings(config, [default, *given])
    PLAN = plan_of(SETTINGS)
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

workflow.global_resources.setdefault("gpu", 1)


wildcard_constraints:
    step="[0-9a-f]+",


rule all:
    input:
        "reports/report.html",


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/report.smk"
