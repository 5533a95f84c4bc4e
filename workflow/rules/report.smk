rule collect:
    input:
        plan=lambda _: ancient(plan().collect.plan),
        plans=lambda _: ancient([step.plan for step in plan().train]),
        steps=lambda _: plan().collect.needs,
    output:
        facts="results/tables/facts.json",
        tables=expand("results/tables/{name}.parquet", name=SCHEMAS),
        csv=report(
            expand("reports/tables/{name}.csv", name=SCHEMAS),
            caption="../report/table.rst",
            category="Tables",
        ),
        about=expand("reports/tables/{name}.yaml", name=("configuration", "provenance")),
    log:
        "results/logs/collect.log",
    message:
        "tables of the experiment"
    shell:
        "python -m rnnbench step collect {input.plan} {output.facts} 2> {log}"


rule demo:
    input:
        plan=lambda _: ancient(plan().collect.plan),
        plans=lambda _: ancient([step.plan for step in plan().train]),
        steps=lambda _: plan().collect.needs,
        tables=expand("results/tables/{name}.parquet", name=SCHEMAS),
    output:
        "results/tables/demo.json",
    log:
        "results/logs/demo.log",
    params:
        code=fingerprint("rnnbench.report.demo.pack"),
    message:
        "networks that readers of the report can try"
    shell:
        "python -m rnnbench step demo {input.plan} {output} 2> {log}"


rule report:
    input:
        plan=lambda _: ancient(plan().collect.plan),
        facts="results/tables/facts.json",
        demo="results/tables/demo.json",
        tables=expand("results/tables/{name}.parquet", name=SCHEMAS),
    output:
        page=report(
            "reports/report.html",
            caption="../report/page.rst",
            category="The report",
        ),
        details=report(
            "reports/details.html",
            caption="../report/details.rst",
            category="The report",
        ),
        figures=report(
            directory("reports/figures"),
            patterns=["{name}.svg"],
            caption="../report/picture.rst",
            category="Pictures",
        ),
    log:
        "results/logs/report.log",
    params:
        code=fingerprint(*REPORTING),
    message:
        "the report and its figures"
    shell:
        "python -m rnnbench step report {input.plan} {output.page} 2> {log}"


rule failures:
    input:
        plan=lambda _: ancient(plan().collect.plan),
        facts="results/tables/facts.json",
        runs="results/tables/runs.parquet",
        page="reports/report.html",
    output:
        "results/tables/failures.json",
    log:
        "results/logs/failures.log",
    message:
        "count of failed runs"
    shell:
        "python -m rnnbench step failures {input.plan} {output} 2> {log}"
