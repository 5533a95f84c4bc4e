rule data:
    input:
        plan=lambda wildcards: ancient(step_of(wildcards).plan),
    output:
        "results/data/{task}.{step}.parquet",
    log:
        "results/logs/data/{task}.{step}.log",
    priority: 1_000_000
    params:
        title=title,
    message:
        "{params.title}"
    shell:
        "python -m rnnbench step data {input.plan} {output} 2> {log}"


rule describe:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/describe/{task}.{step}.json",
    log:
        "results/logs/describe/{task}.{step}.log",
    priority: 1_000_000
    params:
        title=title,
    message:
        "{params.title}"
    shell:
        "python -m rnnbench step describe {input.plan} {output} 2> {log}"


rule audit:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/audit/{task}.{step}.json",
    log:
        "results/logs/audit/{task}.{step}.log",
    priority: 1_000_000
    params:
        title=title,
    message:
        "{params.title}"
    shell:
        "python -m rnnbench step audit {input.plan} {output} 2> {log}"


rule baselines:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/rivals/{task}.{step}.json",
    log:
        "results/logs/rivals/{task}.{step}.log",
    priority: 1_000_000
    params:
        title=title,
    message:
        "{params.title}"
    shell:
        "python -m rnnbench step rivals {input.plan} {output} 2> {log}"
