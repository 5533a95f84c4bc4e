rule data:
    input:
        plan=ancient("results/plan/{step}.json"),
    output:
        "results/data/{step}.parquet",
    log:
        "results/logs/data/{step}.log",
    priority: 1_000_000
    shell:
        "python -m rnnbench step data {input.plan} {output} 2> {log}"


rule describe:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/describe/{step}.json",
    log:
        "results/logs/describe/{step}.log",
    priority: 1_000_000
    shell:
        "python -m rnnbench step describe {input.plan} {output} 2> {log}"


rule audit:
    input:
        plan=ancient("results/plan/{step}.json"),
        facts=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/audit/{step}.json",
    log:
        "results/logs/audit/{step}.log",
    priority: 1_000_000
    shell:
        "python -m rnnbench step audit {input.plan} {output} 2> {log}"


rule rivals:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/rivals/{step}.json",
    log:
        "results/logs/rivals/{step}.log",
    priority: 1_000_000
    shell:
        "python -m rnnbench step rivals {input.plan} {output} 2> {log}"
