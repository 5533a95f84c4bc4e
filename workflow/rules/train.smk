rule train:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/train/{step}.json",
    log:
        "results/logs/train/{step}.log",
    priority: lambda wildcards: step_of(wildcards).cost
    resources:
        gpu=lambda wildcards: int(step_of(wildcards).specification["device"] == "cuda"),
    shell:
        "python -m rnnbench step train {input.plan} {output} 2> {log}"
