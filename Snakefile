from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


# An image in which rnnbench is installed. workflow/Dockerfile says how to build it; it is used with --sdm apptainer alone.
container: "workflow/rnnbench.sif"


include: "workflow/rules/common.smk"


if workflow.is_main_process:
    parsed_plan()

workflow.global_resources.setdefault("gpu", 1)


wildcard_constraints:
    task="[^/]+",
    architectures="[^/.]+",
    step="[0-9a-f]{16}",


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
    from rnnbench.pipeline.partial_report import write_partial_report

    try:
        write_partial_report(plan(), log)
    except Exception as error:  # the failure before it is what people must see
        print(f"no report could be made of what there is: {error}", file=sys.stderr)


include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/report.smk"
