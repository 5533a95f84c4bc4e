rule data:
    input:
        plan=ancient("results/plan/{step}.json"),
    output:
        "results/data/{step}.parquet",
    log:
        "results/logs/data/{step}.log",
    shell:
        "python -m rnnbench step data {input.plan} {output} 2> {log}"


rule describe:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: PLAN.step(wildcards.step).needs,
    output:
        "results/describe/{step}.json",
    log:
        "results/logs/describe/{step}.log",
    shell:
        "python -m rnnbench step describe {input.plan} {output} 2> {log}"
